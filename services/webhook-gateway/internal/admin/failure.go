package admin

import (
	"context"
	"errors"
	"net/http"
	"strconv"
	"strings"

	"github.com/dakoku/dakoku/services/webhook-gateway/internal/admin/contract"
	"github.com/grpc-ecosystem/grpc-gateway/v2/runtime"
	"go.uber.org/zap"
	"google.golang.org/genproto/googleapis/rpc/errdetails"
	statuspb "google.golang.org/genproto/googleapis/rpc/status"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/proto"
)

// answerRouting answers for paths and methods that no route has.
func (e *Edge) answerRouting(_ context.Context, _ *runtime.ServeMux, _ runtime.Marshaler, w http.ResponseWriter, r *http.Request, code int) {
	methods := e.cfg.Contract.Methods(r.URL.Path)
	switch {
	case code == http.StatusMethodNotAllowed && len(methods) > 0: // a route takes an empty id for a path, the contract does not
		w.Header().Set("Allow", strings.Join(methods, ", "))
		refuse(w, r, methodNotAllowed)
	case code == http.StatusBadRequest:
		refuse(w, r, malformed())
	default:
		refuse(w, r, pathNotFound)
	}
}

// answerError answers with what a backend said. Only a status that carries our
// ErrorInfo was written for callers; any other, and whatever is internal, is
// replaced by a text of ours.
func (e *Edge) answerError(ctx context.Context, _ *runtime.ServeMux, _ runtime.Marshaler, w http.ResponseWriter, r *http.Request, err error) {
	v, st := visitOf(ctx), status.Convert(err)
	if errors.As(err, new(*runtime.HTTPStatusError)) {
		refuse(w, r, malformed())
		return
	}
	if !ours(st) {
		e.logForeign(v, st)
		if st.Code() == codes.Unavailable {
			w.Header().Set("Retry-After", "2")
		}
		refuse(w, r, foreign(ctx, st.Code()))
		return
	}
	if st.Code() == codes.Unauthenticated {
		w.Header().Set("WWW-Authenticate", "Bearer")
	}
	if seconds := retrySeconds(st); seconds > 0 {
		w.Header().Set("Retry-After", strconv.Itoa(seconds))
	}
	write(w, runtime.HTTPStatusFromCode(st.Code()), asSent(st, v.operation))
}

// ours reports that the status was written for the caller.
func ours(st *status.Status) bool {
	if code := st.Code(); code == codes.Internal || code == codes.Unknown || code == codes.DataLoss {
		return false
	}
	for _, detail := range st.Details() {
		if info, ok := detail.(*errdetails.ErrorInfo); ok && strings.HasSuffix(info.GetDomain(), ".dakoku") {
			return true
		}
	}
	return false
}

// foreign is what a caller may know of a status that was not written for it.
func foreign(ctx context.Context, code codes.Code) refusal {
	switch {
	case code == codes.InvalidArgument || code == codes.OutOfRange:
		return malformed()
	case code == codes.DeadlineExceeded || errors.Is(ctx.Err(), context.DeadlineExceeded):
		return deadline
	case code == codes.Unavailable || code == codes.ResourceExhausted || code == codes.Canceled:
		return unavailable
	case code == codes.Unimplemented:
		return pathNotFound
	}
	return internal
}

// logForeign keeps the trace that the caller does not get. The message of a
// malformed request may hold parts of it and is dropped.
func (e *Edge) logForeign(v *visit, st *status.Status) {
	fields := []zap.Field{zap.String("requestId", v.requestID), zap.Stringer("code", st.Code())}
	if v.operation != nil {
		fields = append(fields, zap.String("operation", v.operation.ID))
	}
	if st.Code() == codes.Unavailable {
		fields = append(fields, zap.String("cause", st.Message()))
	}
	if st.Code() != codes.InvalidArgument && st.Code() != codes.Canceled {
		e.cfg.Log.Warn("backend error without a reason", fields...)
	}
}

// asSent names wrong fields as the client spelled them.
func asSent(st *status.Status, operation *contract.Operation) *statuspb.Status {
	body := &statuspb.Status{Code: st.Proto().GetCode(), Message: st.Message()}
	var details []proto.Message
	for _, detail := range st.Details() {
		if bad, ok := detail.(*errdetails.BadRequest); ok {
			for _, v := range bad.GetFieldViolations() {
				v.Field = operation.FieldPath(v.GetField())
			}
		}
		if m, ok := detail.(proto.Message); ok {
			details = append(details, m)
		}
	}
	body.Details = packed(details)
	return body
}

// retrySeconds is the hint of the backend in whole seconds, rounded up.
func retrySeconds(st *status.Status) int {
	for _, detail := range st.Details() {
		if retry, ok := detail.(*errdetails.RetryInfo); ok {
			return int((retry.GetRetryDelay().AsDuration().Milliseconds() + 999) / 1000)
		}
	}
	return 0
}
