package store

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/dakoku/dakoku/services/integration/internal/lineworks"
	"github.com/dakoku/dakoku/services/integration/internal/outbound"
)

// The platform is away for thirty hours. Then today's confirmations go first, those
// of yesterday behind them as a digest that names the day, and a problem before all.
func TestAfterThirtyHoursYesterdayIsTold(t *testing.T) {
	t.Parallel()
	f, out, away := newFixture(t), &fakes{}, true
	out.answer = func(int) error {
		if away {
			return &lineworks.Failure{Class: lineworks.Temporary, Code: "503"}
		}
		return nil
	}
	q := f.queue(f.Store, out)
	f.accept(t, f.late("a", "出勤 09:00 を記録しました。", "11/26 09:00 出勤を記録しました。", outbound.Confirmation))
	f.clock.pass(time.Millisecond)
	f.accept(t, f.late("a", "退勤 18:00 を記録しました。", "11/26 18:00 退勤を記録しました。", outbound.Confirmation))
	f.accept(t, f.late("b", "出勤がありません。", "11/26 18:00 出勤がありませんでした。", outbound.Problem))
	f.pump(t, q, time.Minute, time.Second)
	f.clock.pass(30 * time.Hour)
	f.accept(t, f.late("a", "出勤 15:00 を記録しました。", "11/27 15:00 出勤を記録しました。", outbound.Confirmation), f.say("c", "今日", outbound.Confirmation))
	away, out.read = false, nil
	f.pump(t, q, 5*time.Minute, time.Second)
	var got []string
	for _, m := range out.read {
		got = append(got, m.User+" "+m.Texts[0].Text)
	}
	want := []string{"b " + lateHeading + "11/26 18:00 出勤がありませんでした。", "a 出勤 15:00 を記録しました。", "c 今日",
		"a " + lateHeading + "11/26 09:00 出勤を記録しました。\n11/26 18:00 退勤を記録しました。"}
	if slices.Sort(got[1:min(3, len(got))]); !slices.Equal(got, want) {
		t.Errorf("sent\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	if got := f.states(t); got["SENT"] != 5 {
		t.Errorf("%v", got)
	}
}

// What names its day is worth a week, to the millisecond, and what names none, or
// asks for something, a day; then its text is erased.
func TestHowLongAnswersAreWorthSending(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	asks := f.late("a", "ボタン", "ボタン", outbound.Problem)
	asks.Content.Buttons = []lineworks.Button{{Postback: "x", Labels: asks.Content.Texts}}
	f.accept(t, f.late("a", "1", "11/26 1", outbound.Confirmation), f.late("b", "2", "11/26 2", outbound.Problem), f.say("c", "3", outbound.Confirmation), asks)
	for _, c := range []struct {
		wait          time.Duration
		waiting, gone int
	}{{24*time.Hour - time.Millisecond, 4, 0}, {time.Millisecond, 2, 2}, {6*24*time.Hour - time.Millisecond, 2, 2}, {time.Millisecond, 0, 4}} {
		f.clock.pass(c.wait)
		if _, err := f.owner.Exec(t.Context(), `insert into integration.gate values ($1, $2, 'infinity', 1, '') on conflict do nothing`, f.tenant, f.lane.Connection); err != nil {
			t.Fatal(err)
		}
		f.claimNext(t) // ends what is over, and sends nothing
		if got := f.states(t); got["QUEUED"] != c.waiting || got["EXPIRED "+"EXPIRED"] != c.gone {
			t.Errorf("%v more: %v", c.wait, got)
		}
	}
	var texts int
	if err := f.owner.QueryRow(t.Context(), `select count(content) from integration.outbound_message`).Scan(&texts); err != nil || texts != 0 {
		t.Errorf("%d texts are left, %v", texts, err)
	}
}

// An event that waited for thirty hours itself is confirmed behind those of today.
func TestAnEventThatWaitedForADayIsConfirmedLast(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	waited := f.late("a", "出勤 09:00 を記録しました。", "11/26 09:00 出勤を記録しました。", outbound.Confirmation)
	waited.Said = f.clock.now().Add(-30 * time.Hour)
	f.accept(t, waited)
	f.clock.pass(time.Second)
	f.accept(t, f.say("b", "今日", outbound.Confirmation))
	for _, want := range []string{"今日", lateHeading + "11/26 09:00 出勤を記録しました。"} {
		if got := f.texts(t, f.claimNext(t)); got != want {
			t.Errorf("%q goes where %q was to go", got, want)
		}
	}
}
