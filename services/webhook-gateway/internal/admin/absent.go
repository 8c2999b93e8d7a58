package admin

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"unicode/utf8"

	attendancev1 "github.com/dakoku/dakoku/proto/gen/dakoku/attendance/v1"
	integrationv1 "github.com/dakoku/dakoku/proto/gen/dakoku/integration/v1"
	"github.com/dakoku/dakoku/services/webhook-gateway/internal/admin/contract"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"
)

// absent answers NOT_FOUND when a request hangs something on a thing of another
// context that is not there: punch settings on a connection, an account link on
// an employee. The contexts do not know each other; the door knows both. What
// cannot be found out stops nothing, and who lacks the permission is refused by
// the service, whether the thing is there or not.
func (e *Edge) absent(r *http.Request, op *contract.Operation, params map[string]string) error {
	v := visitOf(r.Context())
	if v.caller == nil || !slices.Contains(v.caller.Role.Permissions(), op.Permission) {
		return nil
	}
	ctx := metadata.NewOutgoingContext(r.Context(), outgoing(r.Context(), r))
	var err error
	switch {
	case op.Service == "AttendanceAdminService" && params["connection"] != "":
		admin := integrationv1.NewIntegrationAdminServiceClient(e.cfg.Backends.Integration)
		_, err = admin.GetConnection(ctx, &integrationv1.GetConnectionRequest{Connection: params["connection"]})
	case op.ID == "IntegrationAdminService_UpdateAccountLink":
		admin := attendancev1.NewAttendanceAdminServiceClient(e.cfg.Backends.Attendance)
		_, err = admin.GetEmployee(ctx, &attendancev1.GetEmployeeRequest{Employee: params["employee"]})
	}
	if status.Code(err) != codes.NotFound {
		return nil
	}
	return err
}

// oddPath reports a path that no client has a reason to send: text that is no
// UTF-8, which no service could read, and slashes hidden in an id, which would
// choose another route than the path shows.
func oddPath(u *url.URL) bool {
	return !utf8.ValidString(u.Path) || strings.Contains(strings.ToUpper(u.EscapedPath()), "%2F")
}
