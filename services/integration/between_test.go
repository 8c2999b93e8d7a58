package integration_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"

	integrationv1 "github.com/dakoku/dakoku/proto/gen/dakoku/integration/v1"
	"github.com/dakoku/dakoku/simulator"
)

// Something between us and LINE WORKS sends us elsewhere, or answers with pages of
// megabytes: nobody there gets our token, nothing of the pages is logged or shown,
// and the answer arrives when the thing is gone.
func TestWhatStandsInBetweenGetsNothing(t *testing.T) {
	t.Parallel()
	const canary = "CANARY-of-a-page"
	var led atomic.Int32
	trap := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { led.Add(1) }))
	defer trap.Close()
	c := newTalk(t, newWorld(t))
	for _, fault := range []simulator.Fault{
		{Class: simulator.ClassToken, Status: 307, Location: trap.URL + "/" + canary},
		{Class: simulator.ClassMessages, Status: 308, Location: trap.URL + "/" + canary},
		{Class: simulator.ClassMessages, Status: 500, Page: canary + strings.Repeat("<p>", 2<<20)},
	} {
		fault.Times = 1
		c.sim.Fail(fault)
	}
	c.say(t)
	c.arrived(t)
	if n := led.Load(); n != 0 {
		t.Errorf("%d calls went elsewhere", n)
	}
	if n := c.calls(simulator.ClassMessages); n != 4 {
		t.Errorf("%d calls, want two attempts, a question and the last attempt", n)
	}
	var kept string
	err := c.db.Owner(t).QueryRow(t.Context(), `select coalesce(string_agg(m::text, ' '), '') || coalesce((select string_agg(g::text, ' ') from integration.gate g), '')
		from integration.outbound_message m`).Scan(&kept)
	if err != nil || strings.Contains(kept, canary) || strings.Contains(c.logs.String(), canary) || strings.Contains(c.logs.String(), "<p>") {
		t.Errorf("of the page is kept or logged: %v", err)
	}
}

// A page of something in between says nothing of our keys, our app, the bot or the
// reader, whatever its status: the connection stays as it is, tells the reason, and
// the answer arrives when the thing is gone.
func TestPagesInBetweenNeverChangeTheConnection(t *testing.T) {
	t.Parallel()
	for _, class := range []simulator.Class{simulator.ClassToken, simulator.ClassMessages} {
		for _, status := range []int{401, 403, 404} {
			t.Run(fmt.Sprint(class, status), func(t *testing.T) {
				t.Parallel()
				c := newTalk(t, newWorld(t))
				c.entered(c.ctx, t, c.conn, inV2(c.keys)) // nothing has asked for a token yet
				before := c.calls(class)
				c.sim.Fail(simulator.Fault{Class: class, Status: status, Page: "<h1>ログイン</h1>"})
				c.say(t)
				// A parked connection would make its second attempt ten minutes later.
				eventually(t, "a second attempt", func() bool { return c.calls(class) >= before+2 })
				if state, why := c.state(t); state != integrationv1.Connection_ACTIVE || why != "" {
					t.Errorf("%v %s", state, why)
				}
				var reasons string
				err := c.db.Owner(t).QueryRow(t.Context(), `select string_agg(m.state || ' ' || m.reason || ', ' || g.reason, ',')
					from integration.outbound_message m cross join integration.gate g`).Scan(&reasons)
				if err != nil || reasons != "QUEUED NOT_LINE_WORKS, NOT_LINE_WORKS" {
					t.Errorf("%s, %v", reasons, err)
				}
				c.sim.Heal()
				c.arrived(t)
			})
		}
	}
}
