package store

import (
	"strings"

	"github.com/dakoku/dakoku/services/attendance/internal/evidence"
)

// madeTimes reads when each fact says that it was made.
func madeTimes() string {
	var tables []string
	for _, f := range evidence.Facts() {
		if f.Made != "" {
			tables = append(tables, `select f.tenant_id, '`+f.Table+`' as fact, `+f.KeySQL()+` as key, f.`+f.Made+` as made from attendance.`+f.Table+` f`)
		}
	}
	return strings.Join(tables, " union all ")
}

// times holds for the time at which every fact says that it was made: it is not after its seal, not so long before it
// that it must be false, and not before what came earlier in the chain, whose order is that in which facts were
// inserted. An hour is longer than any transaction, and than clocks of two processes are apart. What is after its seal
// is no measure for the facts behind it. A version is in force from its making on, or later; only the first calendar
// of a company is in force from ever.
func times() string {
	return `
select tenant_id::text, fact, key, case when made > sealed_at then 'POSTDATED' else 'BACKDATED' end
  from (select *, max(made) filter (where made <= sealed_at + interval '1 hour')
                  over (partition by tenant_id order by position rows between unbounded preceding and 1 preceding) as before
          from (` + madeTimes() + `) f join attendance.evidence_seals s using (tenant_id, fact, key)) f
 where made > sealed_at + interval '1 hour' or sealed_at > made + interval '14 days' or before > made + interval '1 hour'
union all
select tenant_id::text, 'work_rules', jsonb_build_array(version)::text, 'EFFECTIVE_EARLY' from attendance.work_rules
 where effective_at < created_at - interval '1 hour'
union all
select tenant_id::text, 'company_calendars', jsonb_build_array(revision)::text, 'EFFECTIVE_EARLY'
  from (select *, min(revision) over (partition by tenant_id) as first from attendance.company_calendars) c
 where revision > first and effective_at < created_at - interval '1 hour'
union all`
}

// judged holds for the three rows that one event makes: a punch and a held punch are what the outcome says, which is
// what the employee was answered, and a punch that was applied is what was held. Only its day may have become another.
// The outcome of a 取消 whose answer is UNDONE has the kind of the punch that it took back.
const judged = `
select p.tenant_id::text, 'punches', p.id::text, 'OTHER_THAN_JUDGED'
  from attendance.punches p join attendance.event_outcomes o on o.tenant_id = p.tenant_id and o.event_key = p.event_key and o.punch_id = p.id
 where (p.employee_id, p.connection_id, p.issued_at, p.received_at, p.kind, p.business_day) is distinct from
       (o.employee_id, o.connection_id, o.issued_at, o.received_at, case o.answer when 'UNDONE' then 'UNDO' else o.kind end, o.business_day)
union all
select h.tenant_id::text, 'held_punches', h.id::text, 'OTHER_THAN_JUDGED'
  from attendance.held_punches h join attendance.event_outcomes o on o.tenant_id = h.tenant_id and o.event_key = h.event_key and o.verdict <> 'RECORDED'
 where (h.employee_id, h.connection_id, h.issued_at, h.received_at, h.kind, h.business_day, h.period) is distinct from
       (o.employee_id, o.connection_id, o.issued_at, o.received_at, o.kind, o.business_day, o.period)
union all
select p.tenant_id::text, 'punches', p.id::text, 'OTHER_THAN_JUDGED'
  from attendance.punches p join attendance.held_punches h on h.tenant_id = p.tenant_id and h.id = p.id
 where (p.employee_id, p.event_key, p.connection_id, p.issued_at, p.received_at, p.kind, p.phrase, p.undo_seconds) is distinct from
       (h.employee_id, h.event_key, h.connection_id, h.issued_at, h.received_at, h.kind, h.phrase, h.undo_seconds)
union all`
