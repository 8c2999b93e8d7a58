package api

import (
	"crypto/sha256"
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"google.golang.org/protobuf/encoding/prototext"
	"google.golang.org/protobuf/types/known/timestamppb"

	attendancev1 "github.com/dakoku/dakoku/proto/gen/dakoku/attendance/v1"
	"github.com/dakoku/dakoku/services/attendance/internal/timeclock"
)

// colleagues is how many people's months are said to one company.
const colleagues = 20

// months is how many months go through the database, a multiple of colleagues: 100, or as many as DAKOKU_TEST_MONTHS
// says.
func months(t *testing.T) uint64 {
	t.Helper()
	text := os.Getenv("DAKOKU_TEST_MONTHS")
	if text == "" {
		return 100
	}
	n, err := strconv.ParseUint(text, 10, 32)
	if err != nil || n%colleagues != 0 {
		t.Fatal(text, err)
	}
	return n
}

// deed is one thing that somebody says, the same whoever says it.
type deed struct {
	at   time.Time
	text string // said, or a button's
}

// chatter is what is no punch.
const chatter = "お疲れさま"

// undoing are the words of the months that take a punch back, and are none.
var undoing = []string{"取消", "キャンセル"}

// monthOfDeeds is what a person says in November: days off, nights, several shifts, breaks, forgotten and repeated
// punches, double taps, equal instants, chatter, and 取消 soon after a punch or not.
func monthOfDeeds(r *rand.Rand) (all []deed) {
	said := map[timeclock.Kind]string{timeclock.ClockIn: "出勤", timeclock.BreakStart: "休憩", timeclock.BreakEnd: "復帰", timeclock.ClockOut: "退勤"}
	for day := range 30 {
		if r.IntN(7) == 0 {
			continue
		}
		at := time.Date(2026, 10, 31+day, 15, r.IntN(24*60), r.IntN(60), r.IntN(1000)*1e6, time.UTC)
		for _, kind := range timeclock.Kinds() {
			for range max(0, r.IntN(9)-5) {
				text := said[kind]
				if text == "" || r.IntN(4) == 0 {
					text = "dakoku:" + string(kind)
				}
				if all = append(all, deed{at, text}); r.IntN(4) == 0 {
					all = append(all, deed{at, chatter})
				}
				if r.IntN(4) == 0 {
					all = append(all, deed{at.Add(time.Duration(r.IntN(90_000)) * time.Millisecond), undoing[r.IntN(2)]})
				}
				at = at.Add(time.Duration(r.IntN(120_000)) * time.Millisecond)
			}
			at = at.Add(time.Duration(r.IntN(5*3600)) * time.Second)
		}
	}
	return all
}

// workplace is a company with colleagues and rules that change on the way, by the seed.
func (f *fixture) workplace(t *testing.T, owner *pgx.Conn, seed uint64) (own *fixture, employees []string) {
	t.Helper()
	r := rand.New(rand.NewPCG(seed, 9))
	place := *f
	place.tenant = uuid.NewString()
	place.company(t, place.tenant, int32([]int{20, 31}[r.IntN(2)]))
	for version := range 3 {
		_, err := owner.Exec(t.Context(), `insert into attendance.work_rules values ($1, $2, $3, $4, 960, $5, $6, 'REFUSE', 'a', now())`, place.tenant, version+1,
			time.Date(2026, 10, 1+version*20, r.IntN(24), 0, 0, 0, time.UTC), r.IntN(10)*60, r.IntN(120), []string{"FIRST_IN_LAST_OUT", "ERROR_ON_REPEAT"}[r.IntN(2)])
		if err != nil {
			t.Fatal(err)
		}
	}
	for i := range colleagues {
		employees = append(employees, place.employee(t, fmt.Sprint(i)))
	}
	return &place, employees
}

// deliver records what each of the employees says, all of it in one random order, cut into random batches, some of them
// again.
func (f *fixture) deliver(t *testing.T, r *rand.Rand, employees []string, deeds [][]deed) {
	t.Helper()
	var events []*attendancev1.ChatEvent
	for person, employee := range employees {
		for i, d := range deeds[person] {
			key := sha256.Sum256(fmt.Append(nil, person, i, d))
			event := &attendancev1.ChatEvent{
				Tenant: f.tenant, EventKey: key[:], Connection: f.connection, Employee: employee, IssuedTime: timestamppb.New(d.at),
				ReceivedTime: timestamppb.New(d.at), RoomKind: attendancev1.RoomKind_DIRECT, SenderState: attendancev1.ChatEvent_LINKED,
				Content: &attendancev1.ChatEvent_Text{Text: &attendancev1.TextContent{Text: d.text}},
			}
			if d.text[0] == 'd' {
				event.Content = &attendancev1.ChatEvent_Postback{Postback: &attendancev1.PostbackContent{Data: d.text}}
			}
			events = append(events, event)
		}
	}
	r.Shuffle(len(events), func(i, j int) { events[i], events[j] = events[j], events[i] })
	for at := 0; at < len(events); {
		end := min(at+1+r.IntN(100), len(events))
		f.record(t, events[at:end]...)
		if r.IntN(3) == 0 {
			f.record(t, append(slices.Clone(events[at:end]), events[:min(len(events), r.IntN(3))]...)...)
		}
		at = end
	}
}

// shownOf is everything that a person sees of the months, but for ids: punches are named by their place. It counts the
// punches, without 取消: one of those can be of no day.
func (f *fixture) shownOf(t *testing.T, employee string) (text string, punches int) {
	t.Helper()
	for _, period := range []string{"2026-10", "2026-11", "2026-12"} {
		sheet := f.sheet(t, employee, period)
		sheet.Name, sheet.Employee = "", ""
		for _, c := range sheet.GetCalendars() {
			c.Revision, c.CreateTime = 0, nil // those of one company of the two
		}
		names, place := map[string]string{}, 0
		for _, d := range sheet.GetDays() {
			for _, p := range d.GetPunches() {
				if place++; p.GetKind() != attendancev1.Punch_UNDO {
					punches++
				}
				names[p.GetName()] = strconv.Itoa(place)
				p.Name, p.Employee, p.VoidActor = names[p.GetName()], "", ""
			}
			for _, p := range d.GetPunches() {
				p.UndoneBy = names[p.GetUndoneBy()]
			}
			for i, name := range d.GetUncounted() {
				d.Uncounted[i] = names[name]
			}
		}
		bytes, err := prototext.MarshalOptions{Multiline: true}.Marshal(sheet)
		if err != nil {
			t.Fatal(err)
		}
		text += string(bytes)
	}
	return text, punches
}

// The same months said to two companies, each in its own order, batches and repetitions, over the database: their
// timesheets are the same, byte for byte, and no punch is missing.
func TestTimesheetsAreConfluentInTheDatabase(t *testing.T) {
	f := setup(t)
	for seed := range months(t) / colleagues {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			t.Parallel()
			f.confluent(t, seed)
		})
	}
}

func (f *fixture) confluent(t *testing.T, seed uint64) {
	r, owner := rand.New(rand.NewPCG(seed, 8)), f.database.Owner(t)
	var deeds [][]deed
	for range colleagues {
		deeds = append(deeds, monthOfDeeds(r))
	}
	one, ours := f.workplace(t, owner, seed)
	two, theirs := f.workplace(t, owner, seed)
	one.deliver(t, rand.New(rand.NewPCG(seed, 1)), ours, deeds)
	two.deliver(t, rand.New(rand.NewPCG(seed, 2)), theirs, deeds)
	for person := range colleagues {
		said := len(slices.DeleteFunc(slices.Clone(deeds[person]), func(d deed) bool { return d.text == chatter || slices.Contains(undoing, d.text) }))
		want, shown := one.shownOf(t, ours[person])
		if got, _ := two.shownOf(t, theirs[person]); got != want {
			t.Fatalf("two timesheets of one month:\n%s\n%s", want, got)
		}
		if shown != said {
			t.Errorf("%d of %d punches shown", shown, said)
		}
	}
}
