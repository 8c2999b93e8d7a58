package integration_test

import (
	"errors"
	"testing"
	"time"

	"github.com/google/uuid"

	integrationv1 "github.com/dakoku/dakoku/proto/gen/dakoku/integration/v1"
	"github.com/dakoku/dakoku/services/integration"
	"github.com/dakoku/dakoku/simulator"
)

func namingWorld(t *testing.T) *world {
	t.Helper()
	return newWorldAt(t, simulator.Config{}, func(c *integration.Config) { c.NamePoll = 20 * time.Millisecond })
}

// named waits until LINE WORKS has said who an employee's account is.
func (w *world) named(t *testing.T, tenant string) {
	t.Helper()
	owner := w.db.Owner(t)
	eventually(t, "LINE WORKS has named everybody", func() bool {
		var missing int
		err := owner.QueryRow(t.Context(), `select count(*) from integration.account_link where tenant_id = $1 and user_id is null`, tenant).Scan(&missing)
		return err == nil && missing == 0
	})
}

// A link that is made by an administrator keeps to the person from the beginning: the
// login id changes at LINE WORKS before the person has ever punched, and somebody else
// gets it.
func TestALinkIsThePersonsBeforeTheFirstPunch(t *testing.T) {
	t.Parallel()
	w := namingWorld(t)
	tenant := uuid.NewString()
	conn, _ := w.activeV2(as(t, tenant), t)
	taro, hana := w.user(t, "taro@example"), w.user(t, "hana@example")
	employee := w.link(t, tenant, "Taro@Example")
	imported := w.staff.hire(tenant, "2", "")
	w.load(t, tenant, "employee_number,lineworks_account_id\n2,hana@example\n", false)
	w.named(t, tenant)
	if err := errors.Join(w.sim.ChangeEmail(taro.ID, "yamada@example"), w.sim.ChangeEmail(hana.ID, "suzuki@example")); err != nil {
		t.Fatal(err)
	}
	stranger := w.user(t, "taro@example")
	if got := w.who(t, tenant, conn, stranger.ID); got != "" {
		t.Errorf("whoever got the login id is taken for %s", got)
	}
	if got := w.who(t, tenant, conn, taro.ID); got != employee {
		t.Errorf("the person is %q, want %s", got, employee)
	}
	if got := w.who(t, tenant, conn, hana.ID); got != imported {
		t.Errorf("the person of the CSV is %q, want %s", got, imported)
	}
}

// A company with two LINE WORKS: each is asked, until one names the person.
func TestPeopleOfTheSecondLINEWORKSAreNamed(t *testing.T) {
	t.Parallel()
	g := groupOf(t, namingWorld(t))
	e1, taro := g.hired(t, g.domain, "1", "taro@example")
	e2, hana := g.hired(t, g.elsewhere, "2", "hana@branch")
	g.named(t, g.tenant)
	for employee, user := range map[string]string{e1: taro.ID, e2: hana.ID} {
		if got := g.linkOf(t, g.tenant, employee).GetUserId(); got != user {
			t.Errorf("named %q, want %q", got, user)
		}
	}
}

// LINE WORKS is away when a link is made: the link is made at once all the same.
func TestALinkIsMadeWithoutLINEWORKS(t *testing.T) {
	t.Parallel()
	w := namingWorld(t)
	tenant := uuid.NewString()
	conn, _ := w.activeV2(as(t, tenant), t)
	w.sim.Fail(simulator.Fault{Class: simulator.ClassUsers, Status: 503})
	employee := w.link(t, tenant, "taro@example")
	eventually(t, "LINE WORKS is asked", func() bool { return w.lookUps() > 0 })
	got := w.resolve(t, tenant, conn, integrationv1.Credentials_V1, "taro@example")
	if got[0].GetEmployee() != employee {
		t.Errorf("%v", got[0])
	}
}

// A connection is activated after the links were made: it is asked about them then, without waiting for the end of a rest.
func TestLinksFromBeforeTheConnectionAreNamed(t *testing.T) {
	t.Parallel()
	w := namingWorld(t)
	tenant := uuid.NewString()
	w.user(t, "taro@example")
	w.link(t, tenant, "taro@example")
	owner := w.db.Owner(t)
	eventually(t, "the organization rests for want of a connection", func() bool {
		var rests bool
		err := owner.QueryRow(t.Context(), `select exists (select from integration.unnamed_links where due_at > now() + interval '30 minutes')`).Scan(&rests)
		return err == nil && rests
	})
	w.activeV2(as(t, tenant), t)
	w.named(t, tenant)
}
