package integration_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/dakoku/dakoku/simulator"
)

// Something between us and LINE WORKS sends us elsewhere, or answers with pages of
// megabytes: nobody there gets our token, nothing of the pages is logged or shown,
// and the answer arrives when the thing is gone.
func TestWhatStandsInBetweenGetsNothing(t *testing.T) {
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
	if n := c.calls(simulator.ClassMessages); n != 3 {
		t.Errorf("%d attempts to send", n)
	}
	var kept string
	err := c.db.Owner(t).QueryRow(t.Context(), `select coalesce(string_agg(m::text, ' '), '') || coalesce((select string_agg(g::text, ' ') from integration.gate g), '')
		from integration.outbound_message m`).Scan(&kept)
	if err != nil || strings.Contains(kept, canary) || strings.Contains(c.logs.String(), canary) || strings.Contains(c.logs.String(), "<p>") {
		t.Errorf("of the page is kept or logged: %v", err)
	}
}
