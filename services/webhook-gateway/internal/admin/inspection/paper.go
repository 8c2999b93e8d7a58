package inspection

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	attendancev1 "github.com/dakoku/dakoku/proto/gen/dakoku/attendance/v1"
)

// month has a line for every date of the period, also for those without a punch.
func (p paper) month(s *attendancev1.Timesheet) (month []line) {
	days := map[string]*attendancev1.Timesheet_Day{}
	for _, d := range s.GetDays() {
		days[d.GetDate()] = d
	}
	at, err := time.Parse(time.DateOnly, s.GetStartDate())
	end, endErr := time.Parse(time.DateOnly, s.GetEndDate())
	for err == nil && endErr == nil && !at.After(end) {
		l := line{Date: at.Format(p.w.dayOfMonth), Weekday: p.w.weekdays[at.Weekday()], Rest: at.Weekday() == time.Saturday || at.Weekday() == time.Sunday}
		if d := days[at.Format(time.DateOnly)]; d != nil {
			p.fill(&l, d)
		}
		month, at = append(month, l), at.AddDate(0, 0, 1)
	}
	return month
}

func (p paper) fill(l *line, d *attendancev1.Timesheet_Day) {
	l.In, l.Out, l.Worked = d.GetClockInText(), d.GetClockOutText(), clock(d.GetWorkedMinutes())
	var flags, breaks []string
	for _, f := range d.GetFlags() {
		flags = append(flags, p.w.name(f))
	}
	for _, b := range d.GetBreaks() {
		breaks = append(breaks, fmt.Sprintf("%s %s–%s", p.w.name(b.GetKind().String()), b.GetStartText(), b.GetEndText()))
	}
	if len(d.GetPunches()) > len(d.GetUncounted()) && slices.ContainsFunc(d.GetPunches(), byHand) {
		flags = append(flags, p.w.corrected)
	}
	flags = append(flags, p.zones(d)...)
	l.Flags, l.Breaks = strings.Join(flags, p.w.comma), strings.Join(breaks, p.w.comma)
}

// zones names those by whose clock the times of a day are, where the company has
// another one today.
func (p paper) zones(d *attendancev1.Timesheet_Day) (notes []string) {
	for _, one := range d.GetPunches() {
		note := fmt.Sprintf(p.w.zoned, one.GetTimeZone())
		if p.elsewhere(one.GetTimeZone()) && !slices.Contains(notes, note) {
			notes = append(notes, note)
		}
	}
	return notes
}

// byHand tells a punch that somebody entered or voided, other than by taking it
// back in the talk.
func byHand(of *attendancev1.Punch) bool {
	return of.GetActor() != "" || of.GetVoidTime() != nil && of.GetUndoneBy() == ""
}

// days are those of the sheet, and those on which somebody said nothing but 取消:
// the sheet has none of these, as nothing was punched.
func (r Record) days() []*attendancev1.Timesheet_Day {
	days := slices.Clone(r.Sheet.GetDays())
	for _, undo := range slices.Backward(r.Undos) {
		at, found := slices.BinarySearchFunc(days, undo.GetBusinessDay(), func(d *attendancev1.Timesheet_Day, date string) int {
			return strings.Compare(d.GetDate(), date)
		})
		if !found {
			days = slices.Insert(days, at, &attendancev1.Timesheet_Day{Date: undo.GetBusinessDay()})
		}
		if d := days[at]; !slices.Contains(r.Sheet.GetDays(), d) {
			d.Punches, d.Uncounted = append(d.GetPunches(), undo), append(d.GetUncounted(), undo.GetName())
		}
	}
	return days
}

func (p paper) day(d *attendancev1.Timesheet_Day) day {
	v := day{Date: p.date(d.GetDate())}
	if at, err := time.Parse(time.DateOnly, d.GetDate()); err == nil {
		v.Date += " (" + p.w.weekdays[at.Weekday()] + ")"
	}
	for _, one := range d.GetPunches() {
		shown := p.punch(one, !slices.Contains(d.GetUncounted(), one.GetName()))
		if idle(d, one) {
			shown.Changes = append(shown.Changes, p.w.idle)
		}
		v.Punches = append(v.Punches, shown)
	}
	return v
}

// idle tells a 取消 that took nothing back. What it takes back is of its own day.
func idle(d *attendancev1.Timesheet_Day, undo *attendancev1.Punch) bool {
	took := func(one *attendancev1.Punch) bool { return one.GetUndoneBy() == undo.GetName() }
	return undo.GetKind() == attendancev1.Punch_UNDO && undo.GetState() != attendancev1.Punch_VOIDED && !slices.ContainsFunc(d.GetPunches(), took)
}

func (p paper) punch(from *attendancev1.Punch, counts bool) punch {
	v := punch{
		ID: from.GetName(), Kind: p.w.name(from.GetKind().String()), Time: p.punched(from.GetTime(), from.GetTimeZone()), Received: p.punched(from.GetReceiveTime(), from.GetTimeZone()),
		Origin: p.origin(from), Counts: counts, Standing: p.w.counts,
	}
	switch {
	case from.GetState() == attendancev1.Punch_VOIDED:
		v.Standing = p.w.voided
	case !counts:
		v.Standing = p.w.lost
	}
	if h := p.held[from.GetName()]; h != nil {
		v.Changes = append(v.Changes, p.fate(h)...)
	}
	v.Changes = append(v.Changes, p.entered(from)...)
	if from.GetCorrects() != "" {
		v.Changes = append(v.Changes, fmt.Sprintf(p.w.replaces, from.GetCorrects()))
	}
	v.Changes = append(v.Changes, p.voided(from)...)
	return v
}

// origin says how a punch came to be: by hand, or by which words over which settings.
func (p paper) origin(from *attendancev1.Punch) string {
	switch from.GetSource() {
	case attendancev1.Punch_MANUAL:
		return p.w.byHand
	case attendancev1.Punch_REQUEST:
		return p.w.byRequest
	case attendancev1.Punch_CHAT, attendancev1.Punch_SOURCE_UNSPECIFIED:
	}
	text := p.w.fromChat
	if from.GetPhrase() != "" {
		text += fmt.Sprintf(p.w.phrase, from.GetPhrase())
	} else {
		text += p.w.button
	}
	if from.GetTriggerWord() != "" {
		text += fmt.Sprintf(p.w.trigger, from.GetTriggerWord())
	}
	if from.GetSettingsVersion() == 0 {
		return text + p.w.supplied
	}
	return text + fmt.Sprintf(p.w.settings, from.GetSettingsVersion())
}

// heldBy gives held punches by the name of the punch that each became or would
// become, which has its id.
func heldBy(list []*attendancev1.HeldPunch) map[string]*attendancev1.HeldPunch {
	by := map[string]*attendancev1.HeldPunch{}
	for _, h := range list {
		by["punches/"+strings.TrimPrefix(h.GetName(), "heldPunches/")] = h
	}
	return by
}

func (p paper) kept(h *attendancev1.HeldPunch) []cell {
	received := p.w.Received + " " + p.punched(h.GetReceiveTime(), h.GetTimeZone())
	return []cell{
		{Text: p.w.name(h.GetKind().String())}, {Text: p.punched(h.GetTime(), h.GetTimeZone()), Small: received}, {Text: p.date(h.GetBusinessDay())},
		{Text: p.w.name(h.GetState().String())}, {Changes: p.fate(h), ID: h.GetName()},
	}
}

// fate is when a held punch arrived and why it was held, and who decided what
// about it, when and why.
func (p paper) fate(h *attendancev1.HeldPunch) []string {
	told := []string{fmt.Sprintf(p.w.heldFor, p.punched(h.GetReceiveTime(), h.GetTimeZone()), p.period(h.GetPeriod()))}
	if h.GetDecideTime() == nil {
		return told
	}
	decided := fmt.Sprintf(p.w.decided, p.w.name(h.GetState().String()), p.time(h.GetDecideTime()), p.who(h.GetActor()))
	if h.GetReason() != "" { // may be empty for one that was applied
		decided += fmt.Sprintf(p.w.because, h.GetReason())
	}
	return append(told, decided)
}

// rules are the versions that were in force on some day of the period, oldest
// first; before the first one the defaults were.
func (p paper) rules(r Record) (rules []rule) {
	start, err := time.ParseInLocation(time.DateOnly, r.Sheet.GetStartDate(), p.zone)
	end, endErr := time.ParseInLocation(time.DateOnly, r.Sheet.GetEndDate(), p.zone)
	if err != nil || endErr != nil {
		return nil
	}
	covered := false // by a version from before the period
	for _, w := range r.Rules {
		since := w.GetEffectiveTime().AsTime()
		if !covered && since.Before(end.AddDate(0, 0, 2)) { // the last day ends past midnight
			rules = append(rules, p.rule(w))
			covered = !since.After(start)
		}
	}
	if !covered {
		rules = append(rules, rule{Version: p.w.initial, Since: "—", Cutoff: "05:00", Longest: "16:00", Tap: "60", Undo: "60", Repeats: p.w.name("FIRST_IN_LAST_OUT"), Submitted: p.w.name("REFUSE"), Who: "—"})
	}
	slices.Reverse(rules)
	return rules
}

func (p paper) rule(w *attendancev1.WorkRules) rule {
	longest := w.GetLongestShift().AsDuration()
	return rule{
		Version: strconv.FormatInt(w.GetVersion(), 10), Since: p.time(w.GetEffectiveTime()), Cutoff: w.GetDayCutoff(), Longest: clock(int32(longest.Minutes())),
		Tap: strconv.Itoa(int(w.GetDoubleTapWindow().AsDuration().Seconds())), Undo: strconv.Itoa(int(w.GetUndoWindow().AsDuration().Seconds())), Repeats: p.w.name(w.GetDuplicatePolicy().String()),
		Submitted: p.w.name(w.GetSubmittedPolicy().String()), Who: p.who(w.GetActor()),
	}
}

// calendars are the zones and closing days that counted in the period.
func (p paper) calendars(s *attendancev1.Timesheet) (list []calendar) {
	for _, c := range s.GetCalendars() {
		v := calendar{
			Version: strconv.FormatInt(c.GetRevision(), 10), Since: p.w.always, Zone: c.GetTimeZone(), Closing: p.w.monthEnd, From: p.w.always, Stored: p.time(c.GetCreateTime()),
		}
		if c.GetClosingDay() < 31 {
			v.Closing = fmt.Sprintf(p.w.closes, c.GetClosingDay())
		}
		if c.GetEffectiveTime() != nil {
			v.Since, v.From = p.time(c.GetEffectiveTime()), p.period(c.GetClosingFrom())
		}
		list = append(list, v)
	}
	return list
}

func (p paper) evidence(e *attendancev1.Timesheet_Evidence) *evidence {
	if e == nil {
		return nil
	}
	return &evidence{
		Checkpoint: strconv.FormatInt(e.GetCheckpoint(), 10), Position: strconv.FormatInt(e.GetPosition(), 10),
		Head: e.GetHead(), Time: p.time(e.GetMakeTime()), Key: e.GetKey(),
	}
}
