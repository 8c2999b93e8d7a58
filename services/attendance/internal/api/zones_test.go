package api

import (
	"crypto/sha256"
	"testing"
	"time"

	"github.com/google/uuid"
	"google.golang.org/protobuf/types/known/timestamppb"

	attendancev1 "github.com/dakoku/dakoku/proto/gen/dakoku/attendance/v1"
)

// in gives the fixture another company, which is in that zone and closes on that day from ever.
func (f *fixture) in(t *testing.T, zone string, closing int32) {
	t.Helper()
	f.tenant = uuid.NewString()
	if _, err := f.companies.PutCompany(t.Context(), &attendancev1.PutCompanyRequest{Tenant: f.tenant, Revision: 1, TimeZone: zone, ClosingDay: closing}); err != nil {
		t.Fatal(err)
	}
}

// shift records 出勤 and 退勤 at two instants.
func (f *fixture) shift(t *testing.T, employee, in, out string) {
	t.Helper()
	for at, text := range map[string]string{in: "出勤", out: "退勤"} {
		issued, err := time.Parse(time.RFC3339Nano, at)
		if err != nil {
			t.Fatal(err)
		}
		event, key := f.said(t, employee, "01T00:00", text), sha256.Sum256([]byte(employee+at))
		event.EventKey, event.IssuedTime, event.ReceivedTime = key[:], timestamppb.New(issued), timestamppb.New(issued)
		f.record(t, event)
	}
}

// A night over a change of the clocks is of the day on which it began and lasts as long as it lasted: an hour more in
// autumn, an hour less in spring. Times are those that the clock on the wall showed.
func TestANightOverAChangeOfTheClocks(t *testing.T) {
	f := setup(t)
	for _, c := range []struct {
		zone, in, out, period, day, inText, outText string
		minutes                                     int32
	}{
		{"America/New_York", "2025-11-02T02:00:00Z", "2025-11-02T11:00:00Z", "2025-11", "2025-11-01", "22:00", "30:00", 9 * 60},
		{"America/New_York", "2025-11-02T02:00:00Z", "2025-11-02T06:30:00Z", "2025-11", "2025-11-01", "22:00", "25:30", 4*60 + 30}, // 01:30 for the second time
		{"America/New_York", "2026-03-08T03:00:00Z", "2026-03-08T10:00:00Z", "2026-03", "2026-03-07", "22:00", "30:00", 7 * 60},
		{"Australia/Lord_Howe", "2026-04-04T11:00:00Z", "2026-04-04T19:30:00Z", "2026-04", "2026-04-04", "22:00", "30:00", 8*60 + 30},
		{"Asia/Tokyo", "2026-03-07T13:00:00Z", "2026-03-07T21:00:00Z", "2026-03", "2026-03-07", "22:00", "30:00", 8 * 60},
		{"Europe/Berlin", "2026-03-28T23:30:00Z", "2026-03-29T02:59:59.999Z", "2026-03", "2026-03-28", "24:30", "28:59", 3*60 + 29}, // no 02:30 that night
	} {
		f.in(t, c.zone, 31)
		e := f.employee(t, "1")
		f.shift(t, e, c.in, c.out)
		got, err := f.admin.GetTimesheet(f.ctx(t), &attendancev1.GetTimesheetRequest{Employee: e, Period: c.period})
		if err != nil || len(got.GetTimesheet().GetDays()) != 1 {
			t.Fatalf("%s %s: %v, %v", c.zone, c.in, got, err)
		}
		d := got.GetTimesheet().GetDays()[0]
		if d.GetDate() != c.day || d.GetClockInText() != c.inText || d.GetClockOutText() != c.outText || d.GetWorkedMinutes() != c.minutes {
			t.Errorf("%s %s: %s %s to %s, %d minutes", c.zone, c.in, d.GetDate(), d.GetClockInText(), d.GetClockOutText(), d.GetWorkedMinutes())
		}
	}
}

// A punch tells the zone it was recorded in, also after the company has moved to another one.
func TestPunchKeepsItsZone(t *testing.T) {
	f := setup(t)
	f.in(t, "America/New_York", 31)
	e := f.employee(t, "1")
	f.shift(t, e, "2025-11-02T02:00:00Z", "2025-11-02T11:00:00Z")
	_, err := f.companies.PutCompany(t.Context(), &attendancev1.PutCompanyRequest{Tenant: f.tenant, Revision: 2, TimeZone: "Asia/Tokyo", ClosingDay: 31})
	if err != nil {
		t.Fatal(err)
	}
	got, err := f.admin.GetTimesheet(f.ctx(t), &attendancev1.GetTimesheetRequest{Employee: e, Period: "2025-11"})
	if err != nil || len(got.GetTimesheet().GetDays()) != 1 {
		t.Fatal(got, err)
	}
	for _, p := range got.GetTimesheet().GetDays()[0].GetPunches() {
		if p.GetTimeZone() != "America/New_York" {
			t.Errorf("%s is of %q", p.GetName(), p.GetTimeZone())
		}
	}
}

// The closing day decides the period of a punch by its business day: a shift over the midnight of the closing day, or of
// the last of February, is whole in the period that ends.
func TestTheClosingDayIsInclusive(t *testing.T) {
	f := setup(t)
	for _, c := range []struct {
		closing       int32
		in, out       string
		period, after string
	}{
		{28, "2026-09-28T13:00:00Z", "2026-09-28T19:59:59.999Z", "2026-09", "2026-10"}, // 22:00 to 04:59 in Tokyo
		{28, "2026-02-28T13:00:00Z", "2026-02-28T18:00:00Z", "2026-02", "2026-03"},
		{28, "2028-02-28T13:00:00Z", "2028-02-28T18:00:00Z", "2028-02", "2028-03"},
		{28, "2028-02-29T00:00:00Z", "2028-02-29T09:00:00Z", "2028-03", "2028-02"}, // a leap day is of March
		{31, "2028-02-29T13:00:00Z", "2028-02-29T18:00:00Z", "2028-02", "2028-03"},
		{31, "2026-02-28T13:00:00Z", "2026-02-28T18:00:00Z", "2026-02", "2026-03"},
		{31, "2026-04-30T13:00:00Z", "2026-04-30T20:00:00Z", "2026-04", "2026-05"},
		{1, "2026-09-30T20:00:00Z", "2026-10-01T09:00:00Z", "2026-10", "2026-09"}, // from 05:00 on the first
	} {
		f.in(t, "Asia/Tokyo", c.closing)
		e := f.employee(t, "1")
		f.shift(t, e, c.in, c.out)
		for period, days := range map[string]int{c.period: 1, c.after: 0} {
			got, err := f.admin.GetTimesheet(f.ctx(t), &attendancev1.GetTimesheetRequest{Employee: e, Period: period})
			if err != nil || len(got.GetTimesheet().GetDays()) != days {
				t.Errorf("closing on %d, %s in %s: %v, %v", c.closing, c.in, period, got, err)
			} else if days == 1 && (got.GetTimesheet().GetDays()[0].GetClockOut() == nil || len(got.GetTimesheet().GetDays()[0].GetFlags()) != 0) {
				t.Errorf("closing on %d, %s: %v", c.closing, c.in, got.GetTimesheet().GetDays())
			}
		}
	}
}
