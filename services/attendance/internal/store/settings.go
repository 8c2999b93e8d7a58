package store

import (
	"context"
	"encoding/json"
	"errors"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/dakoku/dakoku/platform/fault"
	"github.com/dakoku/dakoku/platform/postgres"
	"github.com/dakoku/dakoku/services/attendance/internal/phrase"
	"github.com/dakoku/dakoku/services/attendance/internal/timeclock"
)

// The modes and places of answers, as stored.
const (
	ReplyAlways       = "ALWAYS"
	ReplyProblemsOnly = "PROBLEMS_ONLY"
	ReplyNever        = "NEVER"
	PlaceSameRoom     = "SAME_ROOM"
	PlaceDirect       = "DIRECT"
)

// Settings are one version of a connection's punch settings. Version 0 are the defaults, which are in the program.
type Settings struct {
	Words              phrase.Settings
	ReplyMode, ReplyAt string
	Version            int64
	Created            time.Time
}

// DefaultSettings are in force for a connection that never stored any. They may not change: punches name them as
// version 0.
func DefaultSettings() Settings {
	return Settings{Words: phrase.Default(), ReplyMode: ReplyAlways, ReplyAt: PlaceSameRoom}
}

const currentSettings = `
select w.tenant::text, w.connection::text, s.version, s.phrases, s.triggers, s.trigger_position,
       s.reply_mode, s.reply_place, s.created_at
  from unnest(@tenants::text[]::uuid[], @connections::text[]::uuid[]) as w (tenant, connection)
  cross join lateral (
       select version, phrases, triggers, trigger_position, reply_mode, reply_place, created_at
         from attendance.punch_settings p
        where p.tenant_id = w.tenant and p.connection_id = w.connection
        order by version desc
        limit 1) s`

// Pair names a thing of a tenant.
type Pair struct{ Tenant, ID string }

func settingsOf(rows pgx.Rows, err error) (map[Pair]Settings, error) {
	if err != nil {
		return nil, err
	}
	found := map[Pair]Settings{}
	var of Pair
	var next Settings
	var phrases, triggers []byte
	targets := []any{&of.Tenant, &of.ID, &next.Version, &phrases, &triggers, &next.Words.Position, &next.ReplyMode, &next.ReplyAt, &next.Created}
	_, err = pgx.ForEachRow(rows, targets, func() error {
		next.Words.Phrases, next.Words.Triggers = map[timeclock.Kind][]string{}, nil
		err := errors.Join(json.Unmarshal(phrases, &next.Words.Phrases), json.Unmarshal(triggers, &next.Words.Triggers))
		found[of] = next
		return err
	})
	return found, err
}

// GetSettings reads the settings in force for a connection, or the defaults; with a version that one, or the fault of
// a version that the connection does not have. Every connection has version 0.
func (s *Store) GetSettings(ctx context.Context, tenant, connection string, version *int64) (settings Settings, err error) {
	if version != nil && *version == 0 {
		return DefaultSettings(), nil
	}
	err = s.in(ctx, func(ctx context.Context, tx pgx.Tx) (err error) {
		if version == nil {
			settings, err = current(ctx, tx, tenant, connection)
			return err
		}
		settings, err = earlier(ctx, tx, tenant, connection, *version)
		return err
	}, tenant)
	return settings, err
}

const settingsOfVersion = `
select tenant_id::text, connection_id::text, version, phrases, triggers, trigger_position, reply_mode, reply_place, created_at
  from attendance.punch_settings
 where tenant_id = @tenant and connection_id = @connection and version = @version`

func earlier(ctx context.Context, tx pgx.Tx, tenant, connection string, version int64) (Settings, error) {
	found, err := settingsOf(tx.Query(ctx, settingsOfVersion, pgx.NamedArgs{
		"tenant": tenant, "connection": connection, "version": version,
	}))
	if err != nil {
		return Settings{}, err
	}
	settings, stored := found[Pair{tenant, connection}]
	if !stored {
		return Settings{}, fault.New(fault.NotFound, "PUNCH_SETTINGS_NOT_FOUND", fault.Text{
			JA: "この連携に、その版の打刻設定はありません。",
			EN: "This connection has no punch settings of that version.",
		})
	}
	return settings, nil
}

func current(ctx context.Context, tx pgx.Tx, tenant, connection string) (Settings, error) {
	found, err := settingsOf(tx.Query(ctx, currentSettings, pgx.NamedArgs{
		"tenants": []string{tenant}, "connections": []string{connection},
	}))
	if err != nil {
		return Settings{}, err
	}
	if settings, stored := found[Pair{tenant, connection}]; stored {
		return settings, nil
	}
	return DefaultSettings(), nil
}

const insertSettings = `
insert into attendance.punch_settings (tenant_id, connection_id, version, phrases, triggers, trigger_position,
       reply_mode, reply_place, actor, created_at)
values (@tenant, @connection, @version, @phrases, @triggers, @position, @mode, @place, @actor, @now)`

// PutSettings stores the next version that change makes of the version in force; with only set it stores nothing.
// Two at once: one of them gets the fault of StaleEtag.
func (s *Store) PutSettings(ctx context.Context, tenant, connection, actor string, only bool, change func(now Settings) (Settings, error)) (next Settings, err error) {
	err = s.in(ctx, dry(only, func(ctx context.Context, tx pgx.Tx) error {
		held, err := current(ctx, tx, tenant, connection)
		if err != nil {
			return err
		}
		if next, err = change(held); err != nil {
			return err
		}
		next.Version, next.Created = held.Version+1, s.now()
		args, err := next.args(tenant, connection, actor)
		if err != nil {
			return err
		}
		_, err = tx.Exec(ctx, insertSettings, args)
		return err
	}), tenant)
	if postgres.Constraint(err) == "punch_settings_pkey" {
		err = StaleEtag().Because(err)
	}
	return next, wet(err)
}

func (s Settings) args(tenant, connection, actor string) (pgx.NamedArgs, error) {
	phrases, err := json.Marshal(s.Words.Phrases)
	if err != nil {
		return nil, err
	}
	triggers, err := json.Marshal(append([]string{}, s.Words.Triggers...))
	return pgx.NamedArgs{
		"tenant": tenant, "connection": connection, "version": s.Version, "phrases": phrases, "triggers": triggers,
		"position": string(s.Words.Position), "mode": s.ReplyMode, "place": s.ReplyAt, "actor": actor, "now": s.Created,
	}, err
}

// StaleEtag is the fault of an update that was made on an older revision.
func StaleEtag() *fault.Fault {
	return fault.New(fault.Aborted, "ETAG_STALE", fault.Text{
		JA: "他の人が先に更新しました。もう一度読み込んでください。",
		EN: "Somebody else changed this first. Read it again and repeat.",
	})
}
