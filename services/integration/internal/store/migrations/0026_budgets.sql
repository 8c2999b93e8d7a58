-- The pages of the directory and looking a bot up are APIs of their own, with budgets of their own.
alter table budget drop constraint budget_api_check;
alter table budget add constraint budget_api_check check (api in ('messages', 'users', 'members', 'bots')) not valid;
