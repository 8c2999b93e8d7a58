package timeclock

// Punch is the fact that a recorded event becomes.
func (f Facts) Punch() Punch {
	return Punch{Key: f.Event.Key, Kind: f.Reading.Kind, Issued: f.Event.Issued, Rules: f.Calendar.Rules, Hand: f.asked}
}

// others are the known punches without the one in question. The voided are among them: a 取消 may be about one.
func (f Facts) others() []Punch {
	others := make([]Punch, 0, len(f.Punches)+1)
	for _, p := range f.Punches {
		if p.Key != f.Event.Key {
			others = append(others, p)
		}
	}
	return others
}

// all is the set of known punches together with the one in question.
func (f Facts) all() []Punch { return append(f.others(), f.Punch()) }

// assigned is the same, each on its business day.
func (f Facts) assigned() []DatedPunch { return Assign(f.all()) }

func (f Facts) day() Date {
	for _, p := range f.assigned() {
		if p.Key == f.Event.Key {
			return p.Day
		}
	}
	return f.Calendar.Day(f.Event.Issued)
}

func (f Facts) recorded(day Date) Outcome {
	if f.Reading.Kind == Undo {
		return f.undo(day)
	}
	reply := f.reply(AnswerRecorded)
	reply.Time, reply.TimeText = f.Event.Issued, f.text(f.Event.Issued, day)
	if answer, other := f.standing(day); answer != AnswerNone {
		reply.Answer = answer
		if other != nil {
			reply.Other, reply.OtherText = other.Issued, f.text(other.Issued, day)
		}
	}
	return Outcome{Verdict: Recorded, Kind: f.Reading.Kind, Day: day, Period: f.Calendar.Period(day), Reply: reply}
}

// standing looks at the day up to the event: does it repeat something, and is there an 出勤 before it? An 出勤 after
// a 退勤 begins another shift, which is nothing to remark on. The punch that is named is one that counts.
func (f Facts) standing(day Date) (Answer, *Punch) {
	before, this := f.before(day)
	if this.UndoneBy != "" {
		return AnswerRecordedUndone, nil
	}
	shifts, _ := Shifts(before)
	latest := shifts[len(shifts)-1]
	open, began := latest.absent(this.Kind)
	switch {
	case this.Tap && this.Kind == ClockIn:
		return f.repeated(latest.In)
	case this.Tap && this.Kind == ClockOut && latest.Out != nil:
		return f.repeated(latest.Out)
	case this.Tap && began != nil:
		return f.repeated(began)
	case this.Tap:
		return f.repeated(lastOf(before, this.Kind))
	case open:
		return f.repeated(began)
	case this.Kind == ClockIn && latest.open(this.Issued):
		return f.repeated(latest.In)
	case this.Kind == ClockOut && latest.Out != nil && this.Rules.Repeats == ErrorOnRepeat:
		return f.repeated(latest.Out)
	case this.Kind == ClockOut && latest.Out != nil:
		return AnswerReplacedClockOut, &latest.Out.Punch
	case this.Kind != ClockIn && latest.In == nil:
		return AnswerWithoutClockIn, nil
	}
	return AnswerNone, nil
}

func (f Facts) repeated(other *DatedPunch) (Answer, *Punch) {
	if f.Reading.Kind == ClockIn {
		return AnswerRepeatedClockIn, &other.Punch
	}
	return AnswerRepeated, &other.Punch
}

// lastOf is the latest punch of the kind that is no tap itself. A tap has one before it.
func lastOf(punches []DatedPunch, kind Kind) *DatedPunch {
	for i := len(punches) - 1; i >= 0; i-- {
		if p := &punches[i]; p.Kind == kind && !p.Tap {
			return p
		}
	}
	return nil
}

// before lists the punches of a business day that come before the event and count or lose, in order, and the event's
// own.
func (f Facts) before(day Date) (before []DatedPunch, this DatedPunch) {
	for _, p := range f.assigned() {
		if p.Key == f.Event.Key {
			return before, p
		}
		if p.Day == day && !p.Voided && p.Kind != Undo {
			before = append(before, p)
		}
	}
	return before, DatedPunch{Punch: f.Punch(), Day: day}
}
