package admin

import (
	"bytes"
	"context"
	"errors"
	"io"
	"mime"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/dakoku/dakoku/platform/fault"
	"github.com/dakoku/dakoku/platform/rpc"
	attendancev1 "github.com/dakoku/dakoku/proto/gen/dakoku/attendance/v1"
	gatewayv1 "github.com/dakoku/dakoku/proto/gen/dakoku/gateway/v1"
	identityv1 "github.com/dakoku/dakoku/proto/gen/dakoku/identity/v1"
	integrationv1 "github.com/dakoku/dakoku/proto/gen/dakoku/integration/v1"
	"github.com/dakoku/dakoku/services/webhook-gateway/internal/admin/contract"
	"github.com/dakoku/dakoku/services/webhook-gateway/internal/identity/api"
	"github.com/grpc-ecosystem/grpc-gateway/v2/runtime"
	"google.golang.org/grpc/metadata"
	"google.golang.org/protobuf/proto"
)

const (
	// bodyLimit is the longest body the admin door reads.
	bodyLimit = 256 << 10
	// tableLimit is the longest body with a table of 5,000 rows in it; JSON may
	// spend six bytes on a character.
	tableLimit = 2 << 20
)

// imports are the operations that take a table.
var imports = []string{"LinkAdminService_ImportAccountLinks", "AttendanceAdminService_ImportEmployees"}

func limit(op *contract.Operation) int64 {
	if slices.Contains(imports, op.ID) {
		return tableLimit
	}
	return bodyLimit
}

// rest translates between JSON and gRPC. Handlers are registered with
// connections, never with servers, so that every call passes the interceptors
// of the service that answers it.
func (e *Edge) rest(ctx context.Context) (http.Handler, error) {
	mux := runtime.NewServeMux(
		runtime.WithDisablePathLengthFallback(),
		runtime.WithDisableHTTPMethodOverride(),
		runtime.WithIncomingHeaderMatcher(nothing),
		runtime.WithOutgoingHeaderMatcher(nothing),
		runtime.WithOutgoingTrailerMatcher(nothing),
		runtime.WithMetadata(outgoing),
		runtime.WithMiddlewares(e.readRequest),
		runtime.WithForwardResponseOption(keepSession),
		runtime.WithForwardResponseOption(e.sealPageToken),
		runtime.WithMarshalerOption(runtime.MIMEWildcard, &codec{}),
		runtime.WithErrorHandler(e.answerError),
		runtime.WithRoutingErrorHandler(e.answerRouting),
	)
	b := e.cfg.Backends
	return mux, errors.Join(
		identityv1.RegisterIdentityServiceHandler(ctx, mux, b.Identity),
		identityv1.RegisterAuditServiceHandler(ctx, mux, b.Identity),
		integrationv1.RegisterIntegrationAdminServiceHandler(ctx, mux, b.Integration),
		integrationv1.RegisterLinkAdminServiceHandler(ctx, mux, b.Integration),
		attendancev1.RegisterAttendanceAdminServiceHandler(ctx, mux, b.Attendance),
		gatewayv1.RegisterEventAdminServiceHandler(ctx, mux, b.Events),
	)
}

// nothing lets no header become metadata, and no metadata a header.
func nothing(string) (string, bool) { return "", false }

// outgoing is all the metadata that a call carries: who calls, in which
// language, and for identity alone which session and from where.
func outgoing(ctx context.Context, _ *http.Request) metadata.MD {
	v, caller := visitOf(ctx), rpc.Caller{}
	if c := v.caller; c != nil {
		caller = rpc.Caller{Tenant: c.Tenant, Account: c.ID, Role: string(c.Role), Kind: rpc.KindAPIKey, Permissions: c.Role.Permissions(), Employee: c.Employee, Departments: c.Departments, Address: v.address, Proved: c.Proved}
		if c.Session != "" {
			caller.Kind = rpc.KindAccount
		}
	}
	md, _ := metadata.FromOutgoingContext(rpc.OutgoingCaller(ctx, caller, v.language))
	if method, _ := runtime.RPCMethod(ctx); strings.HasPrefix(method, "/dakoku.identity.v1.") {
		v.tell(md)
	}
	return md
}

// tell adds what identity alone is told: which session calls, and from where.
func (v *visit) tell(md metadata.MD) {
	md.Set(api.SessionID, v.session.Session)
	md.Set(api.SessionTenant, v.session.Tenant)
	md.Set(api.SessionAccount, v.session.ID)
	md.Set(api.Address, v.address)
	md.Set(api.Agent, v.agent)
	md.Set(api.Errand, v.errand)
}

// readRequest stands behind the route: it reads the body within its limits and
// checks query and body against the contract.
func (e *Edge) readRequest(next runtime.HandlerFunc) runtime.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request, params map[string]string) {
		pattern, _ := runtime.HTTPPattern(r.Context())
		operation, known := e.cfg.Contract.Find(r.Method, pattern.String())
		if !known || oddPath(r.URL) {
			refuse(w, r, pathNotFound)
			return
		}
		visitOf(r.Context()).operation = operation
		if !mayCompress(operation) {
			w.Header().Set(plainly, "1")
		}
		body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, limit(operation)))
		switch {
		case errors.As(err, new(*http.MaxBytesError)):
			refuse(w, r, bodyTooLarge(limit(operation)))
			return
		case err != nil:
			refuse(w, r, malformed(fault.Field{Path: "body", Reason: "UNREADABLE", Text: textUnreadable}))
			return
		case len(bytes.TrimSpace(body)) > 0 && !isJSON(r.Header.Get("Content-Type")):
			refuse(w, r, contentType)
			return
		}
		if bad := check(operation, r.URL.RawQuery, body); len(bad) > 0 {
			refuse(w, r, malformed(bad...))
			return
		}
		if !e.openPageToken(r, operation) {
			refuse(w, r, pageTokenInvalid(operation))
			return
		}
		if err := e.absent(r, operation, params, body); err != nil {
			e.answerError(r.Context(), nil, nil, w, r, err)
			return
		}
		if operation.ID == exportID {
			e.export(w, r)
			return
		}
		r.Body = io.NopCloser(bytes.NewReader(body))
		next(w, r, params)
	}
}

// check names what the operation does not take; of a query that cannot be read, that.
func check(operation *contract.Operation, raw string, body []byte) []fault.Field {
	query, err := url.ParseQuery(raw)
	bad := operation.Check(query, body)
	if err != nil {
		bad = append([]fault.Field{{Path: "query", Reason: "MALFORMED_QUERY", Text: textQuery}}, bad...)
	}
	return bad
}

func isJSON(contentType string) bool {
	kind, params, err := mime.ParseMediaType(contentType)
	charset := params["charset"]
	return err == nil && kind == "application/json" && (charset == "" || strings.EqualFold(charset, "utf-8"))
}

// codec reads JSON strictly and writes it as contract.Answer does.
type codec struct{ runtime.JSONPb }

// Marshal writes an answer.
func (c *codec) Marshal(v any) ([]byte, error) {
	if m, ok := v.(proto.Message); ok {
		return contract.Answer(m)
	}
	return c.JSONPb.Marshal(v)
}
