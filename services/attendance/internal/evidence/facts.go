package evidence

import (
	"fmt"
	"strings"
)

// Fact is a table whose rows are inserted and never touched again.
type Fact struct {
	Table   string
	Key     []KeyColumn // what finds a row within its company
	Columns []string    // what is hashed, in this order: all of the table but Text and Later
	Later   string      // a column that came when rows were sealed already; hashed, too, where it is not null. "" without
	Expires bool        // rows are removed, each with a tombstone, when their retention is over
	Subject string      // of rows that expire: the SQL of whose record row f is of, see Record
	Text    string      // the column with a sealed text, which is erased when its time is over; "" without
	Made    string      // the column with the time at which the row says that it was made; "" without
}

// KeyColumn is a column of a key and its type.
type KeyColumn struct{ Name, Type string }

// Facts lists every insert-only table but those of the chain itself. A column that is added to a table
// is Later: rows that were sealed before have no such column in their hash.
func Facts() []Fact {
	id := func(name string) []KeyColumn { return []KeyColumn{{name, "uuid"}} }
	const day = `jsonb_build_array(f.employee_id, f.business_day)`
	of := func(table, id string) string {
		return `(select jsonb_build_array(x.employee_id, x.business_day) from attendance.` + table + ` x where x.tenant_id = f.tenant_id and x.id = f.` + id + `)`
	}
	return []Fact{
		{Table: "punches", Made: "recorded_at", Expires: true, Subject: day, Key: id("id"), Text: "sealed_text", Columns: columns(`tenant_id id employee_id event_key connection_id kind
			issued_at received_at recorded_at business_day time_zone cutoff_minutes longest_shift_minutes source phrase trigger_word
			settings_version duplicate_policy double_tap_seconds actor reason corrects`), Later: "undo_seconds"},
		{Table: "event_outcomes", Made: "judged_at", Expires: true, Subject: day, Key: []KeyColumn{{"event_key", "bytea"}}, Columns: columns(`tenant_id event_key connection_id employee_id
			issued_at received_at room_kind verdict reason kind business_day period punch_id answer answer_place time_text
			previous_time_text judged_at`), Later: "link_receipt"},
		{Table: "punch_settings", Made: "created_at", Key: []KeyColumn{{"connection_id", "uuid"}, {"version", "bigint"}}, Columns: columns(`tenant_id connection_id
			version phrases triggers trigger_position reply_mode reply_place actor created_at`)},
		{Table: "timesheet_transitions", Made: "occurred_at", Expires: true, Subject: `jsonb_build_array(f.employee_id, null, f.period, f.state)`, Key: []KeyColumn{{"employee_id", "uuid"}, {"period", "text"}, {"revision", "bigint"}}, Columns: columns(`
			tenant_id employee_id period revision verb state actor comment occurred_at`)},
		{Table: "work_rules", Made: "created_at", Key: []KeyColumn{{"version", "bigint"}}, Columns: columns(`tenant_id version effective_at cutoff_minutes
			longest_shift_minutes double_tap_seconds duplicate_policy submitted_policy actor created_at`), Later: "undo_seconds"},
		{Table: "company_calendars", Made: "created_at", Key: []KeyColumn{{"revision", "bigint"}}, Columns: columns(`tenant_id revision effective_at time_zone
			closing_day closing_from created_at`)},
		{Table: "held_punches", Made: "held_at", Expires: true, Subject: day, Key: id("id"), Text: "sealed_text", Columns: columns(`tenant_id id employee_id event_key connection_id kind
			issued_at received_at held_at business_day period time_zone cutoff_minutes longest_shift_minutes double_tap_seconds
			duplicate_policy phrase trigger_word settings_version`), Later: "undo_seconds"},
		{Table: "held_punch_decisions", Made: "decided_at", Expires: true, Subject: of("held_punches", "held_id"), Key: id("held_id"), Columns: columns(`tenant_id held_id verb actor reason decided_at`)},
		{Table: "correction_requests", Made: "stored_at", Expires: true, Subject: day, Key: id("id"), Columns: columns(`tenant_id id employee_id event_key kind wanted_at
			business_day period time_zone corrects reason actor requested_at stored_at`)},
		{Table: "correction_decisions", Made: "decided_at", Expires: true, Subject: of("correction_requests", "request_id"), Key: id("request_id"), Columns: columns(`
			tenant_id request_id verb corrects actor comment decided_at`)},
		{Table: "punch_voids", Made: "voided_at", Expires: true, Subject: of("punches", "punch_id"), Key: id("punch_id"), Columns: columns(`tenant_id punch_id actor reason voided_at`)},
		{Table: "employee_versions", Made: "changed_at", Key: []KeyColumn{{"employee_id", "uuid"}, {"revision", "bigint"}}, Columns: columns(`tenant_id employee_id revision
			digest changed_at`)},
		{Table: "retention_settings", Made: "created_at", Key: []KeyColumn{{"version", "bigint"}}, Columns: columns(`tenant_id version years actor created_at`)},
		{Table: "legal_holds", Made: "placed_at", Key: id("id"), Columns: columns(`tenant_id id employee_id reason actor placed_at`)},
		{Table: "legal_hold_releases", Made: "released_at", Key: id("hold_id"), Columns: columns(`tenant_id hold_id reason actor released_at`)},
		{Table: "audit_events", Made: "event_time", Key: id("id"), Columns: columns(`tenant_id id event_time actor_kind actor address request_id action`)},
		{Table: "audit_changes", Key: []KeyColumn{{"event_id", "uuid"}, {"place", "bigint"}}, Columns: columns(`tenant_id event_id place
			resource before after withheld`)},
		{Table: "evidence_erasures", Key: []KeyColumn{{"position", "bigint"}}, Columns: columns(`tenant_id position reason erased_at`)},
	}
}

func columns(list string) []string { return strings.Fields(list) }

// KeySQL is the expression of the key of row f, as the trigger that notes new facts writes it.
func (f Fact) KeySQL() string {
	var parts []string
	for _, k := range f.Key {
		if k.Type == "bytea" {
			parts = append(parts, "encode(f."+k.Name+", 'hex')")
			continue
		}
		parts = append(parts, "f."+k.Name)
	}
	return "jsonb_build_array(" + strings.Join(parts, ", ") + ")::text"
}

// ReadKeySQL reads the key in the expression given into columns k0, k1 and so on, for MatchSQL. It belongs into a
// materialized query of its own: compared with what reading a text makes, under row-level security no index is used,
// because reading is not leakproof, and every row of the company is read for each key.
func (f Fact) ReadKeySQL(key string) string {
	var parts []string
	for i, k := range f.Key {
		value := fmt.Sprintf("(%s::jsonb ->> %d)", key, i)
		if k.Type == "bytea" {
			parts = append(parts, fmt.Sprintf("decode(%s, 'hex') as k%d", value, i))
			continue
		}
		parts = append(parts, fmt.Sprintf("%s::%s as k%d", value, k.Type, i))
	}
	return strings.Join(parts, ", ")
}

// MatchSQL is the condition that a row has the key that ReadKeySQL has read into row n, by the primary key's index.
func (f Fact) MatchSQL(row string) string {
	var parts []string
	for i, k := range f.Key {
		parts = append(parts, fmt.Sprintf("%s.%s = n.k%d", row, k.Name, i))
	}
	return strings.Join(parts, " and ")
}

// RowSQL is what is hashed of row f. A row without a value in the later column is written as before there was one, so
// that its seal still fits; no row with a value is written like that.
func (f Fact) RowSQL() string {
	row := "jsonb_build_array(f." + strings.Join(f.Columns, ", f.") + ")"
	if f.Later == "" {
		return row + "::text"
	}
	return "(case when f." + f.Later + " is null then " + row + " else " + row + " || jsonb_build_array(f." + f.Later + ") end)::text"
}

// SubjectSQL is whose record row f is of: the employee and the business day, or the employee, nothing, the period and
// the state that it came to. It is empty for what never ends.
func (f Fact) SubjectSQL() string {
	if f.Subject == "" {
		return "''"
	}
	return "coalesce(" + f.Subject + "::text, '')"
}

// SealedSQL is the whole sealed text of row f.
func (f Fact) SealedSQL() string {
	if f.Text == "" {
		return "null::bytea"
	}
	return "f." + f.Text
}

// ReceivedSQL is when the text of row f was received.
func (f Fact) ReceivedSQL() string {
	if f.Text == "" {
		return "null::timestamptz"
	}
	return "f.received_at"
}

// EmployeeSQL is whose text row f has.
func (f Fact) EmployeeSQL() string {
	if f.Text == "" {
		return "''"
	}
	return "f.employee_id::text"
}

// OrderSQL numbers the rows f that have the same key, which is more than one row only where somebody removed the
// constraint.
func (f Fact) OrderSQL() string {
	of := "f.tenant_id"
	for _, k := range f.Key {
		of += ", f." + k.Name
	}
	return "row_number() over (partition by " + of + ")"
}

// TextSQL is the part of the sealed text that stays when its data key is wrapped by another key: all that follows the
// wrapped data key, whose length the first four bytes give.
func (f Fact) TextSQL() string {
	if f.Text == "" {
		return "null::bytea"
	}
	return strings.ReplaceAll(`case when octet_length(f.#) > 4 then substring(f.# from 5 + get_byte(f.#, 2) * 256 + get_byte(f.#, 3)) else f.# end`, "#", f.Text)
}
