package store

import (
	"context"
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
insert into attendance.punches (tenant_id, id, employee_id, event_key, connection_id, kind, issued_at, received_at,
       business_day, time_zone, cutoff_minutes, longest_shift_minutes, double_tap_seconds, duplicate_policy, source, phrase, trigger_word,
       settings_version, sealed_text, actor, reason, corrects, undo_seconds, recorded_at)
select r.*, @now
  from unnest(@tenants::uuid[], @ids::uuid[], @employees::uuid[], @keys::bytea[], @connections::uuid[], @kinds::text[], @issued::timestamptz[],
       @received::timestamptz[], @days::date[], @zones::text[], @cutoffs::smallint[], @longest::smallint[], @taps::smallint[],
       @repeats::text[], @sources::text[], @phrases::text[], @triggers::text[], @versions::bigint[], @texts::bytea[], @actors::text[],
       @reasons::text[], @corrects::uuid[], @undo::smallint[]) as r`

func punchArgs(punches []NewPunch, now time.Time) pgx.NamedArgs {
	return pgx.NamedArgs{
		"now":         now,
		"tenants":     column(punches, func(p *NewPunch) id { return id(p.Tenant) }),
		"ids":         column(punches, func(p *NewPunch) id { return id(p.ID) }),
		"employees":   column(punches, func(p *NewPunch) id { return id(p.Employee) }),
		"keys":        column(punches, (*NewPunch).event),
		"connections": column(punches, func(p *NewPunch) id { return id(p.Connection) }),
		"kinds":       column(punches, func(p *NewPunch) string { return string(p.Kind) }),
		"issued":      column(punches, func(p *NewPunch) time.Time { return p.Issued }),
		"received":    column(punches, func(p *NewPunch) time.Time { return p.Received }),
		"days":        column(punches, func(p *NewPunch) time.Time { return p.Day.Time() }),
		"zones":       column(punches, func(p *NewPunch) string { return p.Rules.Zone.String() }),
		"cutoffs":     column(punches, func(p *NewPunch) int16 { return int16(p.Rules.Cutoff / time.Minute) }),
		"longest":     column(punches, func(p *NewPunch) int16 { return int16(p.Rules.LongestShift / time.Minute) }),
		"taps":        column(punches, func(p *NewPunch) int16 { return int16(p.Rules.DoubleTap / time.Second) }),
		"repeats":     column(punches, func(p *NewPunch) string { return string(p.Rules.Repeats) }),
		"sources":     column(punches, func(p *NewPunch) string { return p.Source }),
		"phrases":     column(punches, func(p *NewPunch) string { return p.Phrase }),
		"triggers":    column(punches, func(p *NewPunch) string { return p.Trigger }),
		"versions":    column(punches, func(p *NewPunch) int64 { return p.SettingsVersion }),
		"texts":       column(punches, func(p *NewPunch) []byte { return p.SealedText }),
		"actors":      column(punches, func(p *NewPunch) string { return p.Actor }),
		"reasons":     column(punches, func(p *NewPunch) string { return p.Reason }),
		"corrects":    column(punches, func(p *NewPunch) id { return id(p.Corrects) }),
		"undo":        column(punches, (*NewPunch).undo),
	}
}

// event is the key of the punch's event; empty without one.
func (p *NewPunch) event() hexBytes {
	if p.Source != SourceChat {
		return ""
	}
	return hexBytes(p.Key)
}

// undo is how long a 取消 takes a punch back, in seconds; nil for any other kind.
func (p *NewPunch) undo() *int16 {
	if p.Kind != timeclock.Undo {
		return nil
	}
	window := int16(p.Rules.Undo / time.Second)
	return &window
}

func storePunch(ctx context.Context, tx pgx.Tx, punch NewPunch, now time.Time) error {
	_, err := tx.Exec(ctx, insertPunches, punchArgs([]NewPunch{punch}, now))
	return err
}

// TextContext binds the sealed text of a punch, held or not, to its punch.
func TextContext(tenant, punch string) seal.Context {
	return seal.Context{Tenant: tenant, Object: "punches/" + punch, Purpose: "punch-text", Version: "1"}
}
