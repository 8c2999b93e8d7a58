package store

import (
	"fmt"
	"testing"
	"time"

	"go.uber.org/zap"

	"github.com/dakoku/dakoku/services/integration/internal/lineworks"
	"github.com/dakoku/dakoku/services/integration/internal/outbound"
)

// keyed gives a connection keys whose service account is of a domain.
func (f *fixture) keyed(t *testing.T, conn, bot, domain string) {
	t.Helper()
	for _, statement := range []string{
		`insert into integration.connection_bot (tenant_id, bot, connection_id) select $1::uuid, $3, $2::uuid where $4::text <> ''`,
		`insert into integration.credentials (tenant_id, id, connection_id, api_version, bot, sealed, stored_at, revision, role, client_id, service_account, server_id,
			private_key_print, bot_secret_print, client_secret_print, api_id_print, consumer_key_print)
		 values ($1, gen_random_uuid(), $2, 'V2', $3::text, '', now(), 1, 'CURRENT', 'c', 'b' || $3::text || '.serviceaccount@' || $4::text, '', '', '', '', '', '')`,
	} {
		if _, err := f.owner.Exec(t.Context(), statement, f.tenant, conn, bot, domain); err != nil {
			t.Fatal(err)
		}
	}
}

// district is a domain of LINE WORKS, which counts the calls of all its bots in each
// minute of the clock.
type district struct {
	*fakes
	now           func() time.Time
	minute        time.Time
	used          int
	calls, denied int
}

func (d *district) answerTo(int) error {
	if minute := d.now().Truncate(time.Minute); minute != d.minute {
		d.minute, d.used = minute, 0
	}
	d.calls++
	d.used++
	left := d.minute.Add(time.Minute).Sub(d.now())
	d.rate = lineworks.Rate{Limit: outbound.DefaultPerMinute, Remaining: max(outbound.DefaultPerMinute-d.used, 0), Reset: left}
	if d.used > outbound.DefaultPerMinute {
		d.denied++
		return &lineworks.Failure{Class: lineworks.RateLimited, Code: "TOO_MANY_REQUESTS", Reset: left}
	}
	return nil
}

// Six bots of one domain, two processes: together they keep to the limit of one, and a
// problem of any goes before the confirmations of all.
func TestBotsOfOneDomainShareItsLimit(t *testing.T) {
	t.Parallel()
	const replies = 100
	f := newFixture(t)
	d := &district{fakes: &fakes{}, now: f.clock.now}
	d.answer = d.answerTo
	lanes := []*fixture{f}
	for len(lanes) < 6 {
		lanes = append(lanes, f.elsewhere(t))
	}
	var processes []*outbound.Queue
	for range 2 {
		processes = append(processes, outbound.New(outbound.Config{Store: f.Store, Accounts: d, Keys: d, Tokens: d, Platform: d, Now: f.clock.now, Log: zap.NewNop()}))
	}
	for i, lane := range lanes {
		f.keyed(t, lane.lane.Connection, fmt.Sprint(i), []string{"shop.example", "Shop.Example"}[i%2])
		lane.crowd(t, fmt.Sprint("c", i), replies, outbound.Confirmation)
	}
	turn := func() {
		for again := true; again; {
			again = false
			for _, lane := range lanes {
				for _, q := range processes {
					again = q.Step(t.Context(), lane.lane) || again
				}
			}
		}
	}
	turn()
	lanes[5].crowd(t, "urgent", 20, outbound.Problem)
	before := len(d.sent)
	for range 3 {
		f.clock.pass(2 * time.Second)
		turn()
	}
	problems := 0
	for _, who := range d.sent[before:min(before+20, len(d.sent))] {
		problems += count(len(who) > 6 && who[:6] == "urgent")
	}
	if problems != 20 {
		t.Errorf("%d of the next 20 calls are for problems: %v", problems, d.sent[before:])
	}
	for range 120 {
		f.clock.pass(2 * time.Second)
		turn()
	}
	if got := f.states(t); got["SENT"] != 6*replies+20 {
		t.Errorf("%v", got)
	}
	if share := float64(d.denied) / float64(d.calls); share > 0.01 {
		t.Errorf("%d of %d calls got 429", d.denied, d.calls)
	}
	t.Logf("%d of %d calls got 429", d.denied, d.calls)
}

// A bot alone in its domain, and one in another, wait for nobody.
func TestOtherDomainsShareNothing(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	other := f.elsewhere(t, "b")
	f.keyed(t, f.lane.Connection, "1", "one.example")
	f.keyed(t, other.lane.Connection, "2", "two.example")
	f.accept(t, f.draft("a", outbound.Confirmation))
	if f.claimNext(t) == nil || other.claimNext(t) == nil {
		t.Error("one waits for the other")
	}
	var rows int
	if err := f.owner.QueryRow(t.Context(), `select count(*) from integration.domain_budget`).Scan(&rows); err != nil || rows != 0 {
		t.Errorf("%d shared budgets, %v", rows, err)
	}
}
