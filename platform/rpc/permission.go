package rpc

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/dakoku/dakoku/platform/fault"
	"google.golang.org/grpc"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/reflect/protoregistry"
)

// The permission values with a meaning of their own; any other value is a
// permission that the caller must have.
const (
	permissionPublic  = "public"  // no caller needed
	permissionSession = "session" // any caller
	permissionMachine = "machine" // only the peer's certificate counts
)

var (
	textCallerMissing = fault.Text{JA: "ログインが必要です。", EN: "You are not signed in."}
	textPermission    = fault.Text{JA: "この操作を行う権限がありません。", EN: "You do not have permission to do this."}
	textNobodys       = fault.Text{
		JA: "このアカウントは従業員に紐付いていません。管理者に連絡してください。",
		EN: "The account belongs to no employee. Please ask the administrator.",
	}
	textPeer = fault.Text{JA: "この呼び出しは許可されていません。", EN: "This call is not allowed."}
)

func (s *Server) checkPermission(ctx context.Context, c *call, next handler) error {
	needed := s.permissions[c.method]
	if needed == permissionPublic || needed == permissionMachine {
		return next(ctx)
	}
	caller, known := CallerFrom(ctx)
	if !known {
		return fault.New(fault.Unauthenticated, "CALLER_MISSING", textCallerMissing)
	}
	if needed == permissionSession || (needed != "" && caller.May(needed)) {
		return next(ctx)
	}
	own := s.own[c.method]
	switch {
	case own == "" || !caller.May(own):
		return fault.New(fault.Denied, "PERMISSION_MISSING", textPermission).With("permission", needed)
	case caller.Employee == "":
		return fault.New(fault.Denied, "PERMISSION_MISSING", textNobodys).With("permission", needed)
	}
	caller.Confined = true
	return next(WithCaller(ctx, caller))
}

// checkPeer lets a call pass when the verified certificate of the peer carries a
// name that the service allows. Health is open to every verified peer.
func (s *Server) checkPeer(ctx context.Context, c *call, next handler) error {
	names := peerNames(ctx)
	if len(names) > 0 && c.service == healthService {
		return next(ctx)
	}
	for _, name := range names {
		if slices.Contains(s.cfg.Allow[c.service], name) {
			return next(ctx)
		}
	}
	return fault.New(fault.Denied, "PEER_NOT_ALLOWED", textPeer)
}

// declared reads the permission of every method of a registered service and
// names everything that is missing. Nothing is served without.
func (s *Server) declared(desc *grpc.ServiceDesc) error {
	var missing []string
	if len(s.cfg.Allow[desc.ServiceName]) == 0 {
		missing = append(missing, "no allow-list for "+desc.ServiceName)
	}
	for _, name := range methodNames(desc) {
		method := "/" + desc.ServiceName + "/" + name
		md, err := methodOf(desc.ServiceName, name)
		if err != nil {
			return err
		}
		if s.permissions[method] = option(md, s.cfg.Permission); s.permissions[method] == "" {
			missing = append(missing, fmt.Sprintf("no permission declared for %s/%s", desc.ServiceName, name))
		}
		s.stepUp[method] = flag(md, s.cfg.StepUp)
		if s.cfg.Own != nil {
			s.own[method] = option(md, s.cfg.Own)
		}
	}
	if len(missing) > 0 {
		return errors.New(strings.Join(missing, "; "))
	}
	return nil
}

// methodOf finds a method; nil when the service has none of that name.
func methodOf(service, method string) (protoreflect.MethodDescriptor, error) {
	found, err := protoregistry.GlobalFiles.FindDescriptorByName(protoreflect.FullName(service))
	if err != nil {
		return nil, fmt.Errorf("no permission declared for %s: %w", service, err)
	}
	sd, ok := found.(protoreflect.ServiceDescriptor)
	if !ok {
		return nil, fmt.Errorf("no permission declared for %s: not a service", service)
	}
	return sd.Methods().ByName(protoreflect.Name(method)), nil
}

// option is the value of a text option; empty when the method has none.
func option(md protoreflect.MethodDescriptor, kind protoreflect.ExtensionType) string {
	if md == nil || !proto.HasExtension(md.Options(), kind) {
		return ""
	}
	value, _ := proto.GetExtension(md.Options(), kind).(string)
	return value
}

func methodNames(desc *grpc.ServiceDesc) []string {
	var list []string
	for _, m := range desc.Methods {
		list = append(list, m.MethodName)
	}
	for _, m := range desc.Streams {
		list = append(list, m.StreamName)
	}
	return list
}
