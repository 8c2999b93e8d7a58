package rpc

import (
	"context"

	"github.com/dakoku/dakoku/platform/fault"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
)

var textProof = fault.Text{
	JA: "安全のため、改めて本人確認が必要です。パスワードを入力し直すか、もう一度ログインしてから、同じ操作を行ってください。",
	EN: "This needs another proof that it is you. Enter your password again, or log in once more, and repeat it.",
}

// checkProof lets a person do what asks for a proof of identity only while the
// last one is fresh, which the first trusted hop has judged. Programs have none to
// give, and what only checks changes nothing.
func (s *Server) checkProof(ctx context.Context, c *call, next handler) error {
	caller, _ := CallerFrom(ctx)
	if !s.stepUp[c.method] || caller.Kind != KindAccount || caller.Proved || onlyChecks(c.request) {
		return next(ctx)
	}
	return fault.New(fault.Denied, "PROOF_REQUIRED", textProof)
}

// onlyChecks reports whether a request says validate_only.
func onlyChecks(request proto.Message) bool {
	if request == nil {
		return false
	}
	m := request.ProtoReflect()
	field := m.Descriptor().Fields().ByName("validate_only")
	return field != nil && field.Kind() == protoreflect.BoolKind && !field.IsList() && m.Get(field).Bool()
}

// flag is the value of a bool option; false when the method has none.
func flag(md protoreflect.MethodDescriptor, kind protoreflect.ExtensionType) bool {
	if md == nil || !proto.HasExtension(md.Options(), kind) {
		return false
	}
	value, _ := proto.GetExtension(md.Options(), kind).(bool)
	return value
}
