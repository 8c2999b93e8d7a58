package api

import (
	"encoding/hex"
	"math"
	"time"

	"google.golang.org/protobuf/types/known/timestamppb"

	attendancev1 "github.com/dakoku/dakoku/proto/gen/dakoku/attendance/v1"
	"github.com/dakoku/dakoku/services/attendance/internal/store"
	"github.com/dakoku/dakoku/services/attendance/internal/timeclock"
	"github.com/dakoku/dakoku/services/attendance/internal/timesheet"
)

func timesheetMessage(s store.Timesheet) *attendancev1.Timesheet {
	stored := map[string]store.Punch{}
	for _, p := range s.Punches {
		stored[p.Key] = p
	}
	days := daysOf(s)
	message := summaryMessage(s, days)
	for _, d := range days {
		message.Days = append(message.Days, dayMessage(d, stored))
	}
	for _, h := range s.History {
		message.History = append(message.History, &attendancev1.Timesheet_Transition{
			Verb: string(h.Verb), Actor: h.Actor, Time: timestamppb.New(h.At), Comment: h.Comment,
		})
	}
	message.WaitingHeldPunches = count(s.Waiting)
	message.DayCutoff = clockText(s.Calendar.Cutoff)
	for _, v := range s.Versions {
		message.Calendars = append(message.Calendars, calendarMessage(v))
	}
	if c := s.Evidence; c.Number > 0 {
		message.Evidence = &attendancev1.Timesheet_Evidence{
			Checkpoint: c.Number, Position: c.Position, Head: hex.EncodeToString(c.Head), MakeTime: timestamppb.New(c.At), Key: c.Key,
		}
	}
	return message
}

func calendarMessage(v store.CalendarVersion) *attendancev1.Timesheet_Calendar {
	message := &attendancev1.Timesheet_Calendar{Revision: v.Revision, TimeZone: v.Zone, ClosingDay: int32(v.ClosingDay), CreateTime: timestamppb.New(v.Created)}
	if !v.First {
		message.EffectiveTime, message.ClosingFrom = timestamppb.New(v.Effective), v.ClosingFrom
	}
	return message
}

func daysOf(s store.Timesheet) []timesheet.Day {
	punches := make([]timeclock.Punch, 0, len(s.Punches))
	for _, p := range s.Punches {
		punches = append(punches, p.Punch)
	}
	return timesheet.Between(timesheet.Fold(punches), s.First, s.Last)
}

// summaryMessage is a timesheet without its days.
func summaryMessage(s store.Timesheet, days []timesheet.Day) *attendancev1.Timesheet {
	totals := timesheet.Sum(days)
	return &attendancev1.Timesheet{
		Name:     "employees/" + s.Employee.ID + "/timesheets/" + s.Period.String(),
		Employee: "employees/" + s.Employee.ID, Period: s.Period.String(), StartDate: s.First.String(), EndDate: s.Last.String(),
		State: attendancev1.Timesheet_State(attendancev1.Timesheet_State_value[string(s.State)]),
		Totals: &attendancev1.Timesheet_Totals{
			WorkedDays: count(totals.Days), WorkedMinutes: count(totals.WorkedMinutes()), FlaggedDays: count(totals.Flagged),
		},
	}
}

func dayMessage(d timesheet.Day, stored map[string]store.Punch) *attendancev1.Timesheet_Day {
	text := d.TimeText
	message := &attendancev1.Timesheet_Day{
		Date: d.Date.String(), ClockIn: stamp(d.ClockIn), ClockOut: stamp(d.ClockOut),
		ClockInText: text(d.ClockIn), ClockOutText: text(d.ClockOut), WorkedMinutes: count(d.WorkedMinutes()),
	}
	for _, span := range d.Spans {
		message.Breaks = append(message.Breaks, &attendancev1.Timesheet_Break{
			Start: stamp(span.Start), End: stamp(span.End), Kind: kindMessage(span.Kind), StartText: text(span.Start), EndText: text(span.End),
		})
	}
	for _, s := range d.Shifts {
		message.Shifts = append(message.Shifts, &attendancev1.Timesheet_Shift{
			ClockIn: stamp(s.ClockIn), ClockOut: stamp(s.ClockOut), ClockInText: text(s.ClockIn), ClockOutText: text(s.ClockOut),
			WorkedMinutes: count(s.WorkedMinutes()),
		})
	}
	for _, flag := range d.Flags {
		message.Flags = append(message.Flags, string(flag))
	}
	for _, e := range d.Entries {
		now := stored[e.Key]
		if e.UndoneBy != "" {
			now = now.TakenBack(stored[e.UndoneBy])
		}
		punch := punchMessage(now, d.Date)
		punch.RecordedDay = "" // depends on the order in which punches came, which no timesheet does
		message.Punches = append(message.Punches, punch)
		if !e.Counts {
			message.Uncounted = append(message.Uncounted, punch.GetName())
		}
	}
	return message
}

func stamp(at *time.Time) *timestamppb.Timestamp {
	if at == nil {
		return nil
	}
	return timestamppb.New(*at)
}

// count is a number of days or minutes; a period has far fewer than fit.
func count(n int) int32 {
	if n < 0 || n > math.MaxInt32 {
		return 0
	}
	return int32(n)
}
