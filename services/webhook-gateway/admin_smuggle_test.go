package gateway_test

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/dakoku/dakoku/platform/fault"
	"github.com/dakoku/dakoku/platform/rpc"
	attendancev1 "github.com/dakoku/dakoku/proto/gen/dakoku/attendance/v1"
	"github.com/dakoku/dakoku/services/webhook-gateway/internal/identity/api"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"
)

// identityKeys are the metadata keys by which services are told who calls, all of
// them: those that the door's own code writes for a caller who has everything.
func identityKeys(t *testing.T) []string {
	t.Helper()
	everything := rpc.Caller{Departments: []string{"x"}}
	md, _ := metadata.FromOutgoingContext(rpc.OutgoingCaller(t.Context(), everything, "ja"))
	keys := []string{api.SessionID, api.Address, api.Agent, api.Errand, api.IssuedSession, api.IssuedErrand}
	for key := range md {
		keys = append(keys, key)
	}
	for _, known := range []string{"dakoku-employee", "dakoku-departments-bin", "dakoku-caller-address", "dakoku-tenant"} {
		if !slices.Contains(keys, known) {
			t.Fatalf("%v lacks %s", keys, known)
		}
	}
	return keys
}

// What a client sends as headers never becomes metadata, a method or a deadline.
func TestHeadersFromOutsideReachNoService(t *testing.T) {
	d := openDoor(t)
	session := d.setUp()
	organization := d.do("GET", "/v1/organization", "", "Cookie", session).json["id"]
	hostile := []string{"Cookie", session, "Grpc-Timeout", "1n", "X-Forwarded-For", "CANARY", "X-Forwarded-Host", "CANARY", "X-Request-Id", "CANARY", "Te", "trailers",
		"X-HTTP-Method-Override", "DELETE", "User-Agent", "CANARY", "Referer", "http://CANARY"}
	for _, key := range append(identityKeys(t), "dakoku-request-id", "authority", "anything") {
		hostile = append(hostile, key, "CANARY", "Grpc-Metadata-"+key, "CANARY", "grpcgateway-"+key, "CANARY", "Grpc-Metadata-"+key+"-Bin", "Q0FOQVJZ")
	}
	a := d.do("GET", "/v1/employees", "", hostile...)
	if a.status != http.StatusOK || a.raw != `{"employees":[]}` {
		t.Fatalf("%d %s", a.status, a.raw)
	}
	seen := d.employees.metadata()
	for key, values := range seen {
		if all := strings.Join(values, " "); strings.Contains(all, "CANARY") || strings.Contains(all, session) {
			t.Errorf("metadata %s: %s", key, all)
		}
	}
	if got := seen.Get("dakoku-tenant"); len(got) != 1 || got[0] != organization {
		t.Errorf("tenant %v, want %v", got, organization)
	}
	for _, key := range []string{"authorization", "cookie", "dakoku-session-id", "x-forwarded-for", "x-forwarded-host"} {
		if got := seen.Get(key); len(got) != 0 {
			t.Errorf("attendance is told %s", key)
		}
	}
	if got := seen.Get("dakoku-request-id"); len(got) != 1 || got[0] != a.header.Get("X-Request-Id") {
		t.Errorf("request id %v, answered %s", got, a.header.Get("X-Request-Id"))
	}
}

func TestAPostStaysAPost(t *testing.T) {
	d := openDoor(t)
	session := d.setUp()
	name, bearer := d.key(session, "ADMINISTRATOR")
	for _, c := range [][]string{
		{"POST", "/v1/" + name, "", "X-HTTP-Method-Override", "DELETE"},
		{"POST", "/v1/" + name, "_method=DELETE", "Content-Type", "application/x-www-form-urlencoded", "X-HTTP-Method-Override", "DELETE"},
		{"POST", "/v1/organization", "a=b", "Content-Type", "application/x-www-form-urlencoded"},
	} {
		if a := d.do(c[0], c[1], c[2], append(c[3:], "Cookie", session)...); a.status != http.StatusMethodNotAllowed {
			t.Errorf("%v: %d %s", c, a.status, a.raw)
		}
	}
	if a := d.do("GET", "/v1/organization", "", "Authorization", bearer); a.status != http.StatusOK {
		t.Errorf("the key was ended by an override: %d", a.status)
	}
}

func TestWhatBackendsSayIsTranslated(t *testing.T) {
	d := openDoor(t)
	session := d.setUp()
	field := fault.Field{Path: "employee.employeeNumber", Reason: "TAKEN", Text: fault.Text{JA: "使用中", EN: "taken"}}
	for _, c := range []struct {
		err                      error
		status                   int
		reason, language, sentec string
	}{
		{fault.New(fault.Precondition, "TIMESHEET_STATE", fault.Text{JA: "申請済みです。", EN: "Submitted."}), 400, "TIMESHEET_STATE", "ja", "申請済みです。"},
		{fault.New(fault.Precondition, "TIMESHEET_STATE", fault.Text{JA: "申請済みです。", EN: "Submitted."}), 400, "TIMESHEET_STATE", "en", "Submitted."},
		{fault.New(fault.Aborted, "ETAG_STALE", fault.Text{JA: "古い", EN: "stale"}), 409, "ETAG_STALE", "en", "stale"},
		{fault.New(fault.Exists, "EMPLOYEE_NUMBER_TAKEN", fault.Text{JA: "重複", EN: "taken"}), 409, "EMPLOYEE_NUMBER_TAKEN", "fr, ja;q=0.1", "重複"},
		{fault.New(fault.NotFound, "EMPLOYEE_NOT_FOUND", fault.Text{JA: "いません", EN: "none"}), 404, "EMPLOYEE_NOT_FOUND", "", "いません"},
		{fault.Invalid(field), 400, "INVALID_ARGUMENT", "ja", "入力内容に誤りがあります。"},
		{errors.New("CANARY in the cause"), 500, "INTERNAL", "en", "Internal error."},
		{status.Error(codes.Unknown, "CANARY"), 500, "INTERNAL", "ja", "内部エラーが発生しました。"},
		{status.Error(codes.Unavailable, "CANARY"), 503, "UNAVAILABLE", "en", "Temporarily unavailable. Please try again later."},
	} {
		d.employees.answer(func(context.Context) (*attendancev1.ListEmployeesResponse, error) { return nil, c.err })
		a := d.do("GET", "/v1/employees", "", "Cookie", session, "Accept-Language", c.language)
		if a.status != c.status || a.reason() != c.reason || a.json["message"] != c.sentec || strings.Contains(a.raw, "CANARY") {
			t.Errorf("%v: %d %s", c.err, a.status, a.raw)
		}
	}
}

func TestListsAreThereAndNothingIsNot(t *testing.T) {
	d := openDoor(t)
	session := d.setUp()
	d.employees.answer(func(context.Context) (*attendancev1.ListEmployeesResponse, error) {
		return &attendancev1.ListEmployeesResponse{Employees: []*attendancev1.Employee{
			{Name: "employees/1", EmployeeNumber: "001", DisplayName: "X_UNSPECIFIED", State: attendancev1.Employee_ACTIVE}, {Name: "employees/2"},
		}}, nil
	})
	a := d.do("GET", "/v1/employees", "", "Cookie", session)
	want := `{"employees":[{"name":"employees/1","employeeNumber":"001","displayName":"X_UNSPECIFIED","state":"ACTIVE"},{"name":"employees/2"}]}`
	if a.raw != want || a.header.Get("Content-Type") != "application/json" {
		t.Errorf("got %s", a.raw)
	}
	d.employees.answer(func(context.Context) (*attendancev1.ListEmployeesResponse, error) {
		return &attendancev1.ListEmployeesResponse{Employees: []*attendancev1.Employee{{Name: "CANARY"}}}, errors.New("x")
	})
	if a := d.do("GET", "/v1/employees", "", "Cookie", session); strings.Contains(a.raw, "CANARY") {
		t.Errorf("an answer beside an error: %s", a.raw)
	}
}
