package store

import (
	"io/fs"
	"math/rand/v2"
	"testing"
	"testing/fstest"

	"github.com/google/uuid"

	"github.com/dakoku/dakoku/platform/postgres"
	"github.com/dakoku/dakoku/platform/postgres/pgtest"
	"github.com/dakoku/dakoku/services/integration/internal/credential"
	"github.com/dakoku/dakoku/services/integration/internal/directory"
	"github.com/dakoku/dakoku/services/integration/internal/link"
)

// read is the history as a check reads it; it must be whole and the links as it has left them.
func (f *fixture) read(t *testing.T) LinkHistory {
	t.Helper()
	var h LinkHistory
	if err := h.Read(t.Context(), f.data.URL); err != nil || !h.There || len(h.Broken()) != 0 || len(h.Unlike) != 0 {
		t.Fatalf("%v, broken %v, unlike %v, %v", h.There, h.Broken(), h.Unlike, err)
	}
	return h
}

// Whatever happens to links, the receipt of a sender who is somebody is one to which the history leads, then and ever after.
func TestEveryReceiptIsWhereTheHistoryLeads(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	if _, err := f.owner.Exec(t.Context(), `update integration.connection set state = 'ACTIVE'`); err != nil {
		t.Fatal(err)
	}
	seed := rand.Uint64()
	t.Log("seed", seed)
	random := rand.New(rand.NewPCG(seed, 1))
	staff := []string{uuid.NewString(), uuid.NewString(), uuid.NewString(), uuid.NewString()}
	given := map[string][]directory.Answer{}
	for range 120 {
		f.change(t, random, staff)
		for _, a := range f.answers(t) {
			given[a.Employee] = append(given[a.Employee], a)
		}
	}
	h := f.read(t)
	if len(given) != len(staff) {
		t.Errorf("%d of %d were ever linked", len(given), len(staff))
	}
	for employee, answers := range given {
		for _, a := range answers {
			if p := h.Judge(f.tenant, employee, a.Receipt.String()); p != "" {
				t.Fatalf("%s: %s, %+v", employee, p, a)
			}
		}
	}
}

var logins, users = []string{"a@x", "b@x", "c@x", "d@x"}, []string{"u", "V", "w", "X"}

// change does one of the things that change links; that nothing comes of it is no error.
func (f *fixture) change(t *testing.T, random *rand.Rand, staff []string) {
	t.Helper()
	who, login, user := staff[random.IntN(len(staff))], logins[random.IntN(len(logins))], users[random.IntN(len(users))]
	var err error
	switch random.IntN(6) {
	case 0:
		order := random.Perm(len(staff)) // two may swap theirs
		_, err = f.AssignLinks(t.Context(), f.tenant, []link.Want{{Employee: staff[order[0]], Account: logins[order[2]]}, {Employee: staff[order[1]], Account: logins[order[3]]}}, platform, false)
	case 1, 2:
		_, err = f.AssignLinks(t.Context(), f.tenant, []link.Want{{Employee: who, Account: login}}, platform, random.IntN(4) == 0)
	case 3:
		_ = f.DeleteLink(t.Context(), f.tenant, who, platform, always) // there may be none
	case 4:
		_, err = f.Remember(t.Context(), f.tenant, user, directory.Remembered{LoginID: login, Checked: f.clock.now(), Connection: f.lane.Connection})
	default:
		err = f.departs(t, user)
	}
	if err != nil {
		t.Fatal(err)
	}
}

// answers are those who are somebody now, in both versions; without keys, nobody is asked at LINE WORKS.
func (f *fixture) answers(t *testing.T) (linked []directory.Answer) {
	t.Helper()
	resolver := directory.New(f.Store, nil, nil, f.clock.now, nil)
	var senders []directory.Sender
	for _, login := range logins {
		senders = append(senders, directory.Sender{Tenant: f.tenant, Connection: f.lane.Connection, Version: credential.V1, User: login})
	}
	for _, user := range users {
		senders = append(senders, directory.Sender{Tenant: f.tenant, Connection: f.lane.Connection, Version: credential.V2, User: user})
	}
	answers, err := resolver.Resolve(t.Context(), senders)
	if err != nil {
		t.Fatal(err)
	}
	for _, a := range answers {
		if a.State == directory.Linked {
			linked = append(linked, a)
		}
	}
	return linked
}

// History from before there was a chain is its beginning, and a link without history gets its first entry.
func TestHistoryFromBeforeTheChainIsItsBeginning(t *testing.T) {
	t.Parallel()
	old, files := Migrations(), fstest.MapFS{}
	err := fs.WalkDir(old.Files, ".", func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || entry.Name() >= "0017" {
			return err
		}
		text, err := fs.ReadFile(old.Files, path)
		files[path] = &fstest.MapFile{Data: text}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	old.Files = files
	f := newBareFixture(t, pgtest.New(t, old), t.TempDir()+"/keys.json")
	for _, statement := range []string{
		`insert into integration.account_link select gen_random_uuid(), e, 'a@x', now(), 1 from (values (gen_random_uuid())) as w (e), generate_series(1, 2)`,
		`insert into integration.account_link_change (tenant_id, employee_id, occurred_at, verb, account, user_id, actor, source)
			select tenant_id, employee_id, now(), v, 'a@x', '', 'a', 'EDIT' from (select * from integration.account_link limit 1) l, unnest(array['LINKED', 'UNLINKED', 'LINKED']) v`,
	} {
		if _, err := f.owner.Exec(t.Context(), statement); err != nil {
			t.Fatal(err)
		}
	}
	if err := postgres.Migrate(t.Context(), f.data.URL, Migrations()); err != nil {
		t.Fatal(err)
	}
	f.read(t)
	if _, err := f.PutLink(t.Context(), f.tenant, link.Want{Employee: uuid.NewString(), Account: "a@x"}, platform, always, false); err != nil {
		t.Fatal(err)
	}
	f.read(t)
}
