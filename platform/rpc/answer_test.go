package rpc

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/dakoku/dakoku/platform/fault"
	"github.com/google/go-cmp/cmp"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/proto"
)

// canary stands for anything that must not leave the process.
const canary = "s3cr3t-canary"

var locked = fault.New(fault.Precondition, "DESK_LOCKED", fault.Text{JA: "締め切りました。", EN: "The desk is locked."})

func TestErrorsBecomeStatuses(t *testing.T) {
	for name, c := range map[string]struct {
		err    error
		code   codes.Code
		reason string
	}{
		"a fault":              {locked, codes.FailedPrecondition, "DESK_LOCKED"},
		"a wrapped fault":      {fmt.Errorf(canary+": %w", locked.Because(errors.New(canary))), codes.FailedPrecondition, "DESK_LOCKED"},
		"exists":               {fault.New(fault.Exists, "TWICE", fault.Text{}), codes.AlreadyExists, "TWICE"},
		"aborted":              {fault.New(fault.Aborted, "STALE", fault.Text{}), codes.Aborted, "STALE"},
		"exhausted":            {fault.New(fault.Exhausted, "LIMIT", fault.Text{}), codes.ResourceExhausted, "LIMIT"},
		"not found":            {fault.New(fault.NotFound, "NONE", fault.Text{}), codes.NotFound, "NONE"},
		"an unknown error":     {errors.New(canary), codes.Internal, "INTERNAL"},
		"an internal fault":    {fault.New(fault.Internal, canary, fault.Text{JA: canary}), codes.Internal, "INTERNAL"},
		"an unknown kind":      {fault.New(fault.Kind(200), "ODD", fault.Text{}), codes.Internal, "ODD"},
		"a foreign status":     {status.Error(codes.NotFound, canary), codes.Internal, "INTERNAL"},
		"a downed dependency":  {status.Error(codes.Unavailable, canary), codes.Unavailable, "UNAVAILABLE"},
		"an unwritten method":  {status.Error(codes.Unimplemented, canary), codes.Unimplemented, "UNIMPLEMENTED"},
		"the deadline":         {fmt.Errorf(canary+": %w", context.DeadlineExceeded), codes.DeadlineExceeded, "DEADLINE_EXCEEDED"},
		"the caller went away": {context.Canceled, codes.Canceled, "CANCELED"},
	} {
		t.Run(name, func(t *testing.T) {
			b := serve(t, func(context.Context, proto.Message) error { return c.err }, nil)
			err := ask(patience(t), b.dial(t, "gate"), "Machine", fine)
			if got := status.Code(err); got != c.code {
				t.Errorf("code %s, want %s", got, c.code)
			}
			if got := FaultFrom(err).Reason(); got != c.reason {
				t.Errorf("reason %s, want %s", got, c.reason)
			}
			if raw := fmt.Sprintf("%v %v", err, status.Convert(err).Details()); strings.Contains(raw, canary) {
				t.Error("leaked:", raw)
			}
		})
	}
}

func TestAPanicIsAnInternalErrorWithoutValues(t *testing.T) {
	b := serve(t, func(context.Context, proto.Message) error { panic(errors.New(canary)) }, nil)
	conn := b.dial(t, "gate")
	for range 2 { // the server lives on
		err := ask(patience(t), conn, "Machine", `{"mustHave":"`+canary+`"}`)
		f := wantFault(t, err, fault.Internal, "INTERNAL")
		if strings.Contains(err.Error(), canary) || !strings.Contains(err.Error(), f.Meta()["requestId"]) {
			t.Error("text:", err)
		}
	}
	log := b.log.String()
	if strings.Contains(log, canary) {
		t.Error("the log holds the value of the panic or the request:", log)
	}
	if !strings.Contains(log, "panic: *errors.errorString") || !strings.Contains(log, "answer_test.go") {
		t.Error("the log lacks type or place of the panic:", log)
	}
}

func TestTextsFollowTheLanguageOfTheCall(t *testing.T) {
	b := serve(t, func(ctx context.Context, _ proto.Message) error { return locked.With("state", Language(ctx)) }, nil)
	conn := b.dial(t, "gate")
	for lang, want := range map[string]string{"ja": "締め切りました。", "en": "The desk is locked.", "fr": "締め切りました。"} {
		ctx := OutgoingCaller(patience(t), Caller{Tenant: "t", Kind: KindMachine}, lang)
		if got := status.Convert(ask(ctx, conn, "Machine", fine)).Message(); got != want {
			t.Errorf("%s: %q, want %q", lang, got, want)
		}
	}
}

func TestAFaultSurvivesTheWire(t *testing.T) {
	sent := fault.Invalid(fault.Field{Path: "phrases.clockIn[0]", Reason: "TWICE", Text: fault.Text{JA: "重複", EN: "twice"}}).
		With("kind", "CLOCK_IN").RetryAfter(3 * time.Second)
	b := serve(t, func(context.Context, proto.Message) error { return sent }, nil)
	got := FaultFrom(ask(patience(t), b.dial(t, "gate"), "Machine", fine))
	if got.Kind() != sent.Kind() || got.Reason() != sent.Reason() || got.Retry() != sent.Retry() {
		t.Errorf("got %v %v", got, got.Retry())
	}
	if diff := cmp.Diff(sent.Meta(), got.Meta()); diff != "" {
		t.Error(diff)
	}
	want := []fault.Field{{Path: "phrases.clockIn[0]", Reason: "TWICE", Text: fault.Text{JA: "重複", EN: "重複"}}}
	if diff := cmp.Diff(want, got.Fields()); diff != "" {
		t.Error(diff)
	}
}

func TestUnavailableCarriesTheRetryHint(t *testing.T) {
	b := serve(t, func(context.Context, proto.Message) error { return status.Error(codes.Unavailable, "") },
		func(c *ServerConfig) { c.RetryHint = 7 * time.Second })
	if got := FaultFrom(ask(patience(t), b.dial(t, "gate"), "Machine", fine)).Retry(); got != 7*time.Second {
		t.Errorf("retry after %s", got)
	}
}

func TestFaultFromLocalErrors(t *testing.T) {
	if FaultFrom(nil) != nil {
		t.Error("nil is no fault")
	}
	wantFault(t, context.DeadlineExceeded, fault.Deadline, "DEADLINE_EXCEEDED")
	wantFault(t, context.Canceled, fault.Unavailable, "CANCELED")
	wantFault(t, errors.New("x"), fault.Internal, "INTERNAL")
	wantFault(t, fmt.Errorf("x: %w", locked), fault.Precondition, "DESK_LOCKED")
	wantFault(t, status.Error(codes.Aborted, ""), fault.Aborted, "ABORTED")
}

func TestTheRequestIDTravels(t *testing.T) {
	var seen string
	b := serve(t, func(ctx context.Context, _ proto.Message) error { seen = RequestID(ctx); return nil }, nil)
	conn := b.dial(t, "gate")
	for sent, kept := range map[string]bool{"abc-123": true, "": false, "not an id": false, strings.Repeat("a", 65): false} {
		var header metadata.MD
		if err := ask(WithRequestID(patience(t), sent), conn, "Public", fine, grpc.Header(&header)); err != nil {
			t.Fatal(err)
		}
		if (seen == sent) != kept || seen == "" || !slices.Equal(header.Get(keyRequest), []string{seen}) {
			t.Errorf("sent %q, seen %q, header %v", sent, seen, header)
		}
	}
}
