package rpc

import (
	"context"
	"errors"
	"time"

	"github.com/dakoku/dakoku/platform/fault"
	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/protoadapt"
	"google.golang.org/protobuf/types/known/durationpb"
)

var (
	textDeadline    = fault.Text{JA: "時間内に処理できませんでした。もう一度お試しください。", EN: "There was not enough time. Please try again."}
	textUnavailable = fault.Text{JA: "一時的に利用できません。しばらくしてからもう一度お試しください。", EN: "Temporarily unavailable. Please try again later."}
	textCanceled    = fault.Text{JA: "呼び出し元が処理を取り消しました。", EN: "The caller cancelled the call."}
	textInternal    = fault.Text{JA: "内部エラーが発生しました。", EN: "Internal error."}
	textUnknownCall = fault.Text{JA: "この機能はまだ提供されていません。", EN: "This is not implemented."}
)

// codeOf is the gRPC code of every kind; an unknown kind is INTERNAL.
func codeOf(k fault.Kind) codes.Code {
	list := [...]codes.Code{
		fault.Internal: codes.Internal, fault.InvalidArgument: codes.InvalidArgument,
		fault.Unauthenticated: codes.Unauthenticated, fault.Denied: codes.PermissionDenied,
		fault.NotFound: codes.NotFound, fault.Exists: codes.AlreadyExists,
		fault.Precondition: codes.FailedPrecondition, fault.Aborted: codes.Aborted,
		fault.Exhausted: codes.ResourceExhausted, fault.Unavailable: codes.Unavailable,
		fault.Deadline: codes.DeadlineExceeded,
	}
	if int(k) >= len(list) {
		return codes.Internal
	}
	return list[k]
}

// answer is an error as the peer sees it, with the reason and the cause that only
// our log sees.
type answer struct {
	status *status.Status
	reason string
	cause  error
}

// Error is the text for the peer.
func (a *answer) Error() string { return a.status.Err().Error() }

// GRPCStatus is what gRPC sends.
func (a *answer) GRPCStatus() *status.Status { return a.status }

// Unwrap leads to the cause.
func (a *answer) Unwrap() error { return a.cause }

func (s *Server) mapFaults(ctx context.Context, _ *call, next handler) error {
	err := next(ctx)
	if err == nil {
		return nil
	}
	return s.answer(ctx, err)
}

// answer is the one place where an error becomes a status. A fault keeps its
// kind, reason and text. An ended context and the few codes of gRPC itself keep
// their code with a text of ours. Everything else is INTERNAL with a fixed text
// and the request id: what an unknown error says never leaves the process.
func (s *Server) answer(ctx context.Context, err error) *answer {
	if f, ok := fault.From(err); ok && f.Kind() != fault.Internal {
		return s.faultAnswer(ctx, f, codeOf(f.Kind()), err)
	}
	code := status.Code(err)
	switch {
	case errors.Is(err, context.DeadlineExceeded) || code == codes.DeadlineExceeded:
		return s.faultAnswer(ctx, fault.New(fault.Deadline, "DEADLINE_EXCEEDED", textDeadline), codes.DeadlineExceeded, err)
	case errors.Is(err, context.Canceled) || code == codes.Canceled:
		return s.faultAnswer(ctx, fault.New(fault.Unavailable, "CANCELED", textCanceled), codes.Canceled, err)
	case code == codes.Unavailable:
		return s.faultAnswer(ctx, fault.New(fault.Unavailable, "UNAVAILABLE", textUnavailable), code, err)
	case code == codes.Unimplemented:
		return s.faultAnswer(ctx, fault.New(fault.Internal, "UNIMPLEMENTED", textUnknownCall), code, err)
	}
	id := RequestID(ctx)
	internal := fault.New(fault.Internal, "INTERNAL", fault.Text{
		JA: textInternal.JA + "(リクエストID: " + id + ")",
		EN: textInternal.EN + " (request id: " + id + ")",
	}).With("requestId", id)
	return s.faultAnswer(ctx, internal, codes.Internal, err)
}

func (s *Server) faultAnswer(ctx context.Context, f *fault.Fault, code codes.Code, cause error) *answer {
	lang := Language(ctx)
	plain := status.New(code, f.Text().In(lang))
	details := []protoadapt.MessageV1{&errdetails.ErrorInfo{Reason: f.Reason(), Domain: s.cfg.Domain, Metadata: f.Meta()}}
	if fields := f.Fields(); len(fields) > 0 {
		details = append(details, badRequest(fields, lang))
	}
	if d := s.retry(f, code); d > 0 {
		details = append(details, &errdetails.RetryInfo{RetryDelay: durationpb.New(d)})
	}
	full, err := plain.WithDetails(details...)
	if err != nil {
		full = plain // details that cannot be encoded must not hide the code
	}
	return &answer{status: full, reason: f.Reason(), cause: cause}
}

func (s *Server) retry(f *fault.Fault, code codes.Code) time.Duration {
	if f.Retry() == 0 && code == codes.Unavailable {
		return s.cfg.RetryHint
	}
	return f.Retry()
}

// maxViolations bounds the bytes of the bad fields: details travel in a header,
// and one that outgrows maxHeaders would cut off the call instead of answering.
const maxViolations = maxHeaders / 2

func badRequest(fields []fault.Field, lang string) *errdetails.BadRequest {
	bad := &errdetails.BadRequest{}
	for size, i := 0, 0; i < len(fields); i++ {
		next := &errdetails.BadRequest_FieldViolation{
			Field: fields[i].Path, Description: fields[i].Text.In(lang), Reason: fields[i].Reason,
		}
		if size += proto.Size(next) + 4; size > maxViolations {
			break
		}
		bad.FieldViolations = append(bad.FieldViolations, next)
	}
	return bad
}
