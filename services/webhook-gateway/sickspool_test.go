package gateway_test

import (
	"errors"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	gateway "github.com/dakoku/dakoku/services/webhook-gateway"
)

// A disk that went bad under the spool keeps no door from starting: the database takes
// callbacks. Nothing is promised while that is away, too, and when the disk is well
// the way around the database is there again.
func TestADoorStartsWithoutItsSpool(t *testing.T) {
	s := newSpooling(t)
	_, stop := s.open(t)
	stop()
	places := filepath.Join(s.cfg.SpoolDir, "0")
	if err := os.RemoveAll(places); err != nil {
		t.Fatal(err)
	}
	for n := range 64 {
		if err := os.WriteFile(filepath.Join(s.cfg.SpoolDir, strconv.Itoa(n)), nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	registry := prometheus.NewRegistry()
	s.cfg.Registry = registry
	door, _ := s.open(t)
	s.accepted(t, door, 3)
	s.arrived(t)
	if n := gauge(t, registry, "dakoku_spool_writable"); n != 0 {
		t.Errorf("writable: %v", n)
	}
	s.stop()
	if status := post(t, door, numbered(1000)); status != 503 {
		t.Errorf("%d, although it could be stored nowhere", status)
	}
	if err := door.Ready(t.Context()); err == nil {
		t.Error("ready to refuse")
	}
	for n := range 64 {
		if err := os.Remove(filepath.Join(s.cfg.SpoolDir, strconv.Itoa(n))); err != nil {
			t.Fatal(err)
		}
	}
	inTime(t, func() bool { return gauge(t, registry, "dakoku_spool_writable") == 1 }) // nobody need restart it
	s.accepted(t, door, 3)
	s.start()
	s.arrived(t)
}

// A directory that nobody has used yet is a setting; a wrong one is told at once.
func TestAWrongSpoolDirectoryIsTold(t *testing.T) {
	s := newSpooling(t)
	if err := os.WriteFile(s.cfg.SpoolDir, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	s.cfg.Integration.Identity, s.cfg.Attendance.Identity = s.cfg.Identity, s.cfg.Identity
	door, err := gateway.NewPublic(t.Context(), s.cfg)
	if err == nil {
		door.Close()
	}
	if err == nil || !strings.Contains(err.Error(), "DAKOKU_SPOOL_DIR") {
		t.Fatal("with a file for a directory:", err)
	}
}

// A file of the spool that cannot be read at the start is no loss: it
// is counted, and brought in by itself when it can be read.
func TestAFileThatCannotBeReadIsBroughtInLater(t *testing.T) {
	s := newSpooling(t)
	door, stop := s.open(t)
	s.accepted(t, door, 1)
	s.arrived(t)
	s.stop()
	s.accepted(t, door, 5)
	stop()
	s.start()
	files, _ := filepath.Glob(filepath.Join(s.cfg.SpoolDir, "0", "*.segment"))
	if len(files) != 1 {
		t.Fatal(files)
	}
	if err := errors.Join(os.Rename(files[0], files[0]+".real"), os.Mkdir(files[0], 0o700)); err != nil {
		t.Fatal(err)
	}
	registry := prometheus.NewRegistry()
	s.cfg.Registry = registry
	door, _ = s.open(t)
	s.accepted(t, door, 2)
	if n := gauge(t, registry, "dakoku_spool_kept_files"); n != 1 {
		t.Errorf("%v files", n)
	}
	inTime(t, func() bool { return s.number(`select count(*) from gateway.inbox where outcome = 'RECORDED'`) == 3 })
	if err := errors.Join(os.Remove(files[0]), os.Rename(files[0]+".real", files[0])); err != nil {
		t.Fatal(err)
	}
	s.arrived(t)
	inTime(t, func() bool { return gauge(t, registry, "dakoku_spool_kept_files") == 0 })
}

// What the database refuses for its values is counted, and comes in by a command once
// the database takes it, as of when it was received and once.
func TestWhatWasPutAsideIsBroughtInByACommand(t *testing.T) {
	s := newSpooling(t)
	registry := prometheus.NewRegistry()
	s.cfg.Registry = registry
	door, _ := s.open(t)
	s.accepted(t, door, 3)
	s.arrived(t)
	s.tell(`create function refuse() returns trigger language plpgsql as $$ begin
		if new.issued_at = '2026-11-20 00:00:00.010Z' then raise exception 'no' using errcode = 'check_violation'; end if; return new; end $$`)
	s.tell(`create trigger refuse before insert on gateway.inbox for each row execute function refuse()`)
	s.stop()
	before := time.Now()
	s.accepted(t, door, 20)
	during := time.Now()
	s.start()
	inTime(t, func() bool { return gauge(t, registry, "dakoku_spool_kept_files") == 1 })
	files, _ := filepath.Glob(filepath.Join(s.cfg.SpoolDir, "*", "*.kept"))
	if n := s.number(`select count(*) from gateway.inbox`); n != s.sent-1 || len(files) != 1 {
		t.Fatalf("%d events of %d, %v", n, s.sent-1, files)
	}
	s.tell(`drop trigger refuse on gateway.inbox`)
	said := 0
	words := append([]string{"import"}, files...)
	if err := gateway.SpoolCommand(s.cfg.DataDir, gateway.Spool{SpoolDir: s.cfg.SpoolDir}, words, func(string) { said++ }); err != nil || said != 1 {
		t.Fatal(said, err)
	}
	s.arrived(t)
	s.receivedBetween(t, before, during)
	inTime(t, func() bool { return gauge(t, registry, "dakoku_spool_kept_files") == 0 })
}

// gauge is the value of a metric that has no labels.
func gauge(t *testing.T, from prometheus.Gatherer, name string) float64 {
	t.Helper()
	families, err := from.Gather()
	if err != nil {
		t.Fatal(err)
	}
	for _, family := range families {
		if family.GetName() == name {
			return family.GetMetric()[0].GetGauge().GetValue()
		}
	}
	t.Fatalf("no %s", name)
	return 0
}
