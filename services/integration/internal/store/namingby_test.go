package store

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/dakoku/dakoku/services/integration/internal/naming"
)

func (f *fixture) do(t *testing.T, sql string, args ...any) {
	t.Helper()
	if _, err := f.owner.Exec(context.WithoutCancel(t.Context()), sql, args...); err != nil {
		t.Fatal(err)
	}
}

// claimed is a claim an hour later.
func (f *fixture) claimed(t *testing.T) naming.Claim {
	t.Helper()
	f.clock.pass(time.Hour)
	claim, err := f.ClaimNaming(t.Context(), f.tenant, f.clock.now(), f.clock.now().Add(time.Minute))
	if err != nil || claim.Lease == 0 {
		t.Fatal(claim, err)
	}
	return claim
}

// refuse makes LINE WORKS refuse the look-ups of a connection.
func (f *fixture) refuse(t *testing.T, conn string) {
	t.Helper()
	f.do(t, `insert into integration.look_up_gate (tenant_id, connection_id, closed_until, last_user, apart_until, people, refused, refused_tokens, reason, detail, since, last_at)
		values ($1, $2, now(), 'u', now(), 1, 1, 0, 'LOOK_UPS_FORBIDDEN', '', now(), now())`, f.tenant, conn)
}

// Nobody is asked about by a connection that is not active, has no keys of API 2.0 or
// only such as are over, or whose look-ups are refused.
func TestWhichConnectionAsks(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	f.linkTo(t, uuid.NewString(), "a@x")
	asks := func() bool {
		t.Helper()
		claim := f.claimed(t)
		return len(claim.By) == 1 && claim.By[0] == f.lane.Connection
	}
	if asks() {
		t.Error("by a draft without keys")
	}
	f.do(t, `update integration.connection set state = 'ACTIVE'`)
	if asks() {
		t.Error("without keys")
	}
	f.put(t, v2Set("1"), false)
	if !asks() {
		t.Error("not by an active one with keys")
	}
	for until, want := range map[time.Duration]bool{2 * time.Hour: true, 30 * time.Minute: false} {
		f.do(t, `update integration.credentials set role = 'PREVIOUS', expires_at = $1`, f.clock.now().Add(until)) // asked an hour later
		if asks() != want {
			t.Errorf("with keys that were over %s after the last question: %t", until, !want)
		}
	}
	f.do(t, `update integration.credentials set role = 'CURRENT', expires_at = null`)
	f.refuse(t, f.lane.Connection)
	if asks() {
		t.Error("although look-ups are refused")
	}
	f.do(t, `delete from integration.look_up_gate`)
	f.do(t, `update integration.connection set state = 'DISABLED'`)
	if asks() {
		t.Error("by one that is disabled")
	}
}

// Each LINE WORKS of an organization is asked by one connection: the oldest of its domain
// that can ask. One that no connection can ask is silent.
func TestEachLINEWORKSAsksByOneConnection(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	f.linkTo(t, uuid.NewString(), "a@x")
	first := f.lane.Connection
	f.put(t, v2Set("1"), false)
	also := f.connected(t, "2", "b.serviceaccount@x")
	other := f.connected(t, "3", "c.serviceaccount@y")
	f.do(t, `update integration.connection set state = 'ACTIVE'`)
	same := func(when string, silent bool, want ...string) {
		t.Helper()
		claim := f.claimed(t)
		slices.Sort(claim.By)
		if slices.Sort(want); !slices.Equal(claim.By, want) || claim.Silent != silent {
			t.Errorf("%s: %+v, want %v", when, claim, want)
		}
	}
	same("two domains", false, first, other)
	f.refuse(t, first)
	same("another of the domain can ask", false, also, other)
	f.refuse(t, also)
	same("none of the domain can", true, other)
	f.do(t, `update integration.connection set state = 'DISABLED' where id = any ($1::text[]::uuid[])`, []string{first, also})
	same("they are disabled", false, other)
	f.do(t, `delete from integration.look_up_gate`)
	f.do(t, `update integration.connection set state = 'BROKEN', state_reason = 'KEYS_REFUSED' where id = $1`, first)
	same("the only one of a domain is broken", true, other)
	f.do(t, `update integration.connection set state = 'ACTIVE' where id = $1`, also)
	same("another of its domain is not", false, also, other)
	f.do(t, `delete from integration.credentials where connection_id = $1`, other)
	same("one has keys of API 1.0 at most", true, also)
}

// connected is a connection with keys of an app.
func (f *fixture) connected(t *testing.T, bot, account string) string {
	t.Helper()
	c, err := f.CreateConnection(t.Context(), f.tenant, bot, false)
	if err != nil {
		t.Fatal(err)
	}
	mine := f.lane.Connection
	defer func() { f.lane.Connection = mine }()
	set := v2Set(bot)
	set.ServiceAccount = account
	f.lane.Connection = c.ID
	f.put(t, set, false)
	return c.ID
}

// With each lease others come first, all of them in some rounds: of whom nobody is told
// anything, they keep nobody from being asked about. There are none only when there are none.
func TestEachClaimBeginsWithOthers(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	for i := range 25 {
		f.linkTo(t, fmt.Sprintf("00000000-0000-4000-8000-%012d", i), fmt.Sprintf("%02d@x", i))
	}
	names := func(lease int64) string {
		t.Helper()
		links, err := f.Unnamed(t.Context(), f.tenant, lease, 10)
		if err != nil {
			t.Fatal(err)
		}
		var out []string
		for _, l := range links {
			out = append(out, strings.TrimSuffix(l.Account, "@x"))
		}
		return strings.Join(out, " ")
	}
	for lease, want := range map[int64]string{
		0: "00 01 02 03 04 05 06 07 08 09", 1: "10 11 12 13 14 15 16 17 18 19", 2: "20 21 22 23 24", 3: "05 06 07 08 09 10 11 12 13 14",
	} {
		if got := names(lease); got != want {
			t.Errorf("lease %d: %s", lease, got)
		}
	}
	f.do(t, `update integration.account_link set asked_at = now()`)
	if got := names(3); got != "" {
		t.Errorf("nobody is left, and still %s", got)
	}
}
