-- No punch of a message is in a period that was submitted before.
select format('punch %s of %s is in period %s, which is %s', p.id, p.issued_at, s.period, s.state)
  from attendance.punches p join attendance.timesheets s on s.tenant_id = p.tenant_id and s.employee_id = p.employee_id
   and p.business_day between s.first_day and s.last_day
 where s.state in ('SUBMITTED', 'APPROVED') and p.source = 'CHAT' and p.recorded_at > s.updated_at
