package gateway_test

import (
	"testing"

	"go.uber.org/zap"
	"go.uber.org/zap/zaptest/observer"

	"github.com/dakoku/dakoku/platform/rpc"
	gateway "github.com/dakoku/dakoku/services/webhook-gateway"
)

// A door that has never run has nothing to start by but the database: it says so, and
// waits for it.
func TestAFirstStartWaitsForTheDatabase(t *testing.T) {
	s := newSpooling(t)
	for _, peer := range []*rpc.ClientConfig{s.cfg.Integration, s.cfg.Attendance} {
		peer.Identity = s.cfg.Identity
	}
	core, logs := observer.New(zap.WarnLevel)
	s.cfg.Log = zap.New(core)
	s.stop()
	started, failed := make(chan *gateway.Public, 1), make(chan error, 1)
	go func() {
		if door, err := gateway.NewPublic(t.Context(), s.cfg); err != nil {
			failed <- err
		} else {
			started <- door
		}
	}()
	inTime(t, func() bool {
		return len(failed) > 0 || logs.FilterMessageSnippet("nothing that it could start by").Len() > 0
	})
	s.start()
	select {
	case err := <-failed:
		t.Fatal(err)
	case door := <-started:
		inBackground(t, door.Run)
		inTime(t, func() bool { return door.Ready(t.Context()) == nil })
		s.accepted(t, door, 1)
		s.arrived(t)
	}
}
