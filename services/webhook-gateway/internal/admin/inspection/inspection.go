// Package inspection renders one employee's period as a page to print for a
// labour inspector: every day, and every value with everything that happened to
// it.
//
// It knows two languages and how a record reads on paper. It refuses to fetch
// anything and to judge who may read it.
package inspection

import (
	_ "embed"
	"fmt"
	"html/template"
	"io"
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
	Company     string // name of the organization
	Zone        *time.Location
	Employee    *attendancev1.Employee
	Sheet       *attendancev1.Timesheet
	Undos       []*attendancev1.Punch             // 取消 of the period, newest first: those of days that the sheet has are there, too
	Held        []*attendancev1.HeldPunch         // of the employee; those of other periods are left out
	Corrections []*attendancev1.CorrectionRequest // of the employee; those of other periods are shown where they made or voided a punch of this one
	Rules       []*attendancev1.WorkRules         // every version, newest first
	Names       map[string]string                 // what accounts and API keys are called, by resource name
	Printed     time.Time                         // when the page is made
}

// Actors lists whose names the page needs, each once.
func (r Record) Actors() []string {
	seen, list := map[string]bool{"": true}, []string{}
	add := func(actor string) {
		if !seen[actor] {
			seen[actor], list = true, append(list, actor)
		}
	}
	for _, d := range r.days() {
		for _, p := range d.GetPunches() {
			add(p.GetActor())
			if p.GetUndoneBy() == "" { // else the person whose page it is
				add(p.GetVoidActor())
			}
		}
	}
	for _, h := range r.Sheet.GetHistory() {
		add(h.GetActor())
	}
	for _, h := range r.Held {
		add(h.GetActor())
	}
	for _, c := range r.Corrections {
		add(c.GetActor())
		add(c.GetDecider())
	}
	for _, w := range r.Rules {
		add(w.GetActor())
	}
	return list
}

// Write renders the page in a language, "en" or else Japanese; its headings stand
// in the other one beside it.
func Write(to io.Writer, r Record, language string) error {
	p := paper{w: wordsIn(language), zone: r.Zone, names: r.Names, held: heldBy(r.Held), requests: requestsBy(r.Corrections)}
	t := r.Sheet.GetTotals()
	v := view{
		W: p.w, Beside: beside(language), Company: r.Company, Period: p.period(r.Sheet.GetPeriod()), Span: p.date(r.Sheet.GetStartDate()) + p.w.to + p.date(r.Sheet.GetEndDate()),
		Employee: r.Employee, State: p.w.name(r.Sheet.GetState().String()), Worked: clock(t.GetWorkedMinutes()),
		Totals: fmt.Sprintf(p.w.totals, t.GetWorkedDays(), t.GetWorkedMinutes()/60, t.GetWorkedMinutes()%60, t.GetFlaggedDays()),
		Zone:   r.Zone.String(), Printed: p.time(timestamppb.New(r.Printed)),
		Month: p.month(r.Sheet), Rules: p.rules(r), Calendars: p.calendars(r.Sheet), Sections: p.sections(r, beside(language)), Evidence: p.evidence(r.Sheet.GetEvidence()),
	}
	for _, d := range r.days() {
		v.Days = append(v.Days, p.day(d))
	}
	return page.Execute(to, v)
}

// view is what the template sees.
type view struct {
	W, Beside                                                   *words // the page's language, and the other one beside its headings
	Company, Period, Span, State, Worked, Totals, Zone, Printed string
	Employee                                                    *attendancev1.Employee
	Month                                                       []line
	Days                                                        []day
	Sections                                                    []section
	Rules                                                       []rule
	Calendars                                                   []calendar
	Evidence                                                    *evidence
}

// line is one date of the period at a glance.
type line struct {
	Date, Weekday, In, Out, Breaks, Worked, Flags string
	Rest                                          bool // Saturday or Sunday
}

type day struct {
	Date    string
	Punches []punch
}

type punch struct {
	ID, Kind, Time, Received, Origin, Standing string
	Counts                                     bool
	Changes                                    []string
}

type rule struct{ Version, Since, Cutoff, Longest, Tap, Undo, Repeats, Submitted, Who string }

type calendar struct{ Version, Since, Zone, Closing, From, Stored string }

type evidence struct{ Checkpoint, Position, Head, Time, Key string }

// paper turns the contract's values into sentences.
type paper struct {
	w        *words
	zone     *time.Location
	names    map[string]string
	held     map[string]*attendancev1.HeldPunch // by the name of the punch that each became or would become
	requests requests
}

// time is to the millisecond, as it is stored; empty for none.
func (p paper) time(at *timestamppb.Timestamp) string {
	if at == nil {
		return ""
	}
	return at.AsTime().In(p.zone).Format(p.w.stamp)
}

// punched is the time of a punch on the clock by which its day was judged. Where
// the company has another zone today, the zone and its distance from UTC stand
// behind it.
func (p paper) punched(at *timestamppb.Timestamp, zone string) string {
	then, err := time.LoadLocation(zone)
	if at == nil || !p.elsewhere(zone) || err != nil {
		return p.time(at)
	}
	return at.AsTime().In(then).Format(p.w.stamp+" -07:00 ") + zone
}

// date is a date of the contract as the language writes it, and period a period.
func (p paper) date(text string) string   { return written(text, time.DateOnly, p.w.day) }
func (p paper) period(text string) string { return written(text, "2006-01", p.w.month) }

// written is a text of one layout in another; what is not of that layout stays as it is.
func written(text, from, to string) string {
	at, err := time.Parse(from, text)
	if err != nil {
		return text
	}
	return at.Format(to)
}

// elsewhere tells a zone that is not the one of the page.
func (p paper) elsewhere(zone string) bool { return zone != "" && zone != p.zone.String() }

// who is somebody's name with the id behind it, by which two of a name are told
// apart; the id alone when the name is not known.
func (p paper) who(actor string) string {
	name, known := p.names[actor]
	if !known {
		return actor
	}
	_, id, _ := strings.Cut(actor, "/")
	return fmt.Sprintf(p.w.named, name, id[max(0, len(id)-6):])
}

// clock is minutes as hours and minutes.
func clock(minutes int32) string { return fmt.Sprintf("%d:%02d", minutes/60, minutes%60) }
