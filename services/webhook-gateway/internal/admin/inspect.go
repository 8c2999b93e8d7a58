package admin

import (
	"bytes"
	"context"
	"net/http"
	"regexp"
	"time"

	attendancev1 "github.com/dakoku/dakoku/proto/gen/dakoku/attendance/v1"
	identityv1 "github.com/dakoku/dakoku/proto/gen/dakoku/identity/v1"
	"github.com/dakoku/dakoku/services/webhook-gateway/internal/admin/inspection"
	"google.golang.org/grpc/metadata"
)

// inspectionPath is the page to print of an employee's period.
var inspectionPath = regexp.MustCompile(`^/employees/([^/]+)/timesheets/([^/]+)/inspection$`)

// inspect answers the page to print. Each service that is asked checks the
// caller's permission itself, as for any call; whoever may read who did
// something may read what that account is called.
func (e *Edge) inspect(w http.ResponseWriter, r *http.Request) {
	if oddPath(r.URL) {
		refuse(w, r, pathNotFound)
		return
	}
	parts := inspectionPath.FindStringSubmatch(r.URL.Path)
	record, err := e.record(metadata.NewOutgoingContext(r.Context(), outgoing(r.Context(), r)), parts[1], parts[2])
	if err != nil {
		e.answerError(r.Context(), nil, nil, w, r, err)
		return
	}
	var text bytes.Buffer
	if err := inspection.Write(&text, record, languageOfPage(r)); err != nil {
		refuse(w, r, internal)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	_, _ = w.Write(text.Bytes()) // a client that left is no trouble of ours
}

// languageOfPage is the one that the address names, which is that of the screen
// it was opened from; a browser that follows a link sends its own alone.
func languageOfPage(r *http.Request) string {
	if named := r.URL.Query().Get("language"); named == "ja" || named == "en" {
		return named
	}
	return visitOf(r.Context()).language
}

// record asks for all that the page shows.
func (e *Edge) record(ctx context.Context, employee, period string) (r inspection.Record, err error) {
	attendance := attendancev1.NewAttendanceAdminServiceClient(e.cfg.Backends.Attendance)
	sheet, err := attendance.GetTimesheet(ctx, &attendancev1.GetTimesheetRequest{Employee: employee, Period: period})
	if err != nil {
		return r, err
	}
	person, err := attendance.GetEmployee(ctx, &attendancev1.GetEmployeeRequest{Employee: employee})
	if err != nil {
		return r, err
	}
	company, err := identityv1.NewIdentityServiceClient(e.cfg.Backends.Identity).GetOrganization(ctx, &identityv1.GetOrganizationRequest{})
	if err != nil {
		return r, err
	}
	r = inspection.Record{Company: company.GetOrganization().GetName(), Employee: person.GetEmployee(), Sheet: sheet.GetTimesheet(), Printed: e.cfg.Now()}
	if r.Zone, err = time.LoadLocation(company.GetOrganization().GetTimeZone()); err != nil {
		return r, err
	}
	if r.Held, err = heldPunches(ctx, attendance, employee); err != nil {
		return r, err
	}
	if r.Undos, err = undos(ctx, attendance, employee, r.Sheet); err != nil {
		return r, err
	}
	if r.Corrections, err = corrections(ctx, attendance, employee); err != nil {
		return r, err
	}
	if r.Rules, err = workRules(ctx, attendance); err != nil {
		return r, err
	}
	r.Names, err = e.cfg.Names.NamesOf(ctx, visitOf(ctx).caller.Tenant, r.Actors())
	return r, err
}

// wholePage is the longest page of a list.
const wholePage = 500

// every asks for one page of a list after the other.
func every[T any](ask func(token string) ([]T, string, error)) (list []T, err error) {
	for token, more := "", true; more; more = token != "" {
		page, next, err := ask(token)
		if err != nil {
			return nil, err
		}
		list, token = append(list, page...), next
	}
	return list, nil
}

func heldPunches(ctx context.Context, from attendancev1.AttendanceAdminServiceClient, employee string) ([]*attendancev1.HeldPunch, error) {
	return every(func(token string) ([]*attendancev1.HeldPunch, string, error) {
		page, err := from.ListHeldPunches(ctx, &attendancev1.ListHeldPunchesRequest{Employee: employee, PageSize: wholePage, PageToken: token})
		return page.GetHeldPunches(), page.GetNextPageToken(), err
	})
}

func corrections(ctx context.Context, from attendancev1.AttendanceAdminServiceClient, employee string) ([]*attendancev1.CorrectionRequest, error) {
	return every(func(token string) ([]*attendancev1.CorrectionRequest, string, error) {
		page, err := from.ListCorrectionRequests(ctx, &attendancev1.ListCorrectionRequestsRequest{Employee: employee, PageSize: wholePage, PageToken: token})
		return page.GetCorrectionRequests(), page.GetNextPageToken(), err
	})
}

// undos are the 取消 of a period: one that took nothing makes no day of the sheet.
func undos(ctx context.Context, from attendancev1.AttendanceAdminServiceClient, employee string, sheet *attendancev1.Timesheet) ([]*attendancev1.Punch, error) {
	return every(func(token string) ([]*attendancev1.Punch, string, error) {
		page, err := from.ListPunches(ctx, &attendancev1.ListPunchesRequest{
			Employee: employee, StartDay: sheet.GetStartDate(), EndDay: sheet.GetEndDate(), Kind: attendancev1.Punch_UNDO, PageSize: wholePage, PageToken: token,
		})
		return page.GetPunches(), page.GetNextPageToken(), err
	})
}

func workRules(ctx context.Context, from attendancev1.AttendanceAdminServiceClient) ([]*attendancev1.WorkRules, error) {
	return every(func(token string) ([]*attendancev1.WorkRules, string, error) {
		page, err := from.ListWorkRulesVersions(ctx, &attendancev1.ListWorkRulesVersionsRequest{PageSize: wholePage, PageToken: token})
		return page.GetVersions(), page.GetNextPageToken(), err
	})
}
