package api

import (
	"runtime"
	"strings"
	"testing"

	attendancev1 "github.com/dakoku/dakoku/proto/gen/dakoku/attendance/v1"
)

// scales weighs what is alive whenever a piece arrives, and keeps none.
type scales struct {
	pieces
	rows, sent int
	most       uint64
}

func (s *scales) Send(m *attendancev1.ExportAttendanceResponse) error {
	s.rows, s.sent = s.rows+strings.Count(m.GetCsv(), "\n"), s.sent+1
	runtime.GC()
	var now runtime.MemStats
	runtime.ReadMemStats(&now)
	s.most = max(s.most, now.HeapAlloc)
	return nil
}

// fullMonth adds employees with a full month each: four punches on each of 22 days.
func (f *fixture) fullMonth(t *testing.T, employees int) {
	t.Helper()
	owner := f.database.Owner(t)
	const people = `insert into attendance.employees
		select $1, gen_random_uuid(), to_char(g, 'FM0000'), '社員 ' || g, '', '営業', 'ACTIVE', 1, now(), clock_timestamp() from generate_series(1, $2) g`
	const month = `insert into attendance.punches select e.tenant_id, gen_random_uuid(), e.id, null, null::uuid, k.kind, d + k.at, d + k.at, d + k.at, d::date,
		'Asia/Tokyo', 300, 960, 'MANUAL', '', '', 0, null, 'FIRST_IN_LAST_OUT', 60, 'a', 'r', null
		from attendance.employees e, generate_series('2026-11-02'::timestamptz, '2026-11-23', '1 day') d,
		     (values ('CLOCK_IN', interval '0'), ('BREAK_START', '3 hours'), ('BREAK_END', '4 hours'), ('CLOCK_OUT', '9 hours')) k (kind, at)
		where e.tenant_id = $1`
	if _, err := owner.Exec(t.Context(), people, f.tenant, employees); err != nil {
		t.Fatal(err)
	}
	if _, err := owner.Exec(t.Context(), month, f.tenant); err != nil {
		t.Fatal(err)
	}
}

// weigh writes the report of so many employees and looks at what is alive meanwhile.
func weigh(t *testing.T, employees int) *scales {
	t.Helper()
	f := setup(t)
	f.fullMonth(t, employees)
	s := &scales{pieces: pieces{ctx: f.ctx(t)}}
	if err := f.admin.ExportAttendance(&attendancev1.ExportAttendanceRequest{Period: "2026-11"}, s); err != nil {
		t.Fatal(err)
	}
	t.Logf("%d employees: %d rows in %d pieces, %d KiB alive", employees, s.rows, s.sent, s.most>>10)
	if s.rows != 1+employees*23 {
		t.Errorf("%d rows", s.rows)
	}
	return s
}

// The report of 300 people and 26,400 punches needs no more memory than that of the people who are read at once: it is
// sent while it is made.
func TestTheReportOfManyIsStreamed(t *testing.T) {
	few, many := weigh(t, sheetsAtOnce), weigh(t, 3*sheetsAtOnce)
	if many.sent < 2*few.sent || many.most > few.most+few.most/2 {
		t.Errorf("%d pieces with %d bytes alive, for a third of the people %d with %d", many.sent, many.most, few.sent, few.most)
	}
}
