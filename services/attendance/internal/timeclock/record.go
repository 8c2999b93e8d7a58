package timeclock

// Punch is the fact that a recorded event becomes.
func (f Facts) Punch() Punch {
	return Punch{Key: f.Event.Key, Kind: f.Reading.Kind, Issued: f.Event.Issued, Rules: f.Calendar.Rules}
}

// others are the known punches that count, without the one in question.
func (f Facts) others() []Punch {
	others := make([]Punch, 0, len(f.Punches)+1)
	for _, p := range f.Punches {
		if !p.Voided && p.Key != f.Event.Key {
			others = append(others, p)
		}
	}
	return others
}

// assigned is the set of known punches together with the one in question, each on its business day.
func (f Facts) assigned() []DatedPunch { return Assign(append(f.others(), f.Punch())) }

// touched lists every day that recording the punch would change: its own first, then the days that other punches
// would leave and join. An 出勤 that arrives late can claim a 退勤 of the night from the next day.
func (f Facts) touched(day Date) []Date {
	days, alone := []Date{day}, map[string]Date{}
	for _, p := range Assign(f.others()) {
		alone[p.Key] = p.Day
	}
	for _, p := range f.assigned() {
		if old, other := alone[p.Key]; other && old != p.Day {
			days = append(days, old, p.Day)
		}
	}
	return days
}

func (f Facts) day() Date {
	for _, p := range f.assigned() {
		if p.Key == f.Event.Key {
			return p.Day
		}
	}
	return f.Calendar.Day(f.Event.Issued)
}

func (f Facts) recorded(day Date) Outcome {
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

// standing looks at the day's punches before the event: is there an 出勤, and a 退勤 after it?
func (f Facts) standing(day Date) (Answer, *Punch) {
	var in, out *Punch
	for _, p := range f.before(day) {
		switch {
		case p.Kind == ClockIn && in == nil:
			in, out = &p, nil
		case p.Kind == ClockOut:
			out = &p
		}
	}
	switch {
	case f.Reading.Kind == ClockIn && in != nil:
		return AnswerRepeatedClockIn, in
	case f.Reading.Kind == ClockOut && out != nil:
		return AnswerReplacedClockOut, out
	case f.Reading.Kind != ClockIn && in == nil:
		return AnswerWithoutClockIn, nil
	}
	return AnswerNone, nil
}

// before lists the punches of a business day that come before the event, in order.
func (f Facts) before(day Date) []Punch {
	var before []Punch
	for _, p := range f.assigned() {
		if p.Key == f.Event.Key {
			break
		}
		if p.Day == day {
			before = append(before, p.Punch)
		}
	}
	return before
}
