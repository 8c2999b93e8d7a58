package inbox

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/google/uuid"
)

// several are deliveries of one event, each with an id of its own.
func several(t *testing.T, n int, tenant, text string) []Delivery {
	t.Helper()
	all := make([]Delivery, n)
	for i := range all {
		all[i] = delivery(t, tenant, text)
		all[i].ID = uuid.NewString()
	}
	return all
}

func (b *bench) restore(t *testing.T, deliveries ...Delivery) {
	t.Helper()
	if err := b.Restore(t.Context(), deliveries); err != nil {
		t.Fatal(err)
	}
}

func (b *bench) counted(t *testing.T, want int) {
	t.Helper()
	if n := b.number(t, `select sum(deliveries) from gateway.inbox`); n != want {
		t.Errorf("%d deliveries counted, want %d", n, want)
	}
}

// The first delivery's commit is in doubt, so it goes to the spool, and so do those
// that come after it. In the batch that brings them in, in whatever order, it is the
// only one that was counted before.
func TestWhatWasInDoubtHidesNoOtherDelivery(t *testing.T) {
	for _, first := range []int{0, 4} {
		b := newBench(t, nil)
		b.run(t)
		all := several(t, 9, tenantA, "出勤")
		b.put(t, all[first])
		b.restore(t, all...)
		b.counted(t, 9)
		b.restore(t, all...)
		b.counted(t, 9)
	}
}

// A later delivery's commit is in doubt: repeated or brought in by the spool, with
// new ones beside it, it is counted once.
func TestARepeatThatWasInDoubtIsCountedOnce(t *testing.T) {
	b := newBench(t, nil)
	b.run(t)
	all := several(t, 4, tenantA, "出勤")
	b.put(t, all[0], all[1])
	b.put(t, all[1])
	b.counted(t, 2)
	b.restore(t, all[2], all[1], all[3])
	b.counted(t, 4)
}

// Whatever is in doubt, however the batches are cut and by whatever way they come:
// a delivery is counted once.
func TestEachDeliveryIsCountedOnce(t *testing.T) {
	b := newBench(t, nil)
	b.run(t)
	var all []Delivery
	for n := range 12 {
		all = append(all, several(t, 1+n%10, []string{tenantA, tenantB}[n%2], fmt.Sprint(n))...)
	}
	seed := rand.Uint64()
	dice := rand.New(rand.NewPCG(seed, 0))
	for range 3 {
		left := slices.Clone(all)
		dice.Shuffle(len(left), func(x, y int) { left[x], left[y] = left[y], left[x] })
		for len(left) > 0 {
			n := min(1+dice.IntN(12), len(left))
			if dice.IntN(2) == 0 {
				b.restore(t, left[:n]...)
			} else {
				b.put(t, left[:n]...)
			}
			left = left[dice.IntN(n+1):] // the others come again
		}
	}
	b.counted(t, len(all))
	wrong := b.number(t, `select count(*) from gateway.inbox where deliveries <> 1 + coalesce(cardinality(repeats), 0) or id = any (repeats)`)
	if wrong != 0 {
		t.Errorf("%d rows do not remember what they counted; seed %d", wrong, seed)
	}
}

// Somebody who sends the same callback for ever does not make the row grow. What is
// remembered is enough to repeat any one transaction.
func TestARowRemembersABatchOfRepeats(t *testing.T) {
	b := newBench(t, nil)
	all := several(t, 600, tenantA, "出勤")
	for batch := range slices.Chunk(all, 256) {
		for range 2 {
			b.restore(t, batch...)
		}
	}
	b.counted(t, 600)
	if n := b.number(t, `select cardinality(repeats) from gateway.inbox`); n != 256 {
		t.Errorf("%d remembered", n)
	}
}
