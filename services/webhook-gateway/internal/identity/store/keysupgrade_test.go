package store_test

import (
	"io/fs"
	"slices"
	"testing"
	"testing/fstest"

	"github.com/dakoku/dakoku/platform/postgres"
	"github.com/dakoku/dakoku/platform/postgres/pgtest"
	"github.com/dakoku/dakoku/services/webhook-gateway/internal/identity/store"
	"github.com/jackc/pgx/v5"
)

// before is the history without the files from that name on.
func before(t *testing.T, name string) postgres.Migrations {
	t.Helper()
	m, files := store.Migrations(), fstest.MapFS{}
	paths, err := fs.Glob(m.Files, "migrations/*.sql")
	for _, path := range paths {
		if text, e := fs.ReadFile(m.Files, path); e != nil {
			err = e
		} else if path < "migrations/"+name {
			files[path] = &fstest.MapFile{Data: text}
		}
	}
	if err != nil {
		t.Fatal(err)
	}
	m.Files = files
	return m
}

// A company with an administrator and somebody who is none any more, and keys: of
// each, of a key, and of nobody who matters, since it has expired.
const keysOfThen = `
insert into identity.organizations (tenant_id, name, time_zone, locale, closing_day, revision, create_time)
values ('11111111-1111-1111-1111-111111111111', 'Mogami', 'Asia/Tokyo', 'ja', 31, 1, now());
insert into identity.accounts (tenant_id, id, email, email_key, display_name, role, state, departments, password_hash, revision, create_time)
select '11111111-1111-1111-1111-111111111111', i::uuid, i || '@x', i || '@x', 'x', r, 'ACTIVE', '{}', 'x', 1, now()
from (values ('22222222-2222-2222-2222-222222222222', 'ADMINISTRATOR'), ('33333333-3333-3333-3333-333333333333', 'MANAGER')) a (i, r);
insert into identity.api_keys (tenant_id, id, display_name, role, secret_hash, creator, create_time, expire_time)
select '11111111-1111-1111-1111-111111111111', gen_random_uuid(), n, 'AUDITOR', sha256(n::bytea), c, now() - interval '2 days', now() + e::interval
from (values ('living', '22222222-2222-2222-2222-222222222222', '1 day'), ('demoted', '33333333-3333-3333-3333-333333333333', '1 day'),
	('chained', '44444444-4444-4444-4444-444444444444', '1 day'), ('expired', '44444444-4444-4444-4444-444444444444', '-1 day')) k (n, c, e)`

// Who owns the tables need not be a superuser.
func TestKeysThatNobodyStandsForEndWithTheUpgrade(t *testing.T) {
	db := pgtest.New(t)
	login, owner := db.Ordinary(t), db.Owner(t)
	if err := postgres.Migrate(t.Context(), login, before(t, "0016")); err != nil {
		t.Fatal(err)
	}
	if _, err := owner.Exec(t.Context(), keysOfThen); err != nil {
		t.Fatal(err)
	}
	if err := postgres.Migrate(t.Context(), login, store.Migrations()); err != nil {
		t.Fatal(err)
	}
	const noted = `select k.display_name from identity.api_keys k join identity.audit_events e on e.resource = 'apiKeys/' || k.id and e.action = 'API_KEY_DELETE' order by 1`
	for question, want := range map[string][]string{
		`select display_name from identity.api_keys where end_time is not null order by 1`: {"chained", "demoted"},
		noted: {"chained", "demoted"},
		`select relname::text from pg_class where relnamespace = 'identity'::regnamespace and relrowsecurity and not relforcerowsecurity`: nil,
	} {
		rows, err := owner.Query(t.Context(), question)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := pgx.CollectRows(rows, pgx.RowTo[string]); err != nil || !slices.Equal(got, want) {
			t.Errorf("%s: %v %v, want %v", question, got, err, want)
		}
	}
}
