package gateway_test

import (
	"bufio"
	"io"
	"net/http"
	"testing"
	"time"

	"github.com/dakoku/dakoku/platform/fault"
	"github.com/dakoku/dakoku/platform/rpc"
	attendancev1 "github.com/dakoku/dakoku/proto/gen/dakoku/attendance/v1"
	"google.golang.org/grpc"
)

type exportStream = grpc.ServerStreamingServer[attendancev1.ExportAttendanceResponse]

// download asks for a report and returns while the answer is still coming.
func (d *door) download(session, query string) *http.Response {
	d.t.Helper()
	req, err := http.NewRequestWithContext(d.t.Context(), http.MethodGet, d.base+"/v1/reports/attendance.csv"+query, http.NoBody)
	if err != nil {
		d.t.Fatal(err)
	}
	req.Header.Set("Cookie", session)
	req.Header.Set("Accept-Language", "en")
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		d.t.Fatal(err)
	}
	d.t.Cleanup(func() { _ = res.Body.Close() })
	return res
}

// How totals are rounded reaches the service; a way that nobody knows is refused.
func TestAReportWithRoundedTotals(t *testing.T) {
	d := openDoor(t)
	session := d.setUp()
	for query, want := range map[string]int{"?period=2026-11&rounding=DOWN_TO_HOUR": http.StatusOK, "?period=2026-11&rounding=UP": http.StatusBadRequest} {
		if res := d.download(session, query); res.StatusCode != want {
			t.Errorf("%s: %d", query, res.StatusCode)
		}
	}
	if got := attendancev1.Timesheet_Rounding(d.employees.wanted.Load()); got != attendancev1.Timesheet_DOWN_TO_HOUR {
		t.Errorf("the service was asked for %s", got)
	}
}

// The first piece is with the client before the service has written the second,
// though it is compressed on its way, and the report may take longer than other requests.
func TestAReportIsStreamed(t *testing.T) {
	read := make(chan struct{})
	d := openDoor(t, func(d *door) {
		d.employees.export = func(period string, to exportStream) error {
			if limit, ok := to.Context().Deadline(); !ok || time.Until(limit) < time.Minute {
				t.Errorf("the report has until %v", limit)
			}
			caller, _ := rpc.CallerFrom(to.Context())
			_ = to.Send(&attendancev1.ExportAttendanceResponse{Csv: "\ufeff" + period + "," + rpc.Language(to.Context()) + "\r\n"})
			<-read
			return to.Send(&attendancev1.ExportAttendanceResponse{Csv: caller.Kind + "\r\n"})
		}
	})
	res := d.download(d.setUp(), "?period=2026-11")
	lines := bufio.NewReader(res.Body)
	first, err := lines.ReadString('\n')
	close(read)
	rest, end := io.ReadAll(lines)
	if !res.Uncompressed || err != nil || end != nil || first != "\ufeff2026-11,en\r\n" || string(rest) != rpc.KindAccount+"\r\n" {
		t.Errorf("%q %v, then %q %v", first, err, rest, end)
	}
	for name, want := range map[string]string{
		"Content-Type": "text/csv; charset=utf-8", "Content-Disposition": "attachment; filename=attendance-2026-11.csv",
		"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff", "Content-Language": "en",
	} {
		if got := res.Header.Get(name); got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
}

// An error before the first piece is an answer like any other; one after it cuts
// the connection, so that a part is not taken for the whole.
func TestAReportThatFails(t *testing.T) {
	away := fault.New(fault.Unavailable, "UNAVAILABLE", fault.Text{JA: "不在", EN: "away"})
	d := openDoor(t, func(d *door) {
		d.employees.export = func(period string, to exportStream) error {
			if period == "later" {
				_ = to.Send(&attendancev1.ExportAttendanceResponse{Csv: "1\r\n"})
			}
			return away
		}
	})
	session := d.setUp()
	if a := d.do("GET", "/v1/reports/attendance.csv?period=now", "", "Cookie", session); a.status != http.StatusServiceUnavailable || a.reason() != "UNAVAILABLE" {
		t.Errorf("at once: %d %s", a.status, a.raw)
	}
	res := d.download(session, "?period=later")
	if text, err := io.ReadAll(res.Body); err == nil || !res.Uncompressed {
		t.Errorf("a report that was cut off ends like a whole one: %q", text)
	}
	if a := d.do("GET", "/v1/reports/attendance.csv?month=1", "", "Cookie", session); a.status != http.StatusBadRequest {
		t.Errorf("an unknown parameter: %d %s", a.status, a.raw)
	}
	if a := d.do("GET", "/v1/reports/attendance.csv", ""); a.status != http.StatusUnauthorized {
		t.Errorf("nobody: %d %s", a.status, a.raw)
	}
}

// Whoever is logged out while a report comes gets no piece more of it.
func TestAReportEndsWithTheSession(t *testing.T) {
	gone := make(chan struct{})
	d := openDoor(t, func(d *door) {
		d.employees.export = func(_ string, to exportStream) error {
			_ = to.Send(&attendancev1.ExportAttendanceResponse{Csv: "first\r\n"})
			<-gone
			return to.Send(&attendancev1.ExportAttendanceResponse{Csv: "second\r\n"})
		}
	})
	session := d.setUp()
	res := d.download(session, "?period=2026-11")
	lines := bufio.NewReader(res.Body)
	first, err := lines.ReadString('\n')
	if out := d.do(http.MethodDelete, "/v1/session", "", "Cookie", session); out.status != http.StatusOK {
		t.Fatal(out.raw)
	}
	d.clock.add(3 * time.Second)
	close(gone)
	rest, end := io.ReadAll(lines)
	if err != nil || first != "first\r\n" || end == nil || len(rest) > 0 {
		t.Errorf("%q %v, then %q %v", first, err, rest, end)
	}
}
