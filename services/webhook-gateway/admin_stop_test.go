package gateway_test

import (
	"context"
	"net/http"
	"strings"
	"testing"

	attendancev1 "github.com/dakoku/dakoku/proto/gen/dakoku/attendance/v1"
	gateway "github.com/dakoku/dakoku/services/webhook-gateway"
)

// A request that is being answered when the door closes is answered.
func TestTheDoorClosesBehindTheLastRequest(t *testing.T) {
	d := openDoor(t)
	session := d.setUp()
	inside, release := make(chan struct{}), make(chan struct{})
	d.employees.answer(func(context.Context) (*attendancev1.ListEmployeesResponse, error) {
		close(inside)
		<-release
		return &attendancev1.ListEmployeesResponse{}, nil
	})
	got := make(chan answer, 1)
	go func() { got <- d.do("GET", "/v1/employees", "", "Cookie", session) }()
	<-inside
	stopped := make(chan struct{})
	go func() { defer close(stopped); d.stop() }()
	eventually(t, "the door refuses new connections", func() bool {
		_, err := (&http.Client{Transport: &http.Transport{DisableKeepAlives: true}}).Get(d.base + "/")
		return err != nil
	})
	close(release)
	if a := <-got; a.status != http.StatusOK {
		t.Errorf("%d %s", a.status, a.raw)
	}
	<-stopped
}

// A service that is away is a clear answer, not a hanging one, and identity
// works without it.
func TestABackendThatIsAway(t *testing.T) {
	d := openDoor(t, func(d *door) {
		away := *d.cfg.Integration
		away.Dialer, away.Target = nil, "127.0.0.1:1"
		d.cfg.Integration = &away
	})
	session := d.setUp()
	a := d.do("GET", "/v1/connections", "", "Cookie", session)
	if a.status != http.StatusServiceUnavailable || a.reason() != "UNAVAILABLE" || a.header.Get("Retry-After") == "" || strings.Contains(a.raw, "127.0.0.1") {
		t.Errorf("%d %s", a.status, a.raw)
	}
	if a := d.do("GET", "/v1/organization", "", "Cookie", session); a.status != http.StatusOK {
		t.Errorf("%d %s", a.status, a.raw)
	}
}

func TestWrongSettingsNameTheVariable(t *testing.T) {
	d := openDoor(t)
	taken := d.cfg
	taken.Listener, taken.ListenAddr = nil, d.admin.Addr()
	if _, err := gateway.NewAdmin(t.Context(), taken); err == nil || !strings.Contains(err.Error(), "DAKOKU_ADMIN_ADDR "+d.admin.Addr()) {
		t.Errorf("a used port: %v", err)
	}
	short := d.cfg
	short.SetupSecret = "short"
	if _, err := gateway.NewAdmin(t.Context(), short); err == nil || !strings.Contains(err.Error(), "DAKOKU_SETUP_SECRET") || strings.Contains(err.Error(), "short") {
		t.Errorf("a short secret: %v", err)
	}
}
