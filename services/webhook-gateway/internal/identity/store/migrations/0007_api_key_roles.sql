-- A key may have every role that the contract names.
alter table api_keys drop constraint api_keys_role_check;
alter table api_keys add constraint api_keys_role_check
    check (role in ('ADMINISTRATOR', 'MANAGER', 'EMPLOYEE', 'EMPLOYEE_READ_ONLY', 'AUDITOR'));
