// Package inspection renders one employee's period as a page to print for a
// labour inspector: every value with everything that happened to it.
//
// It knows two languages and how a record reads on paper. It refuses to fetch
// anything and to judge who may read it.
package inspection

import (
	_ "embed"
	"fmt"
	"html/template"
	"io"
	"slices"
	"strings"
	"time"

	attendancev1 "github.com/dakoku/dakoku/proto/gen/dakoku/attendance/v1"
	"google.golang.org/protobuf/types/known/timestamppb"
)

//go:embed page.html
var layout string

var page = template.Must(template.New("page").Parse(layout))

// Record is what is shown.
type Record struct {
	Company  string // name of the organization
	Zone     *time.Location
	Employee *attendancev1.Employee
	Sheet    *attendancev1.Timesheet
	Printed  time.Time // when the page is made
}

// Write renders the page in a language, "en" or else Japanese.
func Write(to io.Writer, r Record, language string) error {
	p := paper{w: wordsIn(language), zone: r.Zone}
	t := r.Sheet.GetTotals()
	v := view{
		W: p.w, Company: r.Company, Period: r.Sheet.GetPeriod(), Employee: r.Employee, State: p.w.name(r.Sheet.GetState().String()),
		Totals: fmt.Sprintf(p.w.totals, t.GetWorkedDays(), t.GetWorkedMinutes()/60, t.GetWorkedMinutes()%60, t.GetFlaggedDays()),
		Zone:   r.Zone.String(), Printed: p.time(timestamppb.New(r.Printed)),
	}
	for _, d := range r.Sheet.GetDays() {
		v.Days = append(v.Days, p.day(d))
	}
	for _, h := range r.Sheet.GetHistory() {
		v.History = append(v.History, step{Time: p.time(h.GetTime()), Verb: p.w.name(h.GetVerb()), Who: h.GetActor(), Comment: h.GetComment()})
	}
	return page.Execute(to, v)
}

// view is what the template sees.
type view struct {
	W                                             *words
	Company, Period, State, Totals, Zone, Printed string
	Employee                                      *attendancev1.Employee
	Days                                          []day
	History                                       []step
}

type day struct {
	Date, In, Out, Worked, Flags string
	Breaks                       []string
	Punches                      []punch
}

type punch struct {
	ID, Kind, Time, Received, Origin, Standing string
	Counts                                     bool
	Changes                                    []string
}

type step struct{ Time, Verb, Who, Comment string }

// paper turns the contract's values into sentences.
type paper struct {
	w    *words
	zone *time.Location
}

// time is to the millisecond, as it is stored; empty for none.
func (p paper) time(at *timestamppb.Timestamp) string {
	if at == nil {
		return ""
	}
	return at.AsTime().In(p.zone).Format("2006-01-02 15:04:05.000 -07:00")
}

func (p paper) day(d *attendancev1.Timesheet_Day) day {
	v := day{Date: d.GetDate(), In: d.GetClockInText(), Out: d.GetClockOutText(),
		Worked: fmt.Sprintf("%d:%02d", d.GetWorkedMinutes()/60, d.GetWorkedMinutes()%60)}
	var flags []string
	for _, f := range d.GetFlags() {
		flags = append(flags, p.w.name(f))
	}
	v.Flags = strings.Join(flags, " · ")
	for _, b := range d.GetBreaks() {
		v.Breaks = append(v.Breaks, fmt.Sprintf("%s %s–%s", p.w.name(b.GetKind().String()), b.GetStartText(), b.GetEndText()))
	}
	for _, one := range d.GetPunches() {
		v.Punches = append(v.Punches, p.punch(one, !slices.Contains(d.GetUncounted(), one.GetName())))
	}
	return v
}

func (p paper) punch(from *attendancev1.Punch, counts bool) punch {
	v := punch{
		ID: from.GetName(), Kind: p.w.name(from.GetKind().String()), Time: p.time(from.GetTime()), Received: p.time(from.GetReceiveTime()),
		Origin: p.origin(from), Counts: counts, Standing: p.w.counts,
	}
	switch {
	case from.GetState() == attendancev1.Punch_VOIDED:
		v.Standing = p.w.voided
	case !counts:
		v.Standing = p.w.lost
	}
	if from.GetActor() != "" {
		v.Changes = append(v.Changes, fmt.Sprintf(p.w.entered, from.GetActor(), from.GetReason()))
	}
	if from.GetCorrects() != "" {
		v.Changes = append(v.Changes, fmt.Sprintf(p.w.replaces, from.GetCorrects()))
	}
	if from.GetVoidTime() != nil {
		v.Changes = append(v.Changes, fmt.Sprintf(p.w.voidedBy, p.time(from.GetVoidTime()), from.GetVoidActor(), from.GetVoidReason()))
	}
	return v
}

// origin says how a punch came to be: by hand, or by which words over which settings.
func (p paper) origin(from *attendancev1.Punch) string {
	if from.GetSource() != attendancev1.Punch_CHAT {
		return p.w.byHand
	}
	text := p.w.fromChat
	if from.GetPhrase() != "" {
		text += fmt.Sprintf(p.w.phrase, from.GetPhrase())
	}
	if from.GetTriggerWord() != "" {
		text += fmt.Sprintf(p.w.trigger, from.GetTriggerWord())
	}
	return text + fmt.Sprintf(p.w.settings, from.GetSettingsVersion())
}
