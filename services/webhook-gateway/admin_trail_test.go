package gateway_test

import (
	"context"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/dakoku/dakoku/platform/fault"
	attendancev1 "github.com/dakoku/dakoku/proto/gen/dakoku/attendance/v1"
	auditv1 "github.com/dakoku/dakoku/proto/gen/dakoku/audit/v1"
	gatewayv1 "github.com/dakoku/dakoku/proto/gen/dakoku/gateway/v1"
	integrationv1 "github.com/dakoku/dakoku/proto/gen/dakoku/integration/v1"
	"google.golang.org/protobuf/types/known/timestamppb"
)

// attendanceAudit has one event of 2020, or is away.
type attendanceAudit struct {
	attendancev1.UnimplementedAttendanceAuditServiceServer
	away atomic.Bool
}

func (a *attendanceAudit) ListAuditTrail(_ context.Context, r *attendancev1.ListAuditTrailRequest) (*attendancev1.ListAuditTrailResponse, error) {
	if a.away.Load() {
		return nil, fault.New(fault.Unavailable, "UNAVAILABLE", fault.Text{JA: "不在", EN: "away"})
	}
	at := timestamppb.New(time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC))
	if before := r.GetQuery().GetBeforeTime(); before != nil && !at.AsTime().Before(before.AsTime()) {
		return &attendancev1.ListAuditTrailResponse{}, nil
	}
	return &attendancev1.ListAuditTrailResponse{Entries: []*auditv1.TrailEntry{{
		Id: someID, Time: at, ActorKind: "system", Action: "PURGE_RECORD", ChangeCount: 1,
		Changes: []*auditv1.TrailEntry_Change{{Resource: "punches/x", After: `{"removed":3}`, Withheld: []string{"reason"}, Employee: "employees/x"}},
	}}}, nil
}

// audit of integration is empty.
type audit struct {
	integrationv1.UnimplementedIntegrationAuditServiceServer
}

func (audit) ListAuditTrail(context.Context, *integrationv1.ListAuditTrailRequest) (*integrationv1.ListAuditTrailResponse, error) {
	return &integrationv1.ListAuditTrailResponse{}, nil
}

// eventsAudit is that of a public door of the version before, which has none: nothing is missing for that.
type eventsAudit struct {
	gatewayv1.UnimplementedGatewayAuditServiceServer
}

// The audit is one list of all contexts with who, what, before and after, and from where; without one of them there is
// none; and it is the administrators' and the auditors'.
func TestTheAuditOverREST(t *testing.T) {
	d := openDoor(t)
	admin := d.setUp()
	name, session := d.member(admin, "a@example.co.jp", "MANAGER")
	_, auditor := d.key(admin, "AUDITOR")
	d.do(http.MethodPatch, "/v1/"+name, `{"displayName":"改名"}`, "Cookie", admin)
	var actions []string
	var first, event map[string]any
	for token, more := "", true; more; more = token != "" {
		a := d.do(http.MethodGet, "/v1/auditEvents?pageSize=2&pageToken="+token, "", "Authorization", auditor)
		if a.status != http.StatusOK {
			t.Fatal(a.status, a.raw)
		}
		for _, e := range a.json["auditEvents"].([]any) {
			event = e.(map[string]any)
			if actions = append(actions, event["context"].(string)+" "+event["action"].(string)); first == nil {
				first = event
			}
		}
		token, _ = a.json["nextPageToken"].(string)
	}
	want := "IDENTITY ACCOUNT_UPDATE,IDENTITY API_KEY_CREATE,IDENTITY LOG_IN,IDENTITY INVITATION_ACCEPT,IDENTITY ACCOUNT_CREATE,IDENTITY SET_UP,ATTENDANCE PURGE_RECORD"
	if got := strings.Join(actions, ","); got != want {
		t.Errorf("%s, want %s", got, want)
	}
	change := first["changes"].([]any)[0].(map[string]any)
	value := change["values"].([]any)[0].(map[string]any)
	if first["actorName"] == nil || first["address"] != "127.0.0.1" || first["actorKind"] != "ACCOUNT" || change["resource"] != name || value["before"] != "鈴木一郎" || value["after"] != "改名" {
		t.Errorf("%v", first)
	}
	if change = event["changes"].([]any)[0].(map[string]any); change["employee"] != "employees/x" {
		t.Errorf("whose it is was not told: %v", change)
	}
	if a := d.do(http.MethodGet, "/v1/auditEvents", "", "Cookie", session); a.status != http.StatusForbidden {
		t.Errorf("a manager: %d %s", a.status, a.raw)
	}
	d.audit.away.Store(true)
	a := d.do(http.MethodGet, "/v1/auditEvents", "", "Cookie", admin)
	if a.status != http.StatusServiceUnavailable || a.reason() != "AUDIT_UNAVAILABLE" || a.detail("ErrorInfo")["metadata"].(map[string]any)["context"] != "attendance" {
		t.Errorf("without attendance: %d %s", a.status, a.raw)
	}
}
