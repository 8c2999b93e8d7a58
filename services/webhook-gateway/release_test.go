package gateway_test

import (
	"context"
	"testing"
	"time"

	"google.golang.org/grpc"

	"github.com/dakoku/dakoku/platform/rpc"
	auditv1 "github.com/dakoku/dakoku/proto/gen/dakoku/audit/v1"
	gatewayv1 "github.com/dakoku/dakoku/proto/gen/dakoku/gateway/v1"
	gateway "github.com/dakoku/dakoku/services/webhook-gateway"
)

const someAccount = "0195f000-0000-7000-8000-0000000000f1"

// asks has somebody with the permissions ask the door with a certificate.
func (s *street) asks(t *testing.T, door *gateway.Public, certificate, tenant string, permissions ...string) (context.Context, *grpc.ClientConn) {
	t.Helper()
	conn, err := rpc.Dial(rpc.ClientConfig{Target: door.Addr().String(), ServerName: gateway.PublicName, Identity: s.identity(t, certificate)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	return rpc.OutgoingCaller(t.Context(), rpc.Caller{Tenant: tenant, Account: someAccount, Kind: rpc.KindAccount, Permissions: permissions}, "ja"), conn
}

// A message that crashing processes left in quarantine is given back by an administrator:
// it is recorded once, as received when it was, answered once, and it stands in the audit
// who did that.
func TestAMessageIsGivenBackFromQuarantine(t *testing.T) {
	s := newStreet(t)
	s.set(true)
	door, _ := s.open(t)
	if status := post(t, door, message("出勤")); status != 200 {
		t.Fatal(status)
	}
	until(t, func() bool { // its first try has ended
		var deferred bool
		err := s.owner.QueryRow(t.Context(), `select lease is null and deferrals > 0 from gateway.inbox`).Scan(&deferred)
		return err == nil && deferred
	})
	var id string
	var received, after time.Time
	if err := s.owner.QueryRow(t.Context(), `update gateway.inbox set outcome = 'QUARANTINED', reason = 'POISON', done_at = now(), lease = null, due_at = null
		returning id::text, received_at`).Scan(&id, &received); err != nil {
		t.Fatal(err)
	}
	s.set(false)
	for _, no := range []struct {
		certificate, tenant, permission, reason string
	}{
		{"integration", doorTenant, "events.write", ""},
		{"admin-gateway", doorTenant, "events.read", "PERMISSION_MISSING"},
		{"admin-gateway", someAccount, "events.write", "EVENT_NOT_FOUND"},
	} {
		ctx, conn := s.asks(t, door, no.certificate, no.tenant, no.permission)
		_, err := gatewayv1.NewEventAdminServiceClient(conn).ReleaseEvent(ctx, &gatewayv1.ReleaseEventRequest{Event: id})
		if err == nil || no.reason != "" && rpc.FaultFrom(err).Reason() != no.reason {
			t.Errorf("%+v: %v", no, err)
		}
	}
	ctx, conn := s.asks(t, door, "admin-gateway", doorTenant, "events.write", "audit.read")
	for range 2 {
		got, err := gatewayv1.NewEventAdminServiceClient(conn).ReleaseEvent(ctx, &gatewayv1.ReleaseEventRequest{Event: "events/" + id})
		if err != nil || got.GetEvent().GetReleaseTime() == nil || got.GetEvent().GetOutcome() == gatewayv1.Event_QUARANTINED {
			t.Fatal(got, err)
		}
	}
	until(t, func() bool { return s.count(t, "RECORDED") == 1 })
	s.once(t, 1)
	if err := s.owner.QueryRow(t.Context(), `select received_at from gateway.inbox`).Scan(&after); err != nil || !after.Equal(received) {
		t.Errorf("received at %s, then %s: %v", received, after, err)
	}
	list, err := gatewayv1.NewGatewayAuditServiceClient(conn).ListAuditTrail(ctx, &gatewayv1.ListAuditTrailRequest{Query: &auditv1.TrailQuery{}})
	if err != nil || len(list.GetEntries()) != 1 {
		t.Fatal(list, err)
	}
	if e := list.GetEntries()[0]; e.GetActor() != someAccount || e.GetAction() != "RELEASE_EVENT" || e.GetChanges()[0].GetResource() != "events/"+id {
		t.Error(e)
	}
}
