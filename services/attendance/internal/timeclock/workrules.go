package timeclock

import "time"

// Repeats says what a repeated 出勤 or 退勤 means, spelled as in the public contract. The empty value is
// FirstInLastOut. Whatever it says, a repeated punch is recorded and stays visible: what counts is found by the fold,
// never by the order of arrival.
type Repeats string

// The meanings of a repeated punch.
const (
	FirstInLastOut Repeats = "FIRST_IN_LAST_OUT" // the first 出勤 and the last 退勤 of a shift count
	ErrorOnRepeat  Repeats = "ERROR_ON_REPEAT"   // the first of each counts; a repeated one is told and flagged as an error
)

// Locked says what becomes of a punch into a submitted or approved period. The empty value is Refuse. Either way it
// is kept as a held punch and changes no timesheet.
type Locked string

// The treatments of a punch into a locked period.
const (
	Refuse Locked = "REFUSE" // the person is told to ask for the period to be sent back
	Hold   Locked = "HOLD"   // the person is told that the punch waits for a decision
)

// WorkRules are what a company decides about its days. A version of them is in force from an instant on.
type WorkRules struct {
	Cutoff       time.Duration // whole minutes from 00:00 to 23:59
	LongestShift time.Duration // whole minutes, 1 minute to 24 h
	DoubleTap    time.Duration // whole seconds, 0 to LargestDoubleTap
	Undo         time.Duration // whole seconds, 0 (nobody takes anything back) to LargestUndo
	Repeats      Repeats
	Locked       Locked
}

// LargestDoubleTap is the longest window in which two punches can pass as one.
const LargestDoubleTap = 10 * time.Minute

// LargestUndo is the longest time in which a person can take a punch back by 取消.
const LargestUndo = 10 * time.Minute

// DefaultUndo is that time in a company that never said otherwise.
const DefaultUndo = time.Minute

// DefaultWorkRules are in force for a company that set nothing.
func DefaultWorkRules() WorkRules {
	return WorkRules{
		Cutoff: 5 * time.Hour, LongestShift: 16 * time.Hour, DoubleTap: time.Minute, Undo: DefaultUndo,
		Repeats: FirstInLastOut, Locked: Refuse,
	}
}

// RuleName names one value of the work rules, as the public contract spells it.
type RuleName string

// The names of the values.
const (
	RuleDayCutoff       RuleName = "dayCutoff"
	RuleLongestShift    RuleName = "longestShift"
	RuleDoubleTapWindow RuleName = "doubleTapWindow"
	RuleUndoWindow      RuleName = "undoWindow"
	RuleDuplicatePolicy RuleName = "duplicatePolicy"
	RuleSubmittedPolicy RuleName = "submittedPolicy"
)

// Wrong lists every value that is out of its range; none when the rules are good.
func (w WorkRules) Wrong() []RuleName {
	var wrong []RuleName
	note := func(name RuleName, good bool) {
		if !good {
			wrong = append(wrong, name)
		}
	}
	note(RuleDayCutoff, w.Cutoff >= 0 && w.Cutoff < 24*time.Hour && w.Cutoff%time.Minute == 0)
	note(RuleLongestShift, w.LongestShift > 0 && w.LongestShift <= 24*time.Hour && w.LongestShift%time.Minute == 0)
	note(RuleDoubleTapWindow, w.DoubleTap >= 0 && w.DoubleTap <= LargestDoubleTap && w.DoubleTap%time.Second == 0)
	note(RuleUndoWindow, w.Undo >= 0 && w.Undo <= LargestUndo && w.Undo%time.Second == 0)
	note(RuleDuplicatePolicy, w.Repeats == FirstInLastOut || w.Repeats == ErrorOnRepeat)
	note(RuleSubmittedPolicy, w.Locked == Refuse || w.Locked == Hold)
	return wrong
}

// In gives the rules of a punch in a zone.
func (w WorkRules) In(zone *time.Location) Rules {
	return Rules{
		Zone: zone, Cutoff: w.Cutoff, LongestShift: w.LongestShift, Repeats: w.Repeats, DoubleTap: w.DoubleTap, Undo: w.Undo,
	}
}
