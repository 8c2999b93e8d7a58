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

// months is how many months go through the database: 100, or as many as DAKOKU_TEST_MONTHS says.
func months(t *testing.T) uint64 {
	t.Helper()
	text := os.Getenv("DAKOKU_TEST_MONTHS")
	if text == "" {
		return 100
	}
	n, err := strconv.ParseUint(text, 10, 32)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// deed is one thing that somebody says, the same whoever says it.
type deed struct {
	at   time.Time
	text string // said, or a button's
}

// monthOfDeeds is what a person says in November: days off, nights, several shifts, breaks, forgotten and repeated
// punches, double taps, equal instants and chatter.
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
				all = append(all, deed{at, text}, deed{at, "お疲れさま"})
				at = at.Add(time.Duration(r.IntN(120_000)) * time.Millisecond)
			}
			at = at.Add(time.Duration(r.IntN(5*3600)) * time.Second)
		}
	}
	return all
}

// workplace is a company with one employee and rules that change on the way, by the seed.
func (f *fixture) workplace(t *testing.T, owner *pgx.Conn, seed uint64) (own *fixture, employee string) {
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
	return &place, place.employee(t, "001")
}

// deliver records the deeds in a random order, in random batches, some of them again.
func (f *fixture) deliver(t *testing.T, r *rand.Rand, employee string, deeds []deed) {
	t.Helper()
	var events []*attendancev1.ChatEvent
	for i, d := range deeds {
		key := sha256.Sum256(fmt.Append(nil, i, d))
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
	r.Shuffle(len(events), func(i, j int) { events[i], events[j] = events[j], events[i] })
	for batch := range slices.Chunk(events, 1+r.IntN(100)) {
		f.record(t, batch...)
		if r.IntN(3) == 0 {
			f.record(t, append(slices.Clone(batch), events[:min(len(events), r.IntN(3))]...)...)
		}
	}
}

// shownOf is everything that a person sees of the months, but for ids: punches are named by their place.
func (f *fixture) shownOf(t *testing.T, employee string) (text string, punches int) {
	t.Helper()
	for _, period := range []string{"2026-10", "2026-11", "2026-12"} {
		sheet := f.sheet(t, employee, period)
		sheet.Name, sheet.Employee = "", ""
		for _, c := range sheet.GetCalendars() {
			c.Revision, c.CreateTime = 0, nil // those of one company of the two
		}
		names := map[string]string{}
		for _, d := range sheet.GetDays() {
			for _, p := range d.GetPunches() {
				punches++
				names[p.GetName()] = strconv.Itoa(punches)
				p.Name, p.Employee = names[p.GetName()], ""
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

// The same month said to two companies, each in its own order, batches and repetitions, over the database: their
// timesheets are the same, byte for byte, and no punch is missing.
func TestTimesheetsAreConfluentInTheDatabase(t *testing.T) {
	f := setup(t)
	owner := f.database.Owner(t)
	for seed := range months(t) {
		r := rand.New(rand.NewPCG(seed, 8))
		deeds := monthOfDeeds(r)
		var sheets [2]string
		for i := range sheets {
			place, e := f.workplace(t, owner, seed)
			place.deliver(t, r, e, deeds)
			var shown int
			if sheets[i], shown = place.shownOf(t, e); shown != len(deeds)/2 {
				t.Fatalf("seed %d: %d of %d punches shown", seed, shown, len(deeds)/2)
			}
		}
		if sheets[0] != sheets[1] {
			t.Fatalf("seed %d: two timesheets of one month:\n%s\n%s", seed, sheets[0], sheets[1])
		}
	}
}
