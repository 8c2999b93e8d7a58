package gateway_test

import (
	"os"
	"path/filepath"
	"sync"
	"syscall"
	"testing"
	"time"

	gateway "github.com/dakoku/dakoku/services/webhook-gateway"
)

// Whatever keeps the database from taking callbacks, they are answered 200, and
// all of them are judged when it is over.
func TestCallbacksOutliveTheDatabase(t *testing.T) {
	for name, c := range map[string]struct{ begin, end func(*cluster) }{
		"stopped": {(*cluster).stop, (*cluster).start},
		"frozen":  {func(c *cluster) { c.signal(syscall.SIGSTOP) }, func(c *cluster) { c.signal(syscall.SIGCONT) }},
		"full": {
			func(c *cluster) {
				c.tell(`create function full_disk() returns trigger language plpgsql as $$ begin
					raise exception 'could not extend file: No space left on device' using errcode = 'disk_full'; end $$`)
				c.tell(`create trigger full_disk before insert on gateway.inbox execute function full_disk()`)
			},
			func(c *cluster) { c.tell(`drop trigger full_disk on gateway.inbox`) },
		},
		"read-only": {
			func(c *cluster) {
				c.tell(`alter system set default_transaction_read_only = on`)
				c.tell(`select pg_reload_conf()`)
			},
			func(c *cluster) {
				c.tell(`alter system reset default_transaction_read_only`)
				c.tell(`select pg_reload_conf()`)
			},
		},
		"slow":      {slow(500 * time.Millisecond), slow(0)},
		"very slow": {slow(5 * time.Second), slow(0)},
		"failing over": {
			func(c *cluster) {
				c.stop()
				if err := os.WriteFile(filepath.Join(c.server.Dir(), "standby.signal"), nil, 0o600); err != nil {
					c.t.Fatal(err)
				}
				c.own("standby.signal")
				c.start()
			},
			func(c *cluster) { c.tell(`select pg_promote()`) },
		},
	} {
		t.Run(name, func(t *testing.T) {
			s := newSpooling(t)
			door, _ := s.open(t)
			s.accepted(t, door, 3)
			s.arrived(t)
			c.begin(s.cluster)
			before := time.Now()
			s.accepted(t, door, 20)
			if err := door.Ready(t.Context()); err != nil {
				t.Error("not ready although callbacks are stored:", err)
			}
			during := time.Now()
			c.end(s.cluster)
			s.arrived(t)
			s.receivedBetween(t, before, during)
			s.accepted(t, door, 3) // the direct way again
			s.arrived(t)
		})
	}
}

// own gives a file to the server's user.
func (c *cluster) own(name string) {
	c.t.Helper()
	info, err := os.Stat(c.server.Dir())
	if err != nil {
		c.t.Fatal(err)
	}
	owner := info.Sys().(*syscall.Stat_t)
	if err := os.Chown(filepath.Join(c.server.Dir(), name), int(owner.Uid), int(owner.Gid)); err != nil {
		c.t.Fatal(err)
	}
}

// receivedBetween tells that the 20 events of an outage count as received then,
// not when they got to the database.
func (s *spooling) receivedBetween(t *testing.T, from, to time.Time) {
	t.Helper()
	n := s.number(`select count(*) from gateway.inbox where issued_at between '2026-11-20 00:00:00.004Z' and '2026-11-20 00:00:00.023Z'
		and received_at between '` + from.Add(-time.Second).UTC().Format(time.RFC3339Nano) + `' and '` + to.Add(time.Second).UTC().Format(time.RFC3339Nano) + `'`)
	if n != 20 {
		t.Errorf("%d of 20 received during the outage", n)
	}
}

// A door that dies with callbacks in its spool, while the database is away, leaves
// them to the next one, which starts without database and integration.
func TestAStartWithoutTheDatabase(t *testing.T) {
	s := newSpooling(t)
	door, stop := s.open(t)
	s.accepted(t, door, 1)
	s.arrived(t)
	s.stop()
	s.accepted(t, door, 5)
	stop()
	there := *s.cfg.Integration
	s.cfg.Integration.Target, s.cfg.Integration.Identity = "127.0.0.1:1", s.cfg.Identity
	door, err := gateway.NewPublic(t.Context(), s.cfg)
	if err != nil {
		t.Fatal(err)
	}
	stop = inBackground(t, door.Run)
	s.accepted(t, door, 5)
	if err := door.Ready(t.Context()); err != nil {
		t.Error(err)
	}
	s.start()
	inTime(t, func() bool { return s.number(`select count(*) from gateway.inbox`) == s.sent })
	stop()
	*s.cfg.Integration = there
	s.open(t)
	s.arrived(t)
}

func TestSeveralDoorsShareADirectory(t *testing.T) {
	s := newSpooling(t)
	one, _ := s.open(t)
	two, stopTwo := s.open(t)
	s.stop()
	s.accepted(t, one, 5)
	s.accepted(t, two, 5)
	stopTwo()
	s.start()
	s.arrived(t) // the first one takes over what the second one left
}

func TestNoRoomIsRefused(t *testing.T) {
	s := newSpooling(t)
	s.cfg.SpoolMaxBytes = 20 << 10
	door, _ := s.open(t)
	s.stop()
	refused := 0
	for refused == 0 && s.sent < 200 {
		s.sent++
		if status := post(t, door, numbered(s.sent)); status == 503 {
			refused, s.sent = s.sent, s.sent-1
		} else if status != 200 {
			t.Fatal(status)
		}
	}
	if refused < 10 {
		t.Errorf("the first refusal at %d", refused)
	}
	if err := door.Ready(t.Context()); err == nil {
		t.Error("ready to refuse")
	}
	s.start()
	inTime(t, func() bool {
		return s.number(`select count(*) from gateway.inbox where outcome = 'RECORDED'`) >= s.sent
	})
	// The inbox may have stored the one that it could not promise to.
	if n := s.number(`select count(*) from gateway.inbox`); n > s.sent+1 {
		t.Errorf("%d events of %d", n, s.sent)
	}
}

// While callbacks arrive the database goes and comes; nothing is lost, doubled or
// refused.
func TestTheDatabaseGoesAndComes(t *testing.T) {
	s := newSpooling(t)
	door, _ := s.open(t)
	end := make(chan struct{})
	var posting sync.WaitGroup
	var mu sync.Mutex
	next := func() int {
		mu.Lock()
		defer mu.Unlock()
		s.sent++
		return s.sent
	}
	for range 4 {
		posting.Go(func() {
			for {
				select {
				case <-end:
					return
				default:
				}
				if status := post(t, door, numbered(next())); status != 200 {
					t.Error(status)
				}
				<-time.After(20 * time.Millisecond) // a quick machine would fill the spool
			}
		})
	}
	for range 3 {
		<-time.After(time.Second)
		s.stop()
		<-time.After(time.Second)
		s.start()
	}
	close(end)
	posting.Wait()
	t.Logf("%d events", s.sent)
	s.arrived(t)
}
