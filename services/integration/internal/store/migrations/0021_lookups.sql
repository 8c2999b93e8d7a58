-- LINE WORKS counts each of its APIs by itself: looking people up has a budget of its own beside that of messages.
alter table budget drop constraint budget_api_check;
alter table budget add constraint budget_api_check check (api in ('messages', 'users'));
