package gateway_test

import (
	"context"
	"net/http"
	"strings"
	"testing"
	"time"

	attendancev1 "github.com/dakoku/dakoku/proto/gen/dakoku/attendance/v1"
	"google.golang.org/protobuf/types/known/timestamppb"
)

// The page to print passes the chain of every request for data: identity,
// permissions, language, no caching.
func TestInspectionPage(t *testing.T) {
	d := openDoor(t)
	session := d.setUp()
	_, auditor := d.key(session, "AUDITOR")
	_, employee := d.key(session, "EMPLOYEE")
	account, _ := d.do("GET", "/v1/session", "", "Cookie", session).json["account"].(map[string]any)
	d.employees.approver, _ = account["name"].(string)
	path := "/employees/" + someID + "/timesheets/2026-11/inspection"
	dates := map[string][]string{"ja": {"2026年11月", "2026年11月1日 (", "2026年11月30日 ("}, "en": {"2026-11", "2026-11-01 (", "2026-11-30 ("}}
	for language, want := range map[string]string{"ja": "承認済み", "en": "Approved"} {
		a := d.do("GET", path, "", "Authorization", auditor, "Accept-Language", language)
		for _, text := range append(dates[language], "株式会社最上", "Asia/Tokyo", want, account["displayName"].(string), "heldPunches/first", "heldPunches/second", "punches/first", "punches/second", "correctionRequests/first", "correctionRequests/second", "04:44", "05:55") {
			if a.status != http.StatusOK || !strings.Contains(a.raw, text) {
				t.Errorf("%s: no %q: %d %s", language, text, a.status, a.raw)
			}
		}
		if h := a.header; h.Get("Content-Type") != "text/html; charset=utf-8" || h.Get("Cache-Control") != "no-store" ||
			!strings.Contains(h.Get("Content-Security-Policy"), "style-src 'self'") {
			t.Errorf("headers %v", h)
		}
	}
	// The screens have a language of their own, which the browser does not send with a link.
	for query, want := range map[string]string{"?language=en": "<html lang=\"en\">", "?language=ja": "<html lang=\"ja\">", "?language=fr": "<html lang=\"ja\">", "?language": "<html lang=\"ja\">"} {
		if a := d.do("GET", path+query, "", "Authorization", auditor, "Accept-Language", "ja"); !strings.Contains(a.raw, want) {
			t.Errorf("%s: no %q: %d %s", query, want, a.status, a.raw)
		}
	}
	for _, c := range []struct {
		method, path, who, key string
		status                 int
		reason                 string
	}{
		{"GET", path, "X-Nobody", "", http.StatusUnauthorized, "UNAUTHENTICATED"},
		{"GET", path, "Authorization", employee, http.StatusForbidden, "PERMISSION_MISSING"},
		{"POST", path, "Cookie", session, http.StatusMethodNotAllowed, "METHOD_NOT_ALLOWED"},
		{"GET", strings.Replace(path, someID[:4], "0000", 1), "Cookie", session, http.StatusNotFound, "EMPLOYEE_NOT_FOUND"},
		{"GET", strings.Replace(path, someID, "%FF", 1), "Cookie", session, http.StatusNotFound, "PATH_NOT_FOUND"},
		{"GET", path + "/", "Cookie", session, http.StatusNotFound, "PATH_NOT_FOUND"},
	} {
		if a := d.do(c.method, c.path, "", c.who, c.key); a.status != c.status || a.reason() != c.reason {
			t.Errorf("%s %s by %s: %d %s", c.method, c.path, c.who, a.status, a.raw)
		}
	}
}

// ListPunches, ListHeldPunches, ListCorrectionRequests and ListWorkRulesVersions have two pages each, which the
// page to print must show all.
func (e *employees) ListPunches(_ context.Context, r *attendancev1.ListPunchesRequest) (*attendancev1.ListPunchesResponse, error) {
	undo, next := &attendancev1.Punch{Name: "punches/second", Kind: r.GetKind(), BusinessDay: r.GetEndDay()}, "more"
	if r.GetPageToken() != "" {
		undo, next = &attendancev1.Punch{Name: "punches/first", Kind: r.GetKind(), BusinessDay: r.GetStartDay()}, ""
	}
	return &attendancev1.ListPunchesResponse{NextPageToken: next, Punches: []*attendancev1.Punch{undo}}, nil
}

func (e *employees) ListHeldPunches(_ context.Context, r *attendancev1.ListHeldPunchesRequest) (*attendancev1.ListHeldPunchesResponse, error) {
	name, next := "heldPunches/first", "more"
	if r.GetPageToken() != "" {
		name, next = "heldPunches/second", ""
	}
	return &attendancev1.ListHeldPunchesResponse{NextPageToken: next, HeldPunches: []*attendancev1.HeldPunch{{Name: name, Employee: r.GetEmployee(), Period: "2026-11"}}}, nil
}

func (e *employees) ListCorrectionRequests(_ context.Context, r *attendancev1.ListCorrectionRequestsRequest) (*attendancev1.ListCorrectionRequestsResponse, error) {
	name, next := "correctionRequests/first", "more"
	if r.GetPageToken() != "" {
		name, next = "correctionRequests/second", ""
	}
	asked := &attendancev1.CorrectionRequest{Name: name, Employee: r.GetEmployee(), Period: "2026-11"}
	return &attendancev1.ListCorrectionRequestsResponse{NextPageToken: next, CorrectionRequests: []*attendancev1.CorrectionRequest{asked}}, nil
}

func (e *employees) ListWorkRulesVersions(_ context.Context, r *attendancev1.ListWorkRulesVersionsRequest) (*attendancev1.ListWorkRulesVersionsResponse, error) {
	rules, next := &attendancev1.WorkRules{Version: 2, DayCutoff: "04:44", EffectiveTime: timestamppb.New(time.Date(2026, 11, 10, 0, 0, 0, 0, time.UTC))}, "more"
	if r.GetPageToken() != "" {
		rules, next = &attendancev1.WorkRules{Version: 1, DayCutoff: "05:55", EffectiveTime: timestamppb.New(time.Date(2026, 1, 10, 0, 0, 0, 0, time.UTC))}, ""
	}
	return &attendancev1.ListWorkRulesVersionsResponse{NextPageToken: next, Versions: []*attendancev1.WorkRules{rules}}, nil
}
