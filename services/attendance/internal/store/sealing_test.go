package store

import (
	"context"
	"errors"
	"os"
	"sync"
	"testing"
	"time"

	"github.com/dakoku/dakoku/services/attendance/internal/evidence"
)

// doomed is a store in a process that dies at one of its calls, in front of the commit or behind it.
type doomed struct {
	*Store
	left  int
	after bool
	dead  bool
}

var errKilled = errors.New("killed")

func (d *doomed) call(do func() error) error {
	d.left--
	if d.dead || (d.left == 0 && !d.after) {
		d.dead = true
		return errKilled
	}
	err := do()
	if d.left == 0 {
		d.dead = true
		return errKilled
	}
	return err
}

func (d *doomed) Claim(ctx context.Context, tenant string, lease time.Duration) (l evidence.Lease, got bool, err error) {
	err = d.call(func() (err error) { l, got, err = d.Store.Claim(ctx, tenant, lease); return err })
	return l, got, err
}

func (d *doomed) SealPage(ctx context.Context, l evidence.Lease, after int64, _ int, prolong time.Duration) (last int64, done bool, err error) {
	err = d.call(func() (err error) { last, done, err = d.Store.SealPage(ctx, l, after, 20, prolong); return err })
	return last, done, err
}

func (d *doomed) MakeCheckpoint(ctx context.Context, l evidence.Lease, every time.Duration, sign func(evidence.Checkpoint) (evidence.Checkpoint, error)) error {
	return d.call(func() error { return d.Store.MakeCheckpoint(ctx, l, every, sign) })
}

func (d *doomed) Release(ctx context.Context, l evidence.Lease) error {
	return d.call(func() error { return d.Store.Release(ctx, l) })
}

func (d *doomed) CheckpointsAfter(ctx context.Context, tenant string, number int64, limit int) (list []evidence.Checkpoint, err error) {
	err = d.call(func() (err error) { list, err = d.Store.CheckpointsAfter(ctx, tenant, number, limit); return err })
	return list, err
}

// The sealer dies in front of and behind each of its commits, and while it writes to the file. The next one goes on:
// nothing is sealed twice or left out, and nothing looks like an edit meanwhile.
func TestASealerMayDieAnywhere(t *testing.T) {
	c := newCourt(t)
	deaths := 0
	for _, after := range []bool{false, true} {
		for step := 1; ; step++ {
			c.facts(t, 8)
			d := &doomed{Store: c.Store, left: step, after: after}
			err := c.sealer(d).Round(t.Context())
			if !d.dead {
				break
			}
			if deaths++; !errors.Is(err, errKilled) {
				t.Fatal(err)
			}
			c.clean(t, time.Now())
			c.exec(t, `update attendance.evidence_chains set lease_until = 'epoch'`)
			tear(t, c.journal.Path)
			c.round(t)
			for tenant, of := range c.clean(t, time.Now()).Companies {
				if of.Sealed != perCompany || of.Newer != 0 {
					t.Fatalf("step %d, after %v: %s %+v", step, after, tenant, of)
				}
			}
		}
	}
	if deaths != 2*(1+4+1+1+1) {
		t.Errorf("%d deaths", deaths)
	}
}

// tear leaves the beginning of a line, as a crash does.
func tear(t *testing.T, path string) {
	t.Helper()
	file, err := os.OpenFile(path, os.O_WRONLY|os.O_APPEND, 0)
	if errors.Is(err, os.ErrNotExist) {
		return
	}
	if err == nil {
		_, err = file.WriteString(`{"tenant":"`)
	}
	if err != nil || file.Close() != nil {
		t.Fatal(err)
	}
}

// A note of a row that is not there stays, also between notes that are crossed off: the check finds it by that.
func TestANoteOfAMissingRowStays(t *testing.T) {
	c := newCourt(t)
	c.facts(t, 8)
	const noted = `select count(*) from attendance.evidence_todo`
	const middle = `(select w.key::jsonb ->> 0 from attendance.evidence_todo w where w.fact = 'punches' order by w.id offset 4 limit 1)`
	c.exec(t, `set session_replication_role = replica`)
	c.exec(t, `delete from attendance.punches where id::text = `+middle)
	c.exec(t, `set session_replication_role = origin`)
	c.round(t)
	if n := c.count(t, noted); n != 1 {
		t.Errorf("%d notes stay", n)
	}
}

// A sealer whose lease went to another one changes nothing any more.
func TestASlowSealerIsFenced(t *testing.T) {
	c := newCourt(t)
	c.facts(t, 2)
	slow, got, err := c.Claim(t.Context(), c.tenants[0], time.Minute)
	if err != nil || !got {
		t.Fatal(got, err)
	}
	if _, got, err := c.Claim(t.Context(), c.tenants[0], time.Minute); err != nil || got {
		t.Fatal("two hold the lease", err)
	}
	c.exec(t, `update attendance.evidence_chains set lease_until = 'epoch'`)
	c.round(t)
	if _, _, err := c.SealPage(t.Context(), slow, 0, 10, time.Minute); !errors.Is(err, errFenced) {
		t.Error("seal:", err)
	}
	if err := c.MakeCheckpoint(t.Context(), slow, 0, nil); !errors.Is(err, errFenced) {
		t.Error("checkpoint:", err)
	}
	c.clean(t, time.Now())
}

// A fact that is noted once more, which nothing of ours does, gets no second seal and holds up no other.
func TestAFactIsSealedOnce(t *testing.T) {
	c := newCourt(t)
	c.facts(t, 8)
	c.round(t)
	c.exec(t, `insert into attendance.evidence_todo (tenant_id, fact, key) select tenant_id, fact, key from attendance.evidence_seals`)
	c.facts(t, 8)
	c.exec(t, `insert into attendance.evidence_todo (tenant_id, fact, key) select tenant_id, fact, key from attendance.evidence_todo`)
	c.round(t)
	var waiting, doubled int
	err := c.owner.QueryRow(t.Context(), `select (select count(*) from attendance.evidence_todo),
		(select count(*) from (select from attendance.evidence_seals group by tenant_id, fact, key having count(*) > 1) d)`).Scan(&waiting, &doubled)
	if err != nil || waiting != 0 || doubled != 0 {
		t.Errorf("%d wait, %d sealed twice, %v", waiting, doubled, err)
	}
}

// The check reads from the order of seals what was before what, so they follow their notes and not their tables.
func TestSealsFollowTheirNotes(t *testing.T) {
	c := newCourt(t)
	c.facts(t, 8)
	const list = `select coalesce(string_agg(fact || key, ' ' order by tenant_id, `
	var noted, sealed string
	if err := c.owner.QueryRow(t.Context(), list+`id), '') from attendance.evidence_todo`).Scan(&noted); err != nil {
		t.Fatal(err)
	}
	c.round(t)
	err := c.owner.QueryRow(t.Context(), list+`position), '') from attendance.evidence_seals`).Scan(&sealed)
	if err != nil || noted == "" || sealed != noted {
		t.Errorf("%v\nnoted:  %s\nsealed: %s", err, noted, sealed)
	}
}

// While many record, several seal and the check runs again and again, it finds nothing.
func TestNoFalseAlarmWhilePunchesAreRecorded(t *testing.T) {
	c := newCourt(t)
	c.facts(t, 2)
	ctx, cancel := context.WithCancel(t.Context())
	var sealers, writers sync.WaitGroup
	for range 2 {
		sealers.Go(func() {
			for ctx.Err() == nil {
				if err := c.sealer(c.Store).Round(ctx); err != nil && ctx.Err() == nil && !errors.Is(err, errFenced) {
					t.Error(err)
				}
			}
		})
	}
	var refs [][]Ref
	for range 3 {
		refs = append(refs, company(t, c.Store, 60))
	}
	for _, one := range refs {
		writers.Go(func() {
			for i := 0; i < len(one); i += 2 {
				if err := c.Record(ctx, one[i:i+2], func(k Known) (Verdicts, error) { return recordAll(one[i : i+2])(k), nil }); err != nil {
					t.Error(err)
				}
			}
		})
	}
	for range 15 {
		c.clean(t, time.Now())
	}
	writers.Wait()
	cancel()
	sealers.Wait()
	c.exec(t, `update attendance.evidence_chains set lease_until = 'epoch'`)
	c.round(t)
	for _, one := range refs {
		if of := c.clean(t, time.Now()).Companies[one[0].Tenant]; of.Sealed != 184 || of.Newer != 0 {
			t.Errorf("%+v", of)
		}
	}
}

// A file that lost lines, or all of them, is told.
func TestLinesMissingOutsideAreFound(t *testing.T) {
	c := newCourt(t)
	c.facts(t, 1)
	c.round(t)
	c.exec(t, `insert into attendance.work_rules select tenant_id, version + 10, now(), 1, 1, 1, 'ERROR_ON_REPEAT', 'HOLD', 'a', now() from attendance.work_rules`)
	c.round(t)
	if err := os.Truncate(c.journal.Path, 0); err != nil {
		t.Fatal(err)
	}
	report, err := c.verify(t.Context(), time.Now().Add(time.Hour))
	if err != nil || len(report.Findings) != 1 || report.Findings[0].Problem != evidence.NotOutside {
		t.Errorf("%v, %v", report.Findings, err)
	}
}

// Who rewrites facts, chain and checkpoints of the database back to an earlier state is found by the file.
func TestARolledBackDatabaseIsFound(t *testing.T) {
	c := newCourt(t)
	c.facts(t, 1)
	c.round(t)
	for _, statement := range []string{
		`set session_replication_role = replica`, `truncate attendance.punches, attendance.event_outcomes, attendance.punch_settings, attendance.timesheet_transitions,
		 attendance.work_rules, attendance.held_punches, attendance.held_punch_decisions, attendance.correction_requests, attendance.correction_decisions, attendance.punch_voids, attendance.evidence_seals,
		 attendance.company_calendars, attendance.retention_settings, attendance.legal_holds, attendance.timesheets, attendance.punch_keys, attendance.employees, attendance.companies, attendance.employee_versions, attendance.evidence_checkpoints, attendance.evidence_chains, attendance.evidence_erasures, attendance.audit_events, attendance.audit_changes cascade`,
	} {
		c.exec(t, statement)
	}
	report, err := c.verify(t.Context(), time.Now())
	if err != nil || len(report.Findings) != 2 {
		t.Errorf("%v, %v", report.Findings, err)
	}
}
