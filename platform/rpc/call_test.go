package rpc

import (
	"context"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/dakoku/dakoku/platform/fault"
	"github.com/prometheus/client_golang/prometheus/testutil"
	"go.uber.org/zap/zapcore"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/emptypb"
)

func TestTheDeadlineShrinksOnEveryHop(t *testing.T) {
	var left time.Duration
	b := serve(t, func(ctx context.Context, _ proto.Message) error {
		end, _ := ctx.Deadline()
		left = time.Until(end)
		return nil
	}, nil)
	conn := b.dial(t, "gate")
	const budget = time.Minute // much longer than the first call takes a busy machine
	ctx, cancel := context.WithTimeout(t.Context(), budget)
	defer cancel()
	wantFault(t, ask(ctx, conn, "Machine", fine), 0, "")
	if left > budget-hopCost || left <= clientBudget {
		t.Errorf("%s left of %s", left, budget)
	}
	wantFault(t, ask(context.Background(), conn, "Machine", fine), 0, "")
	if left <= 2*time.Second || left > clientBudget-hopCost {
		t.Errorf("%s left of the client's default", left)
	}
}

func TestWorkThatCannotBeFinishedIsRefused(t *testing.T) {
	worked := false
	step := func(context.Context) error { worked = true; return nil }
	ctx, cancel := context.WithTimeout(t.Context(), leastBudget-time.Millisecond)
	defer cancel()
	wantFault(t, spendDeadline(ctx, &call{}, step), fault.Deadline, "DEADLINE_TOO_SHORT")
	if worked {
		t.Error("the work was begun")
	}
}

func TestACallWithoutDeadlineGetsOne(t *testing.T) {
	for name, c := range map[string]struct {
		call    *call
		limited bool
	}{"unary": {&call{request: &emptypb.Empty{}}, true}, "stream": {&call{}, false}} {
		t.Run(name, func(t *testing.T) {
			err := spendDeadline(context.Background(), c.call, func(ctx context.Context) error {
				if _, limited := ctx.Deadline(); limited != c.limited {
					t.Errorf("limited %v", limited)
				}
				return nil
			})
			wantFault(t, err, 0, "")
		})
	}
}

func TestOneLinePerCallWithoutWhatItSays(t *testing.T) {
	b := serve(t, func(context.Context, proto.Message) error { return locked }, nil)
	caller := Caller{Tenant: "tenant-1", Account: "a", Kind: KindAccount}
	ctx := OutgoingCaller(WithRequestID(patience(t), "req-1"), caller, "ja")
	_ = ask(ctx, b.dial(t, "gate"), "Session", `{"mustHave":"`+canary+`"}`)
	_ = ask(patience(t), b.dial(t, "stranger"), "Session", fine)
	if err := b.stop(); err != nil {
		t.Fatal(err)
	}
	var lines []map[string]any
	for line := range strings.Lines(b.log.String()) {
		var entry map[string]any
		if err := json.Unmarshal([]byte(line), &entry); err != nil {
			t.Fatal(err)
		}
		if entry["msg"] == "call" {
			lines = append(lines, entry)
		}
	}
	if len(lines) != 2 || strings.Contains(b.log.String(), canary) {
		t.Fatal(b.log.String())
	}
	for key, want := range map[string]any{
		"method": "/rpctest.Desk/Session", "code": "FailedPrecondition", "reason": "DESK_LOCKED",
		"requestId": "req-1", "peer": "gate", "tenant": "tenant-1",
	} {
		if lines[0][key] != want {
			t.Errorf("%s is %v, want %v", key, lines[0][key], want)
		}
	}
	if lines[0]["durationMs"] == nil || lines[1]["reason"] != "PEER_NOT_ALLOWED" || lines[1]["peer"] != "stranger" {
		t.Error(lines)
	}
}

func TestOnlyMachineCallsThatSucceedAreQuiet(t *testing.T) {
	s := &Server{permissions: map[string]string{"/d/Machine": permissionMachine, "/d/Edit": "desk.edit"}}
	for _, c := range []struct {
		method string
		code   codes.Code
		want   zapcore.Level
	}{
		{"/d/Machine", codes.OK, zapcore.DebugLevel},
		{"/d/Machine", codes.PermissionDenied, zapcore.InfoLevel},
		{"/d/Machine", codes.Unavailable, zapcore.WarnLevel},
		{"/d/Machine", codes.Internal, zapcore.ErrorLevel},
		{"/d/Edit", codes.OK, zapcore.InfoLevel},
		{"/d/Unknown", codes.OK, zapcore.InfoLevel},
	} {
		if got := s.levelOf(&call{method: c.method}, c.code); got != c.want {
			t.Errorf("%s %s: %s", c.method, c.code, got)
		}
	}
}

func TestTheCauseIsLoggedOnceAndNotSent(t *testing.T) {
	hidden := fault.New(fault.Unavailable, "LATER", fault.Text{JA: "後で"}).Because(context.DeadlineExceeded)
	b := serve(t, func(context.Context, proto.Message) error { return hidden }, nil)
	err := ask(patience(t), b.dial(t, "gate"), "Machine", fine)
	wantFault(t, err, fault.Unavailable, "LATER")
	if err := b.stop(); err != nil {
		t.Fatal(err)
	}
	if n := strings.Count(b.log.String(), "context deadline exceeded"); n != 1 {
		t.Errorf("the cause is logged %d times: %s", n, b.log.String())
	}
}

func TestCallsAreCounted(t *testing.T) {
	b := serve(t, nothing, nil)
	_ = ask(patience(t), b.dial(t, "gate"), "Machine", fine)
	_ = ask(patience(t), b.dial(t, "stranger"), "Machine", fine)
	if err := b.stop(); err != nil {
		t.Fatal(err)
	}
	want := `
# HELP dakoku_rpc_handled_total Calls answered, by method and gRPC code.
# TYPE dakoku_rpc_handled_total counter
dakoku_rpc_handled_total{code="OK",method="/rpctest.Desk/Machine"} 1
dakoku_rpc_handled_total{code="PermissionDenied",method="/rpctest.Desk/Machine"} 1
`
	if err := testutil.GatherAndCompare(b.registry, strings.NewReader(want), "dakoku_rpc_handled_total"); err != nil {
		t.Error(err)
	}
	if _, err := newMeters(b.registry); err != nil {
		t.Error("a second server on the same registry:", err)
	}
}

// followDesk opens the stream and returns its first answer's error.
func followDesk(t *testing.T, conn *grpc.ClientConn, request string) error {
	t.Helper()
	in, err := newAsk()
	if err := protojson.Unmarshal([]byte(request), must(t, in, err)); err != nil {
		t.Fatal(err)
	}
	ss, err := conn.NewStream(patience(t), &grpc.StreamDesc{ServerStreams: true}, "/"+desk+"/Follow")
	if err := must(t, ss, err).SendMsg(in); err != nil {
		t.Fatal(err)
	}
	if err := ss.CloseSend(); err != nil {
		t.Fatal(err)
	}
	return ss.RecvMsg(&emptypb.Empty{})
}

func TestStreamsPassTheSameChain(t *testing.T) {
	b := serve(t, func(ctx context.Context, _ proto.Message) error {
		if RequestID(ctx) == "" {
			t.Error("no request id in the stream's context")
		}
		return locked
	}, nil)
	gate := b.dial(t, "gate")
	wantFault(t, followDesk(t, gate, fine), fault.Precondition, "DESK_LOCKED")
	wantFault(t, followDesk(t, gate, `{}`), fault.InvalidArgument, "INVALID_ARGUMENT")
	wantFault(t, followDesk(t, b.dial(t, "stranger"), fine), fault.Denied, "PEER_NOT_ALLOWED")
}
