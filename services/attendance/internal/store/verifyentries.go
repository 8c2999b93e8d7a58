package store

// subjects takes the subject of seal s apart, as a text: somebody may have written anything there.
const subjects = `substring(s.subject from '^\["([^"]*)"') as employee, substring(s.subject from '^\[[^,]*, "([^"]*)"\]$') as day,
           substring(s.subject from '^\[[^,]*, null, "([^"]*)", "[^"]*"\]$') as period,
           substring(s.subject from '^\[[^,]*, null, "[^"]*", "([^"]*)"\]$') as state`

// entered holds for punches and voids: none came while its record was submitted or approved, by the order in the chain,
// which is that of the employee's lock. A void changes the day that the fold gives its punch, which near the closing day may be of the record beside: there
// nothing is told of voids.
const entered = `
select tenant_id::text, fact, key, 'ENTERED_LOCKED'
  from (select *, first_value(state) over (partition by tenant_id, employee, record, changes order by position) as standing
          from (select s.*, count(s.state) over (partition by s.tenant_id, s.employee, t.period order by s.position) as changes, t.period as record,
                       s.day between to_char(t.first_day + 2, 'YYYY-MM-DD') and to_char(t.last_day - 2, 'YYYY-MM-DD') as inside
                  from (select s.tenant_id, s.position, s.fact, s.key, ` + subjects + ` from attendance.evidence_seals s
                         where s.fact in ('punches', 'punch_voids', 'timesheet_transitions')) s
                  join attendance.timesheets t on t.tenant_id = s.tenant_id and t.employee_id::text = s.employee
                       and (t.period = s.period or s.day between to_char(t.first_day, 'YYYY-MM-DD') and to_char(t.last_day, 'YYYY-MM-DD'))) s) s
 where standing in ('SUBMITTED', 'APPROVED') and (fact = 'punches' or fact = 'punch_voids' and inside)
union all`
