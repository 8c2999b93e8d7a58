package inbox

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/dakoku/dakoku/services/webhook-gateway/internal/event"
)

var morning = time.Date(2026, 11, 23, 0, 0, 0, 0, time.UTC)

// said is a text of a person, minutes after the morning began.
func said(t testing.TB, tenant, user string, minute int) Delivery {
	t.Helper()
	body := fmt.Sprintf(`{"type":"message","source":{"userId":%q},"issuedTime":%q,"content":{"type":"text","text":"x"}}`,
		user, morning.Add(time.Duration(minute)*time.Minute).Format("2006-01-02T15:04:05.000Z"))
	e, err := event.Read(event.V2, []byte(body))
	if err != nil {
		t.Fatal(err)
	}
	return Delivery{Tenant: tenant, Connection: connection, Version: event.V2, Key: event.KeyOf(tenant, "1", e), Body: []byte(body), Event: e}
}

func (b *bench) turn(t *testing.T, rows ...Row) []Row {
	t.Helper()
	turn, err := b.InTurn(t.Context(), rows)
	if err != nil {
		t.Fatal(err)
	}
	return turn
}

func (b *bench) putOff(t *testing.T, row Row, d Delay) {
	t.Helper()
	if lost, err := b.Defer(t.Context(), []Row{row}, []Delay{d}); err != nil || len(lost) != 0 {
		t.Fatal(lost, err)
	}
}

func (b *bench) end(t *testing.T, outcome string, rows ...Row) {
	t.Helper()
	if lost, err := b.Complete(t.Context(), rows, slices.Repeat([]Verdict{{Outcome: outcome, Reason: "X"}}, len(rows))); err != nil || len(lost) != 0 {
		t.Fatal(lost, err)
	}
}

// An event that was put off holds up its person's later ones and nobody else's;
// its completion brings them back at once.
func TestAnEarlierEventGoesFirst(t *testing.T) {
	for _, outcome := range []string{Ignored, Quarantined} {
		b := newBench(t, nil)
		b.run(t)
		b.put(t, said(t, tenantA, "taro", 1))
		first := b.dispatched()[0]
		b.putOff(t, b.turn(t, first)[0], Delay{Wait: time.Hour})
		b.put(t, said(t, tenantA, "taro", 3), said(t, tenantA, "taro", 2), said(t, tenantA, "hanako", 3), said(t, tenantB, "taro", 3))
		later := b.dispatched()[1:]
		if got := b.turn(t, later...); len(got) != 2 || got[0].Event.User == "taro" && got[0].Tenant == tenantA {
			t.Fatalf("%+v", got)
		}
		if n := b.number(t, `select count(*) from gateway.inbox where lease is null and attempts = 0 and deferrals = 0 and due_at > now() + interval '1 hour'`); n != 2 {
			t.Errorf("%d parked", n)
		}
		b.claim(t, 0)
		if _, err := b.owner.Exec(t.Context(), `update gateway.inbox set due_at = now() where deferrals = 1`); err != nil {
			t.Fatal(err)
		}
		b.end(t, outcome, b.turn(t, b.claim(t, 1)...)...)
		woken := b.claim(t, 2)
		if got := b.turn(t, woken...); len(got) != 2 || !got[0].Event.Issued.Before(got[1].Event.Issued) || got[0].Attempts != 1 {
			t.Errorf("%+v", got)
		}
	}
}

// An event whose trouble is its own gives way after a while and is tried on.
func TestABadEventDoesNotHoldUpItsPersonForEver(t *testing.T) {
	b := newBench(t, nil)
	b.run(t)
	b.put(t, said(t, tenantA, "taro", 1), said(t, tenantA, "taro", 2))
	rows := b.dispatched()
	for failed := range 2 * forgiven { // somebody is away at every other try, which does not count
		if got := b.turn(t, rows[1]); len(got) != 0 {
			t.Fatalf("not held up after %d failures", failed/2)
		}
		b.putOff(t, rows[0], Delay{Wait: time.Hour, Own: failed%2 == 1})
		b.expire(t)
		rows = b.claim(t, 2)
	}
	if got := b.turn(t, rows...); len(got) != 2 || got[0].Person != "" {
		t.Errorf("%+v", got)
	}
	if got := b.turn(t, rows[1]); len(got) != 1 {
		t.Error("held up for ever")
	}
}

// Who it was is a hash, and gone with the judgement.
func TestThePersonIsForgotten(t *testing.T) {
	b := newBench(t, nil)
	b.run(t)
	b.put(t, said(t, tenantA, "taro", 1), said(t, tenantB, "taro", 1))
	rows := b.dispatched()
	if len(rows[0].Person) != 32 || rows[0].Person == rows[1].Person || strings.Contains(rows[0].Person, "taro") {
		t.Errorf("%q", rows[0].Person)
	}
	if n := b.number(t, `select count(distinct person) from gateway.inbox`); n != 2 {
		t.Errorf("%d persons", n)
	}
	b.end(t, Ignored, rows...)
	if n := b.number(t, `select count(person) from gateway.inbox`); n != 0 {
		t.Error("kept")
	}
	if err := refusal(t, b.owner, "", `update gateway.inbox set person = sha256('x'), outcome = 'PENDING'`); err == nil {
		t.Error("a judged event got a person")
	}
}

// A row keeps the token of its first delivery and the time at which it was
// received elsewhere, but none ahead of the database's clock.
func TestTokenAndTimeOfReception(t *testing.T) {
	b := newBench(t, nil)
	b.run(t)
	const token = "0195f000-0000-7000-8000-0000000000d1"
	waited, ahead, unnamed := said(t, tenantA, "taro", 1), said(t, tenantA, "taro", 2), said(t, tenantA, "taro", 3)
	waited.Token, waited.Received = token, morning
	ahead.Token, ahead.Received = token, time.Now().Add(time.Hour)
	b.put(t, waited, ahead, unnamed)
	again := waited
	again.Token, again.Received = connection, morning.Add(-time.Hour)
	b.put(t, again)
	b.expire(t)
	for i, got := range b.claim(t, 3) {
		fresh := b.dispatched()[i]
		if got.Token != fresh.Token || !got.Received.Equal(fresh.Received) || got.Person != fresh.Person || (got.Token == token) != (i < 2) ||
			got.Received.Equal(morning) != (i == 0) || got.Received.After(time.Now().Add(time.Minute)) {
			t.Errorf("%d: %+v, fresh %+v", i, got, fresh)
		}
	}
	if err := refusal(t, b.owner, "", `update gateway.inbox set token_id = gen_random_uuid()`); err == nil {
		t.Error("the token changed")
	}
}

// interleaving is what became of the events of a thousand people.
type interleaving struct {
	*bench
	mu     sync.Mutex
	judged map[string][]time.Time // of each person, in the order in which they were first judged
}

// work takes rows as the dispatcher does, fresh or claimed, and puts every third
// off; what comes after it of the same person goes with it.
func (w *interleaving) work(t *testing.T, random *rand.Rand, fresh []Row) int {
	rows, err := w.InTurn(t.Context(), fresh)
	if err != nil {
		t.Error(err)
		return 0
	}
	var done, later []Row
	held := map[string]bool{}
	for _, r := range rows {
		if held[r.Person] || random.IntN(3) == 0 {
			held[r.Person], later = true, append(later, r)
			continue
		}
		done = append(done, r)
	}
	w.mu.Lock()
	for _, r := range done {
		if user := r.Event.User; !slices.ContainsFunc(w.judged[user], r.Event.Issued.Equal) {
			w.judged[user] = append(w.judged[user], r.Event.Issued)
		}
	}
	w.mu.Unlock()
	_, err = w.Complete(t.Context(), done, slices.Repeat([]Verdict{{Outcome: Ignored}}, len(done)))
	_, failed := w.Defer(t.Context(), later, slices.Repeat([]Delay{{Wait: time.Millisecond}}, len(later)))
	if err != nil || failed != nil {
		t.Error(err, failed)
	}
	return len(done)
}

// A thousand people send 出勤 and 退勤; four workers take what they get, put off what
// they like, and judge each person's two in order all the same.
func TestAThousandInterleavings(t *testing.T) {
	const people, each, lanes = 1000, 2, 50
	b := newBench(t, nil)
	b.run(t)
	w := &interleaving{bench: b, judged: map[string][]time.Time{}}
	var putting sync.WaitGroup
	for part := range lanes {
		putting.Go(func() {
			for i := range people / lanes {
				for minute := range each {
					if err := b.Put(context.WithoutCancel(t.Context()), said(t, tenantA, fmt.Sprint("user-", part*people/lanes+i), minute)); err != nil {
						t.Error(err)
					}
				}
			}
		})
	}
	putting.Wait()
	fresh := b.dispatched()
	rand.Shuffle(len(fresh), func(i, j int) { fresh[i], fresh[j] = fresh[j], fresh[i] })
	var working sync.WaitGroup
	for part := range 4 {
		working.Go(func() { w.all(t, fresh[part*len(fresh)/4:(part+1)*len(fresh)/4]) })
	}
	working.Wait()
	for user, times := range w.judged {
		if len(times) != each || !slices.IsSortedFunc(times, time.Time.Compare) {
			t.Errorf("%s: %v", user, times)
		}
	}
	if len(w.judged) != people {
		t.Errorf("%d people", len(w.judged))
	}
}

// all works until nothing is pending any more: first its share of the fresh rows,
// then what it claims.
func (w *interleaving) all(t *testing.T, fresh []Row) {
	random := rand.New(rand.NewPCG(rand.Uint64(), rand.Uint64()))
	for len(fresh) > 0 {
		n := min(len(fresh), 1+random.IntN(batchLimit))
		w.work(t, random, fresh[:n])
		fresh = fresh[n:]
	}
	for idle := time.Now(); time.Since(idle) < time.Minute; {
		rows, err := w.Claim(t.Context())
		if err != nil {
			t.Error(err)
			return
		}
		if w.work(t, random, rows) > 0 {
			idle = time.Now()
		}
		if age, err := w.Oldest(t.Context()); err != nil || age == 0 {
			return
		}
	}
	t.Error("something is pending for ever")
}

// A look-up that never succeeds on one connection, because its keys are refused,
// does not keep the person from punching with another bot.
func TestAnotherConnectionIsNotHeldUp(t *testing.T) {
	b := newBench(t, nil)
	b.run(t)
	b.put(t, said(t, tenantA, "taro", 1))
	row := b.turn(t, b.dispatched()[0])[0]
	for range 50 {
		b.putOff(t, row, Delay{Wait: 30 * time.Second})
		if _, err := b.owner.Exec(t.Context(), `update gateway.inbox set due_at = now() - interval '1 second'`); err != nil {
			t.Fatal(err)
		}
		row = b.claim(t, 1)[0]
	}
	d := said(t, tenantA, "taro", 600)
	d.Connection = "0190a000-0000-7000-8000-0000000000ff"
	b.put(t, d)
	if got := b.turn(t, b.dispatched()[1]); len(got) != 1 {
		t.Errorf("the other bot's event waits after 50 deferrals: %+v", got)
	}
}
