package timeclock

import (
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// said are punches in a company where 取消 works for a minute; "#" marks one that was entered by hand.
func saidSet(t testing.TB, lines ...string) []Punch {
	t.Helper()
	rules := tokyo(t).Rules
	set := punches(t, rules, lines...)
	for i := range set {
		if kind := string(set[i].Kind); kind[0] == '#' {
			set[i].Kind, set[i].Hand = Kind(kind[1:]), true
		}
	}
	return set
}

// What a 取消 takes back follows from the set: whatever order it is in, the same punches are gone.
func TestUndoing(t *testing.T) {
	for _, tt := range []struct {
		name  string
		lines []string
		gone  []string // keys of what was taken back
	}{
		{"the last punch", []string{"CLOCK_IN 23T09:00", "CLOCK_OUT 23T18:00", "UNDO 23T18:00:40"}, []string{"k01"}},
		{"to the last millisecond", []string{"CLOCK_IN 23T09:00", "UNDO 23T09:01"}, []string{"k00"}},
		{"too late", []string{"CLOCK_IN 23T09:00", "UNDO 23T09:01:00.001"}, nil},
		{"said before the punch", []string{"CLOCK_IN 23T09:00", "UNDO 23T08:59:59"}, nil},
		{"in the instant of the punch", []string{"UNDO 23T09:00", "CLOCK_IN 23T09:00"}, []string{"k01"}},
		{"a double tap is one thing", []string{"CLOCK_IN 23T09:00", "CLOCK_IN 23T09:00:05", "UNDO 23T09:00:30"}, []string{"k00", "k01"}},
		{"measured from the tap", []string{"CLOCK_IN 23T09:00", "CLOCK_IN 23T09:00:59", "UNDO 23T09:01:58"}, []string{"k00", "k01"}},
		{"the same kind again later is another", []string{"CLOCK_IN 23T09:00", "CLOCK_IN 23T09:01", "UNDO 23T09:01:30"}, []string{"k01"}},
		{"what follows is no tap of it", []string{"CLOCK_IN 23T09:00", "UNDO 23T09:00:10", "CLOCK_IN 23T09:00:20"}, []string{"k00"}},
		{"and can be taken back itself", []string{"CLOCK_IN 23T09:00", "UNDO 23T09:00:10", "CLOCK_IN 23T09:00:20", "UNDO 23T09:00:30"}, []string{"k00", "k02"}},
		{"said twice takes one back", []string{"CLOCK_IN 23T08:59:30", "BREAK_START 23T09:00", "UNDO 23T09:00:10", "UNDO 23T09:00:11"}, []string{"k01"}},
		{"two punches, each taken back", []string{"CLOCK_IN 23T09:00", "UNDO 23T09:00:10", "CLOCK_OUT 23T09:00:20", "UNDO 23T09:00:30"}, []string{"k00", "k02"}},
		{"voided by hand leaves the one before alone", []string{"CLOCK_IN 23T09:00", "!BREAK_START 23T09:00:10", "UNDO 23T09:00:20"}, nil},
		{"entered by hand is nothing said", []string{"CLOCK_IN 23T09:00", "#CLOCK_OUT 23T09:00:10", "UNDO 23T09:00:20"}, []string{"k00"}},
		{"a voided 取消 takes nothing", []string{"CLOCK_IN 23T09:00", "!UNDO 23T09:00:20"}, nil},
		{"nothing there", []string{"UNDO 23T09:00:20"}, nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			set := saidSet(t, tt.lines...)
			for seed := range uint64(20) {
				rand.New(rand.NewPCG(seed, 1)).Shuffle(len(set), func(i, j int) { set[i], set[j] = set[j], set[i] })
				var gone []string
				for _, p := range Assign(append(slices.Clone(set), set...)) {
					if p.UndoneBy != "" {
						gone = append(gone, p.Key)
						if !p.Voided {
							t.Error(p.Key, "counts")
						}
					}
				}
				slices.Sort(gone)
				if diff := cmp.Diff(tt.gone, gone); diff != "" {
					t.Fatalf("(-want +got):\n%s", diff)
				}
			}
		})
	}
}

func TestDecideUndo(t *testing.T) {
	for _, tt := range []struct {
		name   string
		at     string
		before []string
		answer Answer
		kind   Kind
		day    string
		text   string
	}{
		{"the last punch", "23T09:00:40", []string{"CLOCK_IN 23T09:00"}, AnswerUndone, ClockIn, "2026-11-23", "09:00"},
		{"past midnight", "24T01:30:40", []string{"CLOCK_IN 23T22:00", "CLOCK_OUT 24T01:30"}, AnswerUndone, ClockOut, "2026-11-23", "25:30"},
		{"over the cutoff", "24T05:00:10", []string{"CLOCK_IN 24T04:59:50"}, AnswerUndone, ClockIn, "2026-11-23", "28:59"},
		{"a double tap is named by what stood", "23T09:01:30", []string{"CLOCK_IN 23T09:00", "CLOCK_IN 23T09:00:50"}, AnswerUndone, ClockIn, "2026-11-23", "09:00"},
		{"too late", "23T09:01:01", []string{"CLOCK_IN 23T09:00"}, AnswerUndoTooLate, Undo, "2026-11-23", ""},
		{"long ago", "24T12:00", []string{"CLOCK_IN 23T09:00"}, AnswerUndoTooLate, Undo, "2026-11-24", ""},
		{"twice", "23T09:00:41", []string{"CLOCK_IN 23T09:00", "UNDO 23T09:00:40"}, AnswerUndoneBefore, Undo, "2026-11-23", ""},
		{"twice, the second late", "23T10:00", []string{"CLOCK_IN 23T09:00", "UNDO 23T09:00:40"}, AnswerUndoneBefore, Undo, "2026-11-23", ""},
		{"voided by hand", "23T09:00:40", []string{"!CLOCK_IN 23T09:00"}, AnswerUndoneBefore, Undo, "2026-11-23", ""},
		{"long after a tap of one voided by hand, which counts", "23T10:00", []string{"!CLOCK_IN 23T09:00", "CLOCK_IN 23T09:00:20"}, AnswerUndoTooLate, Undo, "2026-11-23", ""},
		{"nothing", "23T09:00:40", nil, AnswerNothingToUndo, Undo, "2026-11-23", ""},
		{"only later ones", "23T08:59", []string{"CLOCK_IN 23T09:00"}, AnswerNothingToUndo, Undo, "2026-11-23", ""},
		{"only by hand", "23T09:00:40", []string{"#CLOCK_IN 23T09:00"}, AnswerNothingToUndo, Undo, "2026-11-23", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			f := facts(t, Undo, tt.at)
			f.Punches = saidSet(t, tt.before...)
			got := Decide(f)
			if got.Verdict != Recorded || got.Kind != tt.kind || got.Day.String() != tt.day || got.Reply.Answer != tt.answer || got.Reply.TimeText != tt.text {
				t.Errorf("%+v", got)
			}
		})
	}
}

// A punch that comes after the 取消 that was said after it is recorded as taken back, and is told so.
func TestDecideWhatWasTakenBackBefore(t *testing.T) {
	got := Decide(facts(t, ClockIn, "23T09:00", "UNDO 23T09:00:40"))
	if got.Verdict != Recorded || got.Kind != ClockIn || got.Reply.Answer != AnswerRecordedUndone || got.Reply.TimeText != "09:00" {
		t.Errorf("%+v", got)
	}
	got = Decide(facts(t, ClockIn, "23T09:02", "CLOCK_IN 23T09:00", "UNDO 23T09:00:40"))
	if got.Reply.Answer != AnswerRecorded {
		t.Errorf("the one taken back is none to repeat: %+v", got)
	}
	if got = Decide(facts(t, BreakEnd, "23T12:00", "!BREAK_END 23T11:59:59.999")); got.Reply.Answer != AnswerWithoutClockIn {
		t.Errorf("a voided punch is none to repeat: %+v", got)
	}
	got = Decide(facts(t, BreakEnd, "23T12:00:30", "CLOCK_IN 23T09:00", "BREAK_END 23T11:59:40", "!BREAK_END 23T12:00:10"))
	if got.Reply.Answer != AnswerRepeated || got.Reply.OtherText != "11:59" {
		t.Errorf("a tap repeats the one that counts: %+v", got)
	}
}

func TestDecideUndoThatMayNot(t *testing.T) {
	locked := []Lock{{Period: Period{2026, time.November}, First: NewDate(2026, 11, 1), Last: NewDate(2026, 11, 30), State: "SUBMITTED"}}
	for name, tt := range map[string]struct {
		change func(*Facts)
		reason Reason
		answer Answer
		kept   bool
	}{
		"submitted":    {func(f *Facts) { f.Locks = locked }, ReasonSubmitted, AnswerUndoSubmitted, true},
		"held":         {func(f *Facts) { f.Locks, f.Calendar.Locked = locked, Hold }, ReasonHeld, AnswerHeld, true},
		"switched off": {func(f *Facts) { f.Calendar.Undo = 0 }, ReasonNoPhrase, AnswerNone, false},
		"inactive":     {func(f *Facts) { f.Employee.Active = false }, ReasonEmployeeInactive, AnswerEmployeeInactive, false},
		"unlinked":     {func(f *Facts) { f.Employee = nil }, ReasonUnlinked, AnswerUnlinked, false},
		"revoked":      {func(f *Facts) { f.TokenRevoked = true }, ReasonTokenRevoked, AnswerNone, false},
	} {
		f := facts(t, Undo, "23T09:00:40", "CLOCK_IN 23T09:00")
		tt.change(&f)
		if got := Decide(f); got.Reason != tt.reason || got.Reply.Answer != tt.answer || got.Kept() != tt.kept {
			t.Errorf("%s: %+v", name, got)
		}
	}
	f := facts(t, Undo, "01T05:00:10", "CLOCK_IN 01T04:59:50") // of October, which is locked; the 取消 is of November
	f.Locks = []Lock{{Period: Period{2026, time.October}, First: NewDate(2026, 10, 1), Last: NewDate(2026, 10, 31), State: "APPROVED"}}
	if got := Decide(f); got.Reason != ReasonSubmitted || got.Period != (Period{2026, time.October}) {
		t.Errorf("a locked punch was taken back: %+v", got)
	}
}

// A 取消 of a punch that was held is held, too, when the day or the session of that punch ended between the two. One that
// takes back what counts, and one that cannot reach the locked day, are not.
func TestDecideUndoOfAHeldPunchOverTheEdge(t *testing.T) {
	until := func(first, last Date) Lock {
		return Lock{Period: Period{2026, time.October}, First: first, Last: last, State: "SUBMITTED"}
	}
	before, after := until(NewDate(2026, 10, 1), NewDate(2026, 11, 23)), until(NewDate(2026, 11, 24), NewDate(2026, 11, 30))
	for _, tt := range []struct {
		name, at string
		said     []string
		lock     Lock
		reason   Reason
		answer   Answer
	}{
		{"of a 出勤 in another day's session", "24T05:00:30", []string{"CLOCK_IN 23T20:00"}, after, ReasonSubmitted, AnswerUndoSubmitted},
		{"over the cutoff", "24T05:00:10", []string{"CLOCK_IN 23T22:00", "CLOCK_OUT 24T01:00"}, before, ReasonSubmitted, AnswerUndoSubmitted},
		{"with nothing known", "24T05:00:10", nil, before, ReasonSubmitted, AnswerUndoSubmitted},
		{"as long after as the window", "24T05:00:59.999", nil, before, ReasonSubmitted, AnswerUndoSubmitted},
		{"longer", "24T05:01", nil, before, ReasonNone, AnswerNothingToUndo},
		{"over the end of the longest shift", "24T06:00:10", []string{"CLOCK_IN 23T14:00"}, before, ReasonSubmitted, AnswerUndoSubmitted},
		{"longer after it", "24T06:01", []string{"CLOCK_IN 23T14:00"}, before, ReasonNone, AnswerUndoTooLate},
		{"of what counts", "24T05:00:10", []string{"CLOCK_IN 24T05:00:05"}, before, ReasonNone, AnswerUndone},
	} {
		f := facts(t, Undo, tt.at)
		f.Punches, f.Locks = saidSet(t, tt.said...), []Lock{tt.lock}
		if got := Decide(f); got.Reason != tt.reason || got.Reply.Answer != tt.answer || got.Kept() != (tt.reason != ReasonNone) || got.Kept() && got.Period.Month != time.October {
			t.Errorf("%s: %+v", tt.name, got)
		}
	}
}

func TestLate(t *testing.T) {
	at := tokyoTime(t, "23T09:00")
	for after, want := range map[time.Duration]bool{-time.Hour: false, 0: false, LateAfter: false, LateAfter + time.Millisecond: true} {
		if Late(at, at.Add(after)) != want {
			t.Error(after)
		}
	}
}
