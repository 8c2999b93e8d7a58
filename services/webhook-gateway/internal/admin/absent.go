package admin

import (
	"bytes"
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/dakoku/dakoku/platform/rpc"
	attendancev1 "github.com/dakoku/dakoku/proto/gen/dakoku/attendance/v1"
	identityv1 "github.com/dakoku/dakoku/proto/gen/dakoku/identity/v1"
	integrationv1 "github.com/dakoku/dakoku/proto/gen/dakoku/integration/v1"
	"github.com/dakoku/dakoku/services/webhook-gateway/internal/admin/contract"
	"github.com/grpc-ecosystem/grpc-gateway/v2/runtime"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/encoding/protojson"
)

// absent answers NOT_FOUND when a request hangs something on a thing of another
// context that is not there: punch settings on a connection, an account link or an
// account on an employee. The contexts do not know each other; the door knows both. What
// cannot be found out stops nothing, and who lacks the permission is refused by
// the service, whether the thing is there or not.
func (e *Edge) absent(r *http.Request, op *contract.Operation, params map[string]string, body []byte) error {
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
	case employeeOf(op, params, body) != "":
		admin := attendancev1.NewAttendanceAdminServiceClient(e.cfg.Backends.Attendance)
		_, err = admin.GetEmployee(ctx, &attendancev1.GetEmployeeRequest{Employee: employeeOf(op, params, body)})
	}
	if status.Code(err) != codes.NotFound {
		return nil
	}
	if wrong := e.wrongFields(r, op, params, body); status.Code(wrong) == codes.InvalidArgument {
		return wrong
	}
	return err
}

// employeeOf is the employee on whom the request hangs something; empty when it
// hangs nothing on one.
func employeeOf(op *contract.Operation, params map[string]string, body []byte) string {
	switch op.ID {
	case "IdentityService_CreateAccount", "IdentityService_UpdateAccount":
		var sent struct{ Employee string } // both bodies have it
		_ = json.Unmarshal(body, &sent)    // the body is checked already
		return rpc.IDOf(sent.Employee, "employees/")
	case "IntegrationAdminService_UpdateAccountLink", "LinkAdminService_ListAccountLinkChanges":
		return params["employee"]
	case "LinkAdminService_LinkUnlinkedSender":
		var sent integrationv1.LinkUnlinkedSenderRequest
		_ = protojson.Unmarshal(body, &sent) // the body is checked already; without an employee the service refuses
		return rpc.IDOf(sent.GetEmployee(), "employees/")
	}
	return ""
}

// nobody is the id of no employee, for a service that takes nothing else than an id.
const nobody = "00000000-0000-0000-0000-000000000000"

// wrongFields is what the service says of the other fields of a request whose employee is not there: wrong fields are
// told before what is absent, as by a service that knows both. It only checks. What it refuses for another reason than a
// field, or cannot be asked, comes after the employee.
func (e *Edge) wrongFields(r *http.Request, op *contract.Operation, params map[string]string, body []byte) (err error) {
	md := outgoing(r.Context(), r)
	visitOf(r.Context()).tell(md)
	ctx, desk := metadata.NewOutgoingContext(r.Context(), md), identityv1.NewIdentityServiceClient(e.cfg.Backends.Identity)
	switch op.ID {
	case "IntegrationAdminService_UpdateAccountLink":
		var sent integrationv1.AccountLink
		_ = protojson.Unmarshal(body, &sent) // the body is checked already
		links := integrationv1.NewIntegrationAdminServiceClient(e.cfg.Backends.Integration)
		_, err = links.UpdateAccountLink(ctx, &integrationv1.UpdateAccountLinkRequest{Employee: nobody, AccountLink: &sent, ValidateOnly: true})
	case "IdentityService_CreateAccount":
		var sent identityv1.CreateAccountRequest_NewAccount
		_ = protojson.Unmarshal(body, &sent) // the body is checked already
		sent.Employee = ""
		_, err = desk.CreateAccount(ctx, &identityv1.CreateAccountRequest{Account: &sent, ValidateOnly: true})
	case "IdentityService_UpdateAccount":
		var sent identityv1.Account
		_ = protojson.Unmarshal(body, &sent)
		mask, unread := runtime.FieldMaskFromRequestBody(bytes.NewReader(body), &sent)
		if unread != nil {
			return unread
		}
		mask.Paths = slices.DeleteFunc(mask.GetPaths(), func(field string) bool { return field == "employee" })
		if len(mask.GetPaths()) == 0 {
			return nil // nothing else is to change
		}
		_, err = desk.UpdateAccount(ctx, &identityv1.UpdateAccountRequest{AccountId: params["account_id"], Account: &sent, UpdateMask: mask, ValidateOnly: true})
	}
	return err
}

// oddPath reports a path that no client has a reason to send: text that is no
// UTF-8, which no service could read, and slashes hidden in an id, which would
// choose another route than the path shows.
func oddPath(u *url.URL) bool {
	return !utf8.ValidString(u.Path) || strings.Contains(strings.ToUpper(u.EscapedPath()), "%2F")
}
