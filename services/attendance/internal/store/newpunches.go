package store

import (
	"context"
	"encoding/hex"
	"encoding/json"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/dakoku/dakoku/platform/seal"
	"github.com/dakoku/dakoku/services/attendance/internal/timeclock"
)

// NewPunch is a punch to be stored, with what only storing needs.
type NewPunch struct {
	Punch
	Tenant     string
	SealedText []byte // nil when the event had no text
}

const insertPunches = `
insert into attendance.punches (tenant_id, id, employee_id, event_key, connection_id, kind, issued_at, received_at, recorded_at,
       business_day, time_zone, cutoff_minutes, longest_shift_minutes, double_tap_seconds, duplicate_policy, source, phrase, trigger_word,
       settings_version, sealed_text, actor, reason, corrects, undo_seconds)
select tenant, id, employee, decode(key, 'hex'), connection, kind, issued, received, @now,
       day, zone, cutoff, longest, tap, repeats, source, phrase, trigger_word,
       settings_version, decode(sealed_text, 'hex'), actor, reason, corrects, undo
  from jsonb_to_recordset(@rows::jsonb) as r (tenant uuid, id uuid, employee uuid, key text, connection uuid, kind text,
       issued timestamptz, received timestamptz, day date, zone text, cutoff smallint, longest smallint,
       tap smallint, repeats text, source text, phrase text, trigger_word text, settings_version bigint, sealed_text text,
       actor text, reason text, corrects uuid, undo smallint)`

type punchRow struct {
	Tenant          string    `json:"tenant"`
	ID              string    `json:"id"`
	Employee        string    `json:"employee"`
	Key             *string   `json:"key"` // null without an event
	Connection      *string   `json:"connection"`
	Kind            string    `json:"kind"`
	Issued          time.Time `json:"issued"`
	Received        time.Time `json:"received"`
	Day             time.Time `json:"day"`
	Zone            string    `json:"zone"`
	Cutoff          int       `json:"cutoff"`
	Longest         int       `json:"longest"`
	Tap             int       `json:"tap"`
	Repeats         string    `json:"repeats"`
	Source          string    `json:"source"`
	Phrase          string    `json:"phrase"`
	Trigger         string    `json:"trigger_word"`
	SettingsVersion int64     `json:"settings_version"`
	SealedText      *string   `json:"sealed_text"`
	Actor           string    `json:"actor"`
	Reason          string    `json:"reason"`
	Corrects        *string   `json:"corrects"`
	Undo            *int      `json:"undo"` // of 取消 alone
}

func (p NewPunch) row() punchRow {
	row := punchRow{
		Tenant: p.Tenant, ID: p.ID, Employee: p.Employee, Connection: optional(p.Connection), Kind: string(p.Kind),
		Issued: p.Issued, Received: p.Received, Day: p.Day.Time(), Zone: p.Rules.Zone.String(),
		Cutoff: int(p.Rules.Cutoff / time.Minute), Longest: int(p.Rules.LongestShift / time.Minute),
		Tap: int(p.Rules.DoubleTap / time.Second), Repeats: string(p.Rules.Repeats), Source: p.Source,
		Phrase: p.Phrase, Trigger: p.Trigger, SettingsVersion: p.SettingsVersion,
		Actor: p.Actor, Reason: p.Reason, Corrects: optional(p.Corrects),
	}
	if p.Source == SourceChat {
		row.Key = &p.Key
	}
	if p.Kind == timeclock.Undo {
		window := int(p.Rules.Undo / time.Second)
		row.Undo = &window
	}
	if p.SealedText != nil {
		text := hex.EncodeToString(p.SealedText)
		row.SealedText = &text
	}
	return row
}

// insertRows stores rows by a statement that reads them from one JSON document; none is no statement.
func insertRows[T any](ctx context.Context, tx pgx.Tx, statement string, rows []T, now time.Time) error {
	if len(rows) == 0 {
		return nil
	}
	document, err := json.Marshal(rows)
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, statement, pgx.NamedArgs{"rows": string(document), "now": now})
	return err
}

func punchRows(punches []NewPunch) []punchRow {
	rows := make([]punchRow, 0, len(punches))
	for _, p := range punches {
		rows = append(rows, p.row())
	}
	return rows
}

// TextContext binds the sealed text of a punch, held or not, to its punch.
func TextContext(tenant, punch string) seal.Context {
	return seal.Context{Tenant: tenant, Object: "punches/" + punch, Purpose: "punch-text", Version: "1"}
}
