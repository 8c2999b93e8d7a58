package rpc

import (
	"context"
	"errors"

	"github.com/dakoku/dakoku/platform/fault"
	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

// FaultFrom reads the error of a client call as a fault: kind from the code;
// reason, metadata, fields and retry hint from the details. The text is in the
// language that the call asked for. The error itself stays as private cause. An
// error without details gets its code as reason ("UNAVAILABLE"). A cancelled call
// is Unavailable with reason CANCELED. Nil for nil.
func FaultFrom(err error) *fault.Fault {
	if err == nil {
		return nil
	}
	if f, ok := fault.From(err); ok {
		return f
	}
	st, ok := status.FromError(err)
	if !ok {
		return local(err)
	}
	kind, reason := kindOf(st.Code())
	f := fault.New(kind, reason, fault.Text{JA: st.Message(), EN: st.Message()})
	for _, detail := range st.Details() {
		f = detailed(f, detail)
	}
	return f.Because(err)
}

// local is for errors that never were a status.
func local(err error) *fault.Fault {
	switch {
	case errors.Is(err, context.DeadlineExceeded):
		return fault.New(fault.Deadline, "DEADLINE_EXCEEDED", textDeadline).Because(err)
	case errors.Is(err, context.Canceled):
		return fault.New(fault.Unavailable, "CANCELED", textCanceled).Because(err)
	}
	return fault.New(fault.Internal, "INTERNAL", textInternal).Because(err)
}

// detailed returns the fault with one detail of the status taken in.
func detailed(f *fault.Fault, detail any) *fault.Fault {
	switch d := detail.(type) {
	case *errdetails.ErrorInfo:
		named := fault.New(f.Kind(), d.GetReason(), f.Text()).WithFields(f.Fields()...).RetryAfter(f.Retry())
		for k, v := range d.GetMetadata() {
			named = named.With(k, v)
		}
		return named
	case *errdetails.BadRequest:
		var fields []fault.Field
		for _, v := range d.GetFieldViolations() {
			text := fault.Text{JA: v.GetDescription(), EN: v.GetDescription()}
			fields = append(fields, fault.Field{Path: v.GetField(), Reason: v.GetReason(), Text: text})
		}
		return f.WithFields(fields...)
	case *errdetails.RetryInfo:
		return f.RetryAfter(d.GetRetryDelay().AsDuration())
	}
	return f
}

func kindOf(c codes.Code) (fault.Kind, string) {
	switch c {
	case codes.InvalidArgument, codes.OutOfRange:
		return fault.InvalidArgument, "INVALID_ARGUMENT"
	case codes.Unauthenticated:
		return fault.Unauthenticated, "UNAUTHENTICATED"
	case codes.PermissionDenied:
		return fault.Denied, "PERMISSION_DENIED"
	case codes.NotFound:
		return fault.NotFound, "NOT_FOUND"
	case codes.AlreadyExists:
		return fault.Exists, "ALREADY_EXISTS"
	case codes.FailedPrecondition:
		return fault.Precondition, "FAILED_PRECONDITION"
	case codes.Aborted:
		return fault.Aborted, "ABORTED"
	case codes.ResourceExhausted:
		return fault.Exhausted, "RESOURCE_EXHAUSTED"
	case codes.Unavailable:
		return fault.Unavailable, "UNAVAILABLE"
	case codes.Canceled:
		return fault.Unavailable, "CANCELED"
	case codes.DeadlineExceeded:
		return fault.Deadline, "DEADLINE_EXCEEDED"
	case codes.Unimplemented:
		return fault.Internal, "UNIMPLEMENTED"
	default:
		return fault.Internal, "INTERNAL"
	}
}
