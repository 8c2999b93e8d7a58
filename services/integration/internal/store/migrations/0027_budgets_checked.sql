alter table budget validate constraint budget_api_check;
