package admin

import (
	"bytes"
	"errors"
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
// caller's permission itself, as for any call.
func (e *Edge) inspect(w http.ResponseWriter, r *http.Request) {
	if oddPath(r.URL) {
		refuse(w, r, pathNotFound)
		return
	}
	parts := inspectionPath.FindStringSubmatch(r.URL.Path)
	ctx := metadata.NewOutgoingContext(r.Context(), outgoing(r.Context(), r))
	attendance := attendancev1.NewAttendanceAdminServiceClient(e.cfg.Backends.Attendance)
	sheet, err := attendance.GetTimesheet(ctx, &attendancev1.GetTimesheetRequest{Employee: parts[1], Period: parts[2]})
	employee, employeeErr := attendance.GetEmployee(ctx, &attendancev1.GetEmployeeRequest{Employee: parts[1]})
	company, companyErr := identityv1.NewIdentityServiceClient(e.cfg.Backends.Identity).GetOrganization(ctx, &identityv1.GetOrganizationRequest{})
	for _, err := range []error{err, employeeErr, companyErr} {
		if err != nil {
			e.answerError(r.Context(), nil, nil, w, r, err)
			return
		}
	}
	zone, err := time.LoadLocation(company.GetOrganization().GetTimeZone())
	var text bytes.Buffer
	err = errors.Join(err, inspection.Write(&text, inspection.Record{
		Company: company.GetOrganization().GetName(), Zone: zone, Employee: employee.GetEmployee(), Sheet: sheet.GetTimesheet(), Printed: e.cfg.Now(),
	}, visitOf(r.Context()).language))
	if err != nil {
		refuse(w, r, internal)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	_, _ = w.Write(text.Bytes()) // a client that left is no trouble of ours
}
