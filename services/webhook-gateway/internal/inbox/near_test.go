package inbox

import (
	"fmt"
	"slices"
	"testing"

	"github.com/google/uuid"
)

// While somebody holds a person's first event the others are left alone, and nobody
// has to wake them; other persons' are claimed. A lease that has run out holds nobody up.
func TestWhatWaitsForAHeldEventIsLeftAlone(t *testing.T) {
	b := newBench(t, nil)
	b.run(t)
	b.put(t, said(t, tenantA, "taro", 1))
	b.restore(t, said(t, tenantA, "taro", 2), said(t, tenantA, "taro", 3), said(t, tenantA, "hanako", 1))
	if got := b.claim(t, 1); got[0].Event.User != "hanako" {
		t.Errorf("%+v", got[0])
	}
	b.end(t, Ignored, b.dispatched()[0])
	for i, row := range b.claim(t, 2) {
		if row.Event.User != "taro" || row.Attempts != 1 || row.Event.Issued.Minute() != i+2 {
			t.Errorf("%d: %+v", i, row)
		}
	}
	b.expire(t)
	b.claim(t, 3)
}

// What was not begun goes back before what came after it, and so does what was woken.
func TestWhatWasNotBegunKeepsItsPlace(t *testing.T) {
	b := newBench(t, nil)
	var all []Delivery
	for n := range batchLimit + 8 {
		d := said(t, tenantA, fmt.Sprint(n), 1)
		d.ID = uuid.NewString()
		all = append(all, d)
	}
	b.restore(t, all[:batchLimit]...)
	first := b.claim(t, batchLimit)
	b.restore(t, all[batchLimit:]...)
	for _, row := range first {
		b.putOff(t, row, Delay{})
	}
	for _, row := range b.claim(t, batchLimit) {
		if !slices.ContainsFunc(first, func(r Row) bool { return r.ID == row.ID }) {
			t.Errorf("%s came before what was given back", row.ID)
		}
	}
}

// A completion locks what it wakes and not what is due anyway.
func TestACompletionLeavesADueBacklogAlone(t *testing.T) {
	b := newBench(t, nil)
	b.run(t)
	b.put(t, said(t, tenantA, "taro", 1))
	b.restore(t, said(t, tenantA, "taro", 2), said(t, tenantA, "taro", 3))
	before := b.number(t, `select count(*) from gateway.inbox where xmax::text::bigint = 0`)
	b.end(t, Ignored, b.dispatched()[0])
	if n := b.number(t, `select count(*) from gateway.inbox where xmax::text::bigint = 0 and outcome = 'PENDING'`); before != 3 || n != 2 {
		t.Errorf("%d rows untouched, %d before", n, before)
	}
}

// A suspect among the first events of a person is not taken beside others: whoever is
// led to it by another event of the person leaves it to Suspect.
func TestASuspectIsNotTakenBesideItsPerson(t *testing.T) {
	b := newBench(t, nil)
	b.restore(t, said(t, tenantA, "taro", 2))
	for range trusted {
		b.claim(t, 1)
		b.expire(t)
	}
	b.restore(t, said(t, tenantA, "taro", 1), said(t, tenantA, "taro", 3))
	if row := b.claim(t, 1)[0]; row.Event.Issued.Minute() != 1 || row.Attempts != 1 {
		t.Errorf("%+v", row)
	}
}
