package rpc

import (
	"context"

	"google.golang.org/grpc"
	"google.golang.org/protobuf/proto"
)

// handler is what comes after a step; the last one is the service's own method.
type handler func(ctx context.Context) error

// step is one interceptor, the same for unary calls and streams.
type step func(ctx context.Context, c *call, next handler) error

// call is what the steps know of a call.
type call struct {
	service string        // registered full name: "dakoku.attendance.v1.AttendanceService"
	method  string        // "/service/Method"
	request proto.Message // nil for streams, whose messages are validated as they arrive
}

// chain is every interceptor in the order a call meets them. Log and metrics
// stand outside, so that refused calls are seen too; the panic guard stands
// inside the mapping, so that a panic is mapped, counted and logged like any
// other unknown error.
func (s *Server) chain() []step {
	return []step{
		withRequestID,
		s.logCall,
		s.measure,
		s.mapFaults,
		recoverPanic,
		spendDeadline,
		s.checkPeer,
		readCaller,
		s.checkPermission,
		s.checkProof,
		s.validateRequest,
	}
}

func through(steps []step, c *call, last handler) handler {
	for i := len(steps) - 1; i >= 0; i-- {
		current, next := steps[i], last
		last = func(ctx context.Context) error { return current(ctx, c, next) }
	}
	return last
}

func (s *Server) unary(ctx context.Context, req any, info *grpc.UnaryServerInfo, do grpc.UnaryHandler) (any, error) {
	message, _ := req.(proto.Message)
	c := s.call(info.FullMethod)
	c.request = message
	var answer any
	err := through(s.chain(), c, func(ctx context.Context) (err error) {
		answer, err = do(ctx, req)
		return err
	})(ctx)
	if err != nil {
		return nil, err
	}
	return answer, nil
}

func (s *Server) stream(srv any, ss grpc.ServerStream, info *grpc.StreamServerInfo, do grpc.StreamHandler) error {
	c := s.call(info.FullMethod)
	return through(s.chain(), c, func(ctx context.Context) error {
		return do(srv, &stream{ServerStream: ss, ctx: ctx, check: s.validate})
	})(ss.Context())
}

// stream carries the context of the chain and validates what the client sends.
type stream struct {
	grpc.ServerStream
	ctx   context.Context
	check func(proto.Message) error
}

// Context returns the context with caller, request id and deadline.
func (s *stream) Context() context.Context { return s.ctx }

// RecvMsg receives and validates one message.
func (s *stream) RecvMsg(m any) error {
	if err := s.ServerStream.RecvMsg(m); err != nil {
		return err
	}
	if message, ok := m.(proto.Message); ok {
		return s.check(message)
	}
	return nil
}
