package store

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/zap"

	"github.com/dakoku/dakoku/platform/postgres"
	"github.com/dakoku/dakoku/services/integration/internal/lineworks"
	"github.com/dakoku/dakoku/services/integration/internal/outbound"
)

// say is a draft to a person with a text of its own.
func (f *fixture) say(user, text string, p outbound.Priority) outbound.Draft {
	d := f.draft(text, p)
	d.Content.User = user
	d.Content.Texts = []lineworks.Text{{Language: "ja_JP", Text: text}, {Language: "en_US", Text: "en " + text}}
	return d
}

func (f *fixture) texts(t *testing.T, l *outbound.Letter) string {
	t.Helper()
	if l == nil {
		return ""
	}
	return l.Content().Texts[0].Text
}

// One person's messages never overtake each other, and no two calls to one person
// are under way: not beside each other, not after a failure, not after five.
func TestOnePersonIsAnsweredInOrder(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	f.accept(t, f.say("a", "1", outbound.Confirmation))
	f.clock.pass(time.Millisecond)
	f.accept(t, f.say("a", "2", outbound.Confirmation))
	f.clock.pass(time.Millisecond)
	f.accept(t, f.say("b", "3", outbound.Confirmation))
	one := f.claimNext(t)
	if three := f.claimNext(t); f.texts(t, one) != "1" || f.texts(t, three) != "3" {
		t.Fatalf("%q, then %q", f.texts(t, one), f.texts(t, three))
	}
	if two := f.claimNext(t); two != nil {
		t.Fatalf("%q goes beside the first", f.texts(t, two))
	}
	f.settle(t, one, outbound.Verdict{State: outbound.Queued, Due: f.clock.now().Add(time.Second)}) // gets another place
	f.clock.pass(2 * time.Second)
	if again := f.claimNext(t); f.texts(t, again) != "1" || f.claimNext(t) != nil {
		t.Errorf("%q after the first was put back", f.texts(t, again))
	}
}

// What had to wait for one room goes out as one message, within the platform's
// limits; each ends once, with the name of the message it went with.
func TestAnswersThatHadToWaitGoTogether(t *testing.T) {
	t.Parallel()
	f, out := newFixture(t), &fakes{}
	const all = 150
	for i := range all {
		d := f.say("p", fmt.Sprintf("%03d %s", i, strings.Repeat("打", 40)), outbound.Confirmation)
		d.Content.Channel = "room"
		f.accept(t, d)
		f.clock.pass(time.Millisecond)
	}
	f.clock.pass(5 * time.Second)
	q := f.queue(f.Store, out)
	f.pump(t, q, 10*time.Second, time.Second)
	seen := 0
	for _, m := range out.read {
		for _, text := range m.Texts {
			if n := lineworks.Units(text.Text); n > lineworks.MaxText {
				t.Errorf("%d units in %s", n, text.Language)
			}
		}
		for _, line := range strings.Split(m.Texts[0].Text, "\n") {
			if !strings.HasPrefix(line, fmt.Sprintf("%03d ", seen)) {
				t.Fatalf("line %.8q where %d was to be", line, seen)
			}
			seen++
		}
	}
	if seen != all || len(out.read) < 4 || len(out.read) > 6 {
		t.Errorf("%d lines in %d messages", seen, len(out.read))
	}
	var riders, heads int
	err := f.owner.QueryRow(t.Context(), `select count(sent_with), count(distinct sent_with) from integration.outbound_message o
		where state = 'SENT' and (sent_with is null or exists (select from integration.outbound_message h where h.id = o.sent_with and h.sent_with is null))`).Scan(&riders, &heads)
	if err != nil || riders != all-len(out.read) || heads != len(out.read) {
		t.Errorf("%d riders with %d others, %v", riders, heads, err)
	}
}

// A letter is settled as a whole: whoever lost it settles none of it.
func TestALostLetterSettlesNothing(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	f.accept(t, f.say("a", "1", outbound.Confirmation), f.say("a", "2", outbound.Confirmation))
	f.clock.pass(5 * time.Second)
	lost := f.claimNext(t)
	f.clock.pass(21 * time.Second)
	again := f.claimNext(t)
	if len(lost.Messages) != 2 || len(again.Messages) != 2 || !strings.Contains(f.texts(t, again), "（再送 ") {
		t.Fatalf("%q, then %q", f.texts(t, lost), f.texts(t, again))
	}
	half := *lost
	half.Messages = []outbound.Message{again.Messages[0], lost.Messages[1]}
	for _, l := range []*outbound.Letter{lost, &half} {
		if f.settle(t, l, outbound.Verdict{State: outbound.Sent}) {
			t.Error("a lost letter was settled")
		}
	}
	if got := f.states(t); got["QUEUED"] != 2 {
		t.Errorf("%v", got)
	}
	if !f.settle(t, again, outbound.Verdict{State: outbound.Sent}) || f.states(t)["SENT"] != 2 {
		t.Error("the holder could not settle")
	}
}

// A problem goes first and takes along what was said to the person before it.
func TestAProblemTakesEarlierAnswersAlong(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	f.accept(t, f.say("b", "0", outbound.Confirmation))
	f.clock.pass(time.Millisecond)
	f.accept(t, f.say("a", "1", outbound.Confirmation))
	f.clock.pass(time.Millisecond)
	f.accept(t, f.say("a", "2", outbound.Problem))
	f.clock.pass(time.Millisecond)
	f.accept(t, f.say("a", "3", outbound.Confirmation))
	first := f.claimNext(t)
	if got := f.texts(t, first); got != "1\n2" {
		t.Fatalf("first goes %q", got)
	}
	f.settle(t, first, outbound.Verdict{State: outbound.Sent})
	for _, want := range []string{"0", "3"} {
		if got := f.texts(t, f.claimNext(t)); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

// late is a message with words for a late reader.
func (f *fixture) late(user, text, late string, p outbound.Priority) outbound.Draft {
	d := f.say(user, text, p)
	d.Late = []lineworks.Text{{Language: "ja_JP", Text: late}, {Language: "en_US", Text: "en " + late}}
	return d
}

const lateHeading = "お知らせが遅れました。以下は受付時点の内容で、その後の訂正は含みません。\n"

// After half an hour confirmations come as one digest that says so and names days;
// after a week nothing is sent.
func TestLateAnswersBecomeADigest(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	f.accept(t, f.late("a", "出勤 09:00 を記録しました。", "11/26 09:00 出勤を記録しました。", outbound.Confirmation))
	f.clock.pass(40 * time.Minute)
	f.accept(t, f.late("a", "休憩 09:40 を記録しました。", "11/26 09:40 休憩を記録しました。", outbound.Confirmation), f.say("c", "問題", outbound.Problem))
	if got := f.texts(t, f.claimNext(t)); got != "問題" {
		t.Errorf("first goes %q", got)
	}
	const want = lateHeading + "11/26 09:00 出勤を記録しました。\n11/26 09:40 休憩を記録しました。"
	digest := f.claimNext(t)
	if got := f.texts(t, digest); got != want || !strings.HasPrefix(digest.Content().Texts[1].Text, "This notice is late.") {
		t.Errorf("the digest is %q", got)
	}
	f.accept(t, f.say("d", "1", outbound.Confirmation), f.say("e", "2", outbound.Problem))
	f.clock.pass(outbound.DatedLife)
	if l := f.claimNext(t); l != nil {
		t.Errorf("%q is sent after a week", f.texts(t, l))
	}
	if got := f.states(t); got["EXPIRED "+"EXPIRED"] != 5 {
		t.Errorf("%v", got)
	}
}

// A problem that comes late says of which time it speaks, and so does an answer that
// is young while its event had to wait for half a day.
func TestWhatIsAboutAnEarlierTimeSaysSo(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	waited := f.late("a", "退勤 23:50 を記録しました。", "11/26 23:50 退勤を記録しました。", outbound.Confirmation)
	waited.Said = f.clock.now().Add(-10 * time.Hour)
	f.accept(t, waited)
	first := f.claimNext(t)
	if got := f.texts(t, first); got != lateHeading+"11/26 23:50 退勤を記録しました。" {
		t.Errorf("an event that waited: %q", got)
	}
	f.settle(t, first, outbound.Verdict{State: outbound.Sent})
	early := f.say("b", "1", outbound.Confirmation)
	early.Said = f.clock.now().Add(time.Hour) // a clock that is ahead
	f.accept(t, early, f.late("c", "出勤がありません。", "11/26 09:00 出勤がありませんでした。", outbound.Problem))
	f.clock.pass(31 * time.Minute)
	if got := f.texts(t, f.claimNext(t)); got != lateHeading+"11/26 09:00 出勤がありませんでした。" {
		t.Errorf("a late problem: %q", got)
	}
	if got := f.texts(t, f.claimNext(t)); got != lateHeading+"1" {
		t.Errorf("no words for late readers, and a time ahead: %q", got)
	}
}

// Two processes with databases sessions of their own spend one budget.
func TestProcessesShareOneBudget(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	f.crowd(t, "p", 200, outbound.Confirmation)
	other := New(f.data.Open(t, Migrations().Role()), f.keys, f.clock.now)
	var mu sync.Mutex
	claimed := map[time.Time]int{}
	for range 60 {
		now := f.clock.now()
		var all sync.WaitGroup
		for _, s := range []*Store{f.Store, other} {
			all.Go(func() {
				for {
					c, err := s.Claim(context.WithoutCancel(t.Context()), f.lane, 60, now, now.Add(time.Hour))
					if err != nil {
						t.Error(err)
					}
					if c.Letter == nil {
						return
					}
					if own, err := s.Settle(context.WithoutCancel(t.Context()), *c.Letter, outbound.Verdict{State: outbound.Sent, Mend: true}, now); err != nil || !own {
						t.Errorf("the call is not settled: %v", err)
					}
					mu.Lock()
					claimed[now]++
					mu.Unlock()
				}
			})
		}
		all.Wait()
		f.clock.pass(time.Second)
	}
	sum := 0
	for at, n := range claimed {
		sum += n
		if n > 2 {
			t.Errorf("%d calls at once at %v", n, at)
		}
	}
	if sum > 60 || sum < 50 {
		t.Errorf("%d calls in a minute of 60", sum)
	}
	heads, err := f.RateLimits(t.Context(), f.tenant, []string{f.lane.Connection}, 240)
	head := heads[f.lane.Connection]
	if err != nil || head.Limit != 60 || head.Sustained {
		t.Errorf("%+v, %v", head, err)
	}
}

// What the platform says with an answer holds for all processes.
func TestAnswersTeachTheBudget(t *testing.T) {
	t.Parallel()
	f, out := newFixture(t), &fakes{rate: lineworks.Rate{Limit: 60, Remaining: 0, Reset: 20 * time.Second}}
	f.crowd(t, "p", 5, outbound.Confirmation)
	f.pump(t, f.queue(f.Store, out), 19*time.Second, time.Second)
	heads, err := f.RateLimits(t.Context(), f.tenant, []string{f.lane.Connection}, 240)
	head := heads[f.lane.Connection]
	if len(out.sent) != 1 || err != nil || head.Limit != 60 || head.Remaining != 0 {
		t.Errorf("%d calls with none left, %+v, %v", len(out.sent), head, err)
	}
	out.rate = lineworks.Rate{}
	f.pump(t, f.queue(f.Store, out), 10*time.Second, time.Second)
	if len(out.sent) != 5 {
		t.Errorf("%d calls after the reset", len(out.sent))
	}
}

// A process whose own clock is a day wrong takes no lease from others and ends
// no message: the database's time counts.
func TestAWrongClockChangesNothing(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	good, err := postgres.NewClock(t.Context(), f.db, nil)
	if err != nil {
		t.Fatal(err)
	}
	f.now = good.Now
	f.accept(t, f.say("a", "1", outbound.Confirmation), f.say("b", "2", outbound.Problem))
	if c, err := f.Claim(t.Context(), f.lane, 240, good.Now(), good.Now().Add(time.Minute)); err != nil || c.Letter == nil {
		t.Fatalf("%+v, %v", c, err)
	}
	for _, wrong := range []time.Duration{24 * time.Hour, -24 * time.Hour} {
		clock, err := postgres.NewClock(t.Context(), f.db, func() time.Time { return time.Now().Add(wrong) })
		if err != nil {
			t.Fatal(err)
		}
		out := &fakes{}
		q := outbound.New(outbound.Config{Store: New(f.db, f.keys, clock.Now), Accounts: out, Keys: out, Tokens: out, Platform: out, Now: clock.Now, Log: zap.NewNop()})
		for q.Step(t.Context(), f.lane) {
		}
		if wrong > 0 && (len(out.sent) != 1 || out.sent[0] != "a") || wrong < 0 && len(out.sent) != 0 {
			t.Errorf("%v wrong: sent to %v", wrong, out.sent)
		}
	}
	if got := f.states(t); got["SENT"] != 1 || got["QUEUED"] != 1 {
		t.Errorf("%v", got)
	}
}

// A claim tells whether anything is left behind it, also what cannot go now: behind the last one nobody need look.
func TestAClaimTellsTheLastOne(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	for i, user := range []string{"a", "b", "b"} {
		f.accept(t, f.say(user, fmt.Sprint(i), outbound.Confirmation))
		f.clock.pass(time.Millisecond)
	}
	for i, want := range []bool{false, false} {
		claim, err := f.Claim(t.Context(), f.lane, 60000, f.clock.now(), f.clock.now().Add(20*time.Second))
		if err != nil || claim.Letter == nil || claim.Last != want {
			t.Fatalf("claim %d: %v, last %t", i, err, claim.Last)
		}
		f.settle(t, claim.Letter, outbound.Verdict{State: outbound.Sent})
	}
	claim, err := f.Claim(t.Context(), f.lane, 60000, f.clock.now(), f.clock.now().Add(20*time.Second))
	if err != nil || claim.Letter == nil || !claim.Last {
		t.Fatalf("the last one: %v, last %t", err, claim.Last)
	}
	f.accept(t, f.say("c", "c", outbound.Confirmation))
	if next, err := f.Claim(t.Context(), f.lane, 60000, f.clock.now(), f.clock.now().Add(20*time.Second)); err != nil || next.Letter == nil || !next.Last {
		t.Errorf("one call is under way and nothing else is left: %v, last %t", err, next.Last)
	}
}
