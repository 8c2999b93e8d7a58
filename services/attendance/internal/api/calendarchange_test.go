package api

import (
	"context"
	"crypto/sha256"
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/timestamppb"

	"github.com/dakoku/dakoku/platform/fault"
	attendancev1 "github.com/dakoku/dakoku/proto/gen/dakoku/attendance/v1"
	"github.com/dakoku/dakoku/services/attendance/internal/store"
	"github.com/dakoku/dakoku/services/attendance/internal/timeclock"
)

// moving is a fixture whose clock is moved by the test.
type moving struct {
	*fixture
	now      time.Time
	revision int64
}

func move(t *testing.T, start string) *moving {
	t.Helper()
	m := &moving{fixture: setup(t), revision: time.Now().UnixNano()}
	m.set(t, start)
	s := store.New(m.db, func() time.Time { return m.now })
	m.admin, m.companies, m.machine = NewAdmin(s), NewProvisioning(s), NewMachine(s, m.keys)
	return m
}

func (m *moving) set(t *testing.T, at string) {
	t.Helper()
	var err error
	if m.now, err = time.Parse(time.RFC3339Nano, at); err != nil {
		t.Fatal(err)
	}
}

// becomes tells of a company's new zone and closing day.
func (m *moving) becomes(t *testing.T, zone string, closing int32) {
	t.Helper()
	m.revision++
	_, err := m.companies.PutCompany(t.Context(), &attendancev1.PutCompanyRequest{Tenant: m.tenant, Revision: m.revision, TimeZone: zone, ClosingDay: closing})
	if err != nil {
		t.Fatal(err)
	}
}

// punchAt records what an employee said at an instant.
func (m *moving) punchAt(t *testing.T, employee string, at time.Time, text string) *attendancev1.EventOutcome {
	t.Helper()
	e := m.said(t, employee, "01T00:00", text)
	key := sha256.Sum256([]byte(employee + at.String() + text))
	e.EventKey, e.IssuedTime, e.ReceivedTime = key[:], timestamppb.New(at), timestamppb.New(at)
	return m.record(t, e)[0]
}

// judged is the business day and the period of the message of an instant.
func (m *moving) judged(t *testing.T, at time.Time) (got [2]string) {
	t.Helper()
	err := m.database.Owner(t).QueryRow(t.Context(), `
		select business_day::text, period from attendance.event_outcomes where tenant_id = $1 and issued_at = $2`, m.tenant, at).Scan(&got[0], &got[1])
	if err != nil {
		t.Fatal(err)
	}
	return got
}

// calendarMonths are the names of the periods of a test.
func calendarMonths() (list []string) {
	for n := range 24 {
		list = append(list, time.Date(2027, time.Month(9+n), 1, 0, 0, 0, 0, time.UTC).Format("2006-01"))
	}
	return list
}

// folds are the timesheets of a person, as bytes by period, up to a period.
func (m *moving) folds(t *testing.T, employee, last string) map[string]string {
	t.Helper()
	folds := map[string]string{}
	for _, month := range calendarMonths() {
		if month > last {
			break
		}
		sheet := m.sheet(t, employee, month)
		sheet.Calendars, sheet.DayCutoff = nil, "" // what is changed, told beside what must not
		text, err := proto.MarshalOptions{Deterministic: true}.Marshal(sheet)
		if err != nil {
			t.Fatal(err)
		}
		folds[month] = string(text)
	}
	return folds
}

// Zone, cutoff and closing day change at random moments while people work round the clock: what was folded before a
// change is the same afterwards, byte by byte, and in the end every punch is on one day of one period.
func TestChangesOfTheCalendarMoveNothing(t *testing.T) {
	zones := []string{"Asia/Tokyo", "America/New_York", "Australia/Lord_Howe", "Pacific/Kiritimati", "Pacific/Pago_Pago"}
	closings := []int32{1, 10, 20, 28, 31}
	for seed := range uint64(4) {
		random := rand.New(rand.NewPCG(seed, 11))
		m := move(t, "2027-11-01T00:00:00Z")
		e := m.employee(t, "001")
		zone, closing, said := "Asia/Tokyo", int32(31), 0
		for range 14 {
			for range 1 + random.IntN(8) {
				m.now = m.now.Add(time.Duration(1+random.IntN(40)) * time.Hour).Add(time.Duration(random.IntN(3600_000)) * time.Millisecond)
				if m.punchAt(t, e, m.now, []string{"出勤", "退勤", "休憩", "復帰"}[random.IntN(4)]).GetPunch() != "" {
					said++
				}
			}
			today := m.periodNow(t)
			if random.IntN(3) == 0 {
				_, err := m.do(m.ctx(t), "submit", e, today)
				if err != nil && !fault.HasReason(err, "TIMESHEET_STATE") {
					t.Fatal(err)
				}
			}
			before := m.folds(t, e, today)
			switch random.IntN(3) {
			case 0:
				m.rule(t, &attendancev1.WorkRules{DayCutoff: fmt.Sprintf("%02d:%02d", random.IntN(24), random.IntN(60))})
			case 1:
				zone = zones[random.IntN(len(zones))]
				m.becomes(t, zone, closing)
			default:
				closing = closings[random.IntN(len(closings))]
				m.becomes(t, zone, closing)
			}
			if diff := cmp.Diff(before, m.folds(t, e, today)); diff != "" {
				t.Fatalf("seed %d: a change at %s moved something: %s", seed, m.now, diff)
			}
		}
		m.eachOnce(t, e, said)
	}
}

// periodNow is the latest period that any zone of the world has begun.
func (m *moving) periodNow(t *testing.T) string {
	t.Helper()
	var froms []string
	var days []int
	err := m.database.Owner(t).QueryRow(t.Context(), `
		select array_agg(closing_from order by revision), array_agg(closing_day::int order by revision)
		  from attendance.company_calendars where tenant_id = $1`, m.tenant).Scan(&froms, &days)
	if err != nil {
		t.Fatal(err)
	}
	var closings timeclock.Closings
	for i := range froms {
		from, err := timeclock.ParsePeriod(froms[i])
		if err != nil {
			t.Fatal(err)
		}
		closings = append(closings, timeclock.Closing{From: from, Day: days[i]})
	}
	return closings.Period(timeclock.DateOf(m.now.Add(-36 * time.Hour))).String()
}

// eachOnce finds every punch of the employee on one day of one period.
func (m *moving) eachOnce(t *testing.T, employee string, said int) {
	t.Helper()
	found := map[string]int{}
	for _, month := range calendarMonths() {
		for _, day := range m.sheet(t, employee, month).GetDays() {
			for _, p := range day.GetPunches() {
				found[p.GetName()]++
			}
		}
	}
	for name, times := range found {
		if times != 1 {
			t.Errorf("%s is in %d places", name, times)
		}
	}
	if len(found) != said {
		t.Errorf("%d of %d punches have a day", len(found), said)
	}
}

// A message is judged in the zone of the moment at which it was sent, however late it comes.
func TestALateMessageIsJudgedInTheZoneOfItsTime(t *testing.T) {
	m := move(t, "2027-11-10T00:00:00Z")
	m.becomes(t, "America/New_York", 31)
	before := m.now
	for _, tt := range []struct {
		at   time.Time
		want string
	}{{before.Add(-time.Millisecond), "2027-11-10"}, {before, "2027-11-09"}} {
		if m.punchAt(t, m.employee(t, tt.want), tt.at, "出勤"); m.judged(t, tt.at)[0] != tt.want {
			t.Errorf("%s: %v", tt.at, m.judged(t, tt.at))
		}
	}
}

// A period that was handed in keeps its days, the closing day changes after it, and one that has not begun is not handed
// in: nobody can hold the change off.
func TestSubmittedPeriodsKeepTheirDays(t *testing.T) {
	m := move(t, "2027-12-01T02:00:00Z") // in Tokyo it is December, in New York November
	e := m.employee(t, "001")
	if _, err := m.do(m.ctx(t), "submit", e, "2027-12"); err != nil {
		t.Fatal(err)
	}
	_, err := m.do(m.ctx(t), "submit", e, "2028-01")
	if meta, _ := refused(t, err, fault.Precondition, "TIMESHEET_NOT_BEGUN"); meta["firstDay"] != "2028-01-01" {
		t.Errorf("%v", meta)
	}
	saying(t, err, "2028年1月の勤怠は2028年1月1日から申請できます。", "The timesheet of January 2028 can be submitted from 1 January 2028 on.")
	m.becomes(t, "America/New_York", 31)
	m.becomes(t, "America/New_York", 10)
	if from := m.closesFrom(t); from != "2028-01" {
		t.Errorf("the new closing day counts from %s", from)
	}
	for _, tt := range []struct{ at, reason, period string }{
		{"2027-12-31T12:00:00Z", "SUBMITTED", "2027-12"}, {"2028-01-01T12:00:00Z", "", "2028-01"},
		{"2028-01-11T12:00:00Z", "", "2028-02"},
	} {
		m.set(t, tt.at)
		if o := m.punchAt(t, e, m.now, "出勤"); o.GetReason() != tt.reason || m.judged(t, m.now)[1] != tt.period {
			t.Errorf("%s: %v in %v", tt.at, o, m.judged(t, m.now))
		}
	}
}

// A zone that is ahead has begun the next period already, which then keeps the old closing day.
func TestAPeriodThatBeginsInTheNewZoneKeepsItsDays(t *testing.T) {
	m := move(t, "2027-11-20T00:00:00Z")
	m.becomes(t, "America/New_York", 31)
	m.set(t, "2027-12-01T02:00:00Z") // in New York it is November, in Tokyo December
	m.becomes(t, "Asia/Tokyo", 10)
	if from := m.closesFrom(t); from != "2028-01" {
		t.Errorf("the new closing day counts from %s", from)
	}
}

func (m *moving) closesFrom(t *testing.T) (from string) {
	t.Helper()
	err := m.database.Owner(t).QueryRow(t.Context(), `
		select closing_from from attendance.company_calendars where tenant_id = $1 order by revision desc limit 1`, m.tenant).Scan(&from)
	if err != nil {
		t.Fatal(err)
	}
	return from
}

// A new revision with the same zone and closing day, such as a new name, decides nothing again.
func TestANewNameLeavesTheCalendar(t *testing.T) {
	m := move(t, "2027-11-20T00:00:00Z")
	m.becomes(t, "Asia/Tokyo", 10)
	m.set(t, "2027-12-20T00:00:00Z")
	m.becomes(t, "Asia/Tokyo", 10)
	m.becomes(t, "Asia/Tokyo", 10)
	if n := m.count(t, `select count(*) from attendance.company_calendars where tenant_id = $1`, m.tenant); n != 2 || m.closesFrom(t) != "2027-12" {
		t.Errorf("%d calendars, the last from %s", n, m.closesFrom(t))
	}
	m.becomes(t, "Asia/Tokyo", 20)
	m.becomes(t, "UTC", 20)
	if n := m.count(t, `select count(*) from attendance.company_calendars where tenant_id = $1`, m.tenant); n != 4 {
		t.Errorf("%d calendars", n)
	}
}

// A submission and a change of the closing day wait for each other: the days that are handed in are those that stay.
func TestSubmittingHoldsTheCalendar(t *testing.T) {
	m := move(t, "2027-12-01T02:00:00Z")
	e := m.employee(t, "001")
	tx, err := m.database.Owner(t).Begin(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := tx.Exec(t.Context(), `select from attendance.companies for update`); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(m.ctx(t), 300*time.Millisecond)
	defer cancel()
	if _, err := m.do(ctx, "submit", e, "2027-12"); err == nil {
		t.Error("a period was submitted while the calendar changed")
	}
	if err := tx.Rollback(t.Context()); err != nil {
		t.Fatal(err)
	}
	if _, err := m.do(m.ctx(t), "submit", e, "2027-12"); err != nil {
		t.Error(err)
	}
}
