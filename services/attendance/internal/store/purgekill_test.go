package store

import (
	"errors"
	"os"
	"os/exec"
	"strconv"
	"syscall"
	"testing"
	"time"

	"github.com/dakoku/dakoku/platform/config"
	"github.com/dakoku/dakoku/platform/postgres"
)

// What a purge that is to be killed is told.
const (
	victimURL  = "PURGE_VICTIM_URL"
	victimNow  = "PURGE_VICTIM_NOW"
	victimLast = "PURGE_VICTIM_LAST"
)

// TestPurgeVictim is the process of a purge that kills itself when it asks for the time once too often: between
// transactions, and in each of them in front of every table and of the end.
func TestPurgeVictim(t *testing.T) {
	url := os.Getenv(victimURL)
	if url == "" {
		return // nobody is to be killed
	}
	last, err := strconv.Atoi(os.Getenv(victimLast))
	if err != nil {
		t.Fatal(err)
	}
	now, err := time.Parse(time.RFC3339, os.Getenv(victimNow))
	if err != nil {
		t.Fatal(err)
	}
	db, err := postgres.Open(t.Context(), postgres.Config{URL: config.Secret(url), Role: Migrations().Role(), MaxConns: 1})
	if err != nil {
		t.Fatal(err)
	}
	s := New(db, func() time.Time {
		if last--; last < 0 {
			_ = syscall.Kill(os.Getpid(), syscall.SIGKILL)
		}
		return now
	})
	if _, err := s.EraseTexts(t.Context(), s.Now(), 3); err != nil {
		t.Fatal(err)
	}
	if _, err := sweep(t.Context(), s, 3); err != nil {
		t.Fatal(err)
	}
}

// purgeAndDie runs a purge in a process of its own that kills itself when it asks for the time the last time; false
// when it came to its end before.
func (c *court) purgeAndDie(t *testing.T, now time.Time, last int) (killed bool) {
	t.Helper()
	child := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestPurgeVictim$")
	child.Env = append(os.Environ(), victimURL+"="+c.database.URL.Reveal(), victimNow+"="+now.Format(time.RFC3339), victimLast+"="+strconv.Itoa(last))
	out, err := child.CombinedOutput()
	if err == nil {
		return false
	}
	var exit *exec.ExitError
	if !errors.As(err, &exit) {
		t.Fatal(err)
	}
	if status, ok := exit.Sys().(syscall.WaitStatus); !ok || !status.Signaled() || status.Signal() != syscall.SIGKILL {
		t.Fatalf("%v\n%s", err, out)
	}
	return true
}

// A purge that is killed anywhere leaves whole rows or tombstones, and the next one goes on. What must stay stays.
func TestAPurgeMayDieAnywhere(t *testing.T) {
	c := newCourt(t)
	c.leaps = true
	c.records(t, 1)
	c.records(t, 2)
	if _, err := c.PlaceHold(t.Context(), c.tenants[0], LegalHold{Reason: "r", Actor: "a"}, false); err != nil {
		t.Fatal(err)
	}
	now := time.Now().AddDate(6, 0, 0).UTC().Truncate(time.Second)
	kept := c.count(t, left+` - (`+leftOf+`)`, c.tenants[1])
	deaths, before := 0, c.count(t, left)
	for last := 0; c.purgeAndDie(t, now, last); last++ {
		deaths++
		c.clean(t, now)
		if after := c.count(t, left); after > before || after < kept {
			t.Fatalf("%d rows after %d, %d must stay", after, before, kept)
		}
		before = c.count(t, left)
	}
	c.roundOf(t, c.at(now))
	c.clean(t, now)
	if n := c.count(t, left); n != kept || deaths < 15 {
		t.Errorf("%d rows of %d that must stay, after %d deaths", n, kept, deaths)
	}
}

// leftOf is left, of one company.
const leftOf = `(select count(*) from attendance.punches where tenant_id = $1) + (select count(*) from attendance.held_punches where tenant_id = $1)
 + (select count(*) from attendance.event_outcomes where tenant_id = $1) + (select count(*) from attendance.punch_voids where tenant_id = $1)
 + (select count(*) from attendance.correction_requests where tenant_id = $1) + (select count(*) from attendance.correction_decisions where tenant_id = $1)
 + (select count(*) from attendance.held_punch_decisions where tenant_id = $1) + (select count(*) from attendance.timesheet_transitions where tenant_id = $1)`
