package store

import (
	"errors"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/dakoku/dakoku/services/integration/internal/connection"
	"github.com/dakoku/dakoku/services/integration/internal/directory"
	"github.com/dakoku/dakoku/services/integration/internal/link"
	"github.com/dakoku/dakoku/services/integration/internal/outbound"
)

func (f *fixture) linkTo(t *testing.T, employee, account string) link.Link {
	t.Helper()
	if _, err := f.AssignLinks(t.Context(), f.tenant, []link.Want{{Employee: employee, Account: account}}, By{Actor: "a", Source: link.ByEdit}, false); err != nil {
		t.Fatal(err)
	}
	l, err := f.LinkOf(t.Context(), f.tenant, employee)
	if err != nil {
		t.Fatal(err)
	}
	return l
}

func (f *fixture) namingDue(t *testing.T) int {
	t.Helper()
	due, err := f.NamingDue(t.Context(), f.clock.now(), 10)
	if err != nil {
		t.Fatal(err)
	}
	return len(due)
}

func (f *fixture) claimNaming(t *testing.T) int64 {
	t.Helper()
	claim, err := f.ClaimNaming(t.Context(), f.tenant, f.clock.now(), f.claimedUntil())
	if err != nil {
		t.Fatal(err)
	}
	return claim.Lease
}

// claimedUntil is the end of a claim that is made now, finer than what is stored.
func (f *fixture) claimedUntil() time.Time {
	return f.clock.now().Add(time.Minute + 400*time.Microsecond)
}

// rests claims the work, and lets it rest for an hour.
func (f *fixture) rests(t *testing.T) {
	t.Helper()
	f.claimNaming(t)
	if err := f.RestNaming(t.Context(), f.tenant, f.claimedUntil(), f.clock.now().Add(time.Hour)); err != nil || f.namingDue(t) != 0 {
		t.Fatal("no rest", err)
	}
}

// However many links are made one by one, while somebody is at work or rests, no more
// people are asked about in a minute. The new ones are not forgotten.
func TestNewLinksDoNotHastenTheQuestions(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	f.linkTo(t, uuid.NewString(), "a@x")
	f.claimNaming(t)
	f.linkTo(t, uuid.NewString(), "b@x")
	if err := f.RestNaming(t.Context(), f.tenant, f.claimedUntil(), f.clock.now().Add(20*time.Second)); err != nil {
		t.Fatal(err)
	}
	f.linkTo(t, uuid.NewString(), "c@x")
	f.clock.pass(19 * time.Second)
	if f.namingDue(t) != 0 {
		t.Error("the rest is cut short")
	}
	f.clock.pass(time.Second)
	if f.namingDue(t) != 1 {
		t.Error("the rest is longer than it was to be")
	}
}

// A link by login id makes its organization due. One process has it; a link that is made
// meanwhile is not forgotten with the end of its work.
func TestANewLinkIsAskedAbout(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	if f.namingDue(t) != 0 {
		t.Fatal("due without links")
	}
	f.linkTo(t, uuid.NewString(), "a@x")
	if f.namingDue(t) != 1 {
		t.Fatal("a link by login id is not due")
	}
	lease := f.claimNaming(t)
	if lease == 0 || f.claimNaming(t) != 0 || f.namingDue(t) != 0 {
		t.Fatal("two processes have it")
	}
	f.linkTo(t, uuid.NewString(), "b@x")
	if err := f.EndNaming(t.Context(), f.tenant, lease, f.claimedUntil()); err != nil {
		t.Fatal(err)
	}
	if lease = f.claimNaming(t); lease == 0 {
		t.Fatal("the link that was made meanwhile is forgotten")
	}
	if err := f.EndNaming(t.Context(), f.tenant, lease, f.claimedUntil()); err != nil {
		t.Fatal(err)
	}
	f.clock.pass(time.Hour)
	if f.namingDue(t) != 0 {
		t.Error("due after its end")
	}
}

// A connection is activated while somebody finds that there is none: that one does not
// put the work off behind it.
func TestAConnectionEndsTheRest(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	f.linkTo(t, uuid.NewString(), "a@x")
	f.claimNaming(t)
	f.put(t, v2Set("1"), false)
	if err := f.RestNaming(t.Context(), f.tenant, f.claimedUntil(), f.clock.now().Add(time.Hour)); err != nil {
		t.Fatal(err)
	}
	if f.namingDue(t) != 1 {
		t.Error("it waits for an hour")
	}
}

// What a rest waits for has come: a connection that is activated once more, look-ups
// that are answered again, and a connection that is mended by an answer or by a look-up.
func TestWhatEndsARest(t *testing.T) {
	t.Parallel()
	refused := connection.Cause{Reason: connection.KeysRefused}
	for name, end := range map[string]func(*fixture) error{
		"activated again": func(f *fixture) error {
			_, err := f.ActivateConnection(t.Context(), f.tenant, f.lane.Connection)
			return err
		},
		"a look-up is answered": func(f *fixture) error {
			forbidden := directory.Verdict{Cause: connection.Cause{Reason: connection.LookUpsForbidden}}
			_, refusal := f.SettleLookUp(t.Context(), f.tenant, f.lane.Connection, "u", directory.Standing{}, forbidden)
			_, err := f.SettleLookUp(t.Context(), f.tenant, f.lane.Connection, "u", directory.Standing{LookUps: connection.LookUps{Refused: 1}}, directory.Verdict{})
			return errors.Join(refusal, err)
		},
		"a look-up mends": func(f *fixture) error {
			if _, err := f.owner.Exec(t.Context(), `update integration.connection set state = 'BROKEN', state_reason = 'KEYS_REFUSED'`); err != nil {
				return err
			}
			_, err := f.SettleLookUp(t.Context(), f.tenant, f.lane.Connection, "u", directory.Standing{}, directory.Verdict{Own: true})
			return err
		},
		"an answer mends": func(f *fixture) error {
			f.accept(t, f.draft("a", outbound.Problem), f.draft("b", outbound.Problem))
			broken, mends := f.claimNext(t), f.claimNext(t)
			f.settle(t, broken, outbound.Verdict{State: outbound.Queued, Due: f.clock.now(), Refused: true, Break: refused})
			if f.namingDue(t) != 0 {
				t.Error("due although the connection breaks")
			}
			f.settle(t, mends, outbound.Verdict{State: outbound.Sent, Mend: true})
			return nil
		},
	} {
		t.Run(name, func(t *testing.T) {
			f := newFixture(t)
			f.put(t, v2Set("1"), false)
			if _, err := f.IssueToken(t.Context(), f.tenant, f.lane.Connection); err != nil {
				t.Fatal(err)
			}
			if _, err := f.owner.Exec(t.Context(), `update integration.connection set state = 'ACTIVE'`); err != nil {
				t.Fatal(err)
			}
			f.linkTo(t, uuid.NewString(), "a@x")
			f.rests(t)
			if err := end(f); err != nil {
				t.Fatal(err)
			}
			if f.namingDue(t) != 1 {
				t.Error("it waits for an hour")
			}
		})
	}
}

// An answer is for the link that was asked about: not for one that was made since, with
// the same account again or for another employee, and not for an account that the answer does not name.
func TestAnAnswerIsForTheLinkThatWasAskedAbout(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	taro, hana := uuid.NewString(), uuid.NewString()
	asked := f.linkTo(t, taro, "a@x")
	name := func(m link.Member) string {
		t.Helper()
		if err := f.Name(t.Context(), f.tenant, f.lane.Connection, asked, m); err != nil {
			t.Fatal(err)
		}
		all, err := f.LinksAfter(t.Context(), f.tenant, nil, "", 10)
		if err != nil {
			t.Fatal(err)
		}
		out := ""
		for _, l := range all {
			out += l.User
		}
		return out
	}
	if got := name(link.Member{User: "U", LoginID: "b@x", Active: true}); got != "" {
		t.Errorf("the answer is about somebody else: %q", got)
	}
	f.linkTo(t, taro, "b@x")
	f.clock.pass(time.Second)
	f.linkTo(t, taro, "a@x")
	if got := name(link.Member{User: "U", LoginID: "a@x", Active: true}); got != "" {
		t.Errorf("the link was made anew: %q", got)
	}
	if left, err := f.Unnamed(t.Context(), f.tenant, 1, 10); err != nil || len(left) != 1 {
		t.Errorf("nobody asks about the link that was made anew: %v, %v", left, err)
	}
	f.linkTo(t, taro, "b@x")
	f.linkTo(t, hana, "a@x")
	if got := name(link.Member{User: "U", LoginID: "a@x", Active: true}); got != "" {
		t.Errorf("the account is another employee's by now: %q", got)
	}
	asked, _ = f.LinkOf(t.Context(), f.tenant, hana)
	if got := name(link.Member{User: "U", LoginID: "b@x", Active: true}); got != "" {
		t.Errorf("the answer is about somebody else who is linked: %q", got)
	}
	if got := name(link.Member{User: "U", LoginID: "A@x", Active: true}); got != "U" {
		t.Errorf("named: %q", got)
	}
}
