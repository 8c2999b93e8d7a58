package integration_test

import (
	"math"
	"testing"
	"time"

	"github.com/google/uuid"
	"google.golang.org/protobuf/types/known/timestamppb"

	integrationv1 "github.com/dakoku/dakoku/proto/gen/dakoku/integration/v1"
)

// Numbers that cannot be are refused, or their sum could not be shown any more;
// the greatest that can be are shown.
func TestReportedNumbersHaveBounds(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	tenant := uuid.NewString()
	ctx := as(t, tenant)
	conn := w.connection(ctx, t)
	report := func(change func(*integrationv1.TrafficHour)) error {
		h := &integrationv1.TrafficHour{Tenant: tenant, Connection: conn, Hour: timestamppb.New(time.Now().Truncate(time.Hour))}
		change(h)
		_, err := w.machine.ReportTraffic(t.Context(), &integrationv1.ReportTrafficRequest{Reporter: uuid.NewString(), Hours: []*integrationv1.TrafficHour{h}})
		return err
	}
	const most = 1_000_000_000
	for _, n := range []int64{-1, math.MinInt64, most + 1, math.MaxInt64} {
		for name, change := range map[string]func(*integrationv1.TrafficHour){
			"callbacks":         func(h *integrationv1.TrafficHour) { h.Callbacks = n },
			"signatureFailures": func(h *integrationv1.TrafficHour) { h.SignatureFailures = n },
			"unmatchedTexts":    func(h *integrationv1.TrafficHour) { h.UnmatchedTexts = n },
		} {
			if err := report(change); reason(err) != "INVALID_ARGUMENT" || fields(err)["hours[0]."+name] == "" {
				t.Errorf("%s = %d: %v, %v", name, n, err, fields(err))
			}
		}
	}
	for range 3 {
		err := report(func(h *integrationv1.TrafficHour) {
			h.Callbacks, h.SignatureFailures, h.UnmatchedTexts = most, most, most
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	got, err := w.admin.GetConnection(ctx, &integrationv1.GetConnectionRequest{Connection: conn})
	if f := got.GetConnection().GetFigures(); err != nil || f.GetCallbacks() != 3*most || f.GetSignatureFailures() != 3*most || f.GetUnmatchedTexts() != 3*most {
		t.Errorf("%v, %v", f, err)
	}
}

// A door whose clock is ahead does not hide the callbacks that come after; times
// that are none are passed over, and the rest of the report counts.
func TestReportedTimesHaveBounds(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	tenant := uuid.NewString()
	ctx := as(t, tenant)
	hour := timestamppb.New(time.Now().Truncate(time.Hour))
	none := &timestamppb.Timestamp{Seconds: math.MaxInt64, Nanos: -1}
	for name, last := range map[string]*timestamppb.Timestamp{
		"tomorrow": timestamppb.New(time.Now().Add(24 * time.Hour)), "the year 9999": timestamppb.New(time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC)), "none": none,
	} {
		conn := w.connection(ctx, t)
		_, err := w.machine.ReportTraffic(t.Context(), &integrationv1.ReportTrafficRequest{Reporter: uuid.NewString(), Hours: []*integrationv1.TrafficHour{
			{Tenant: tenant, Connection: conn, Hour: none, Callbacks: 1},
			{Tenant: tenant, Connection: conn, Hour: hour, Callbacks: 2, LastCallbackTime: last},
		}})
		if err != nil {
			t.Errorf("%s: %v", name, err)
		}
		got, err := w.admin.GetConnection(ctx, &integrationv1.GetConnectionRequest{Connection: conn})
		f := got.GetConnection().GetFigures()
		if err != nil || f.GetCallbacks() != 2 || f.GetLastCallbackTime().AsTime().After(time.Now()) || (name == "none") != (f.GetLastCallbackTime() == nil) {
			t.Errorf("%s: %v, %v", name, f, err)
		}
	}
}
