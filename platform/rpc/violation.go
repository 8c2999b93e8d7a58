package rpc

import (
	"context"
	"errors"
	"strconv"
	"strings"

	"buf.build/gen/go/bufbuild/protovalidate/protocolbuffers/go/buf/validate"
	"buf.build/go/protovalidate"
	"github.com/dakoku/dakoku/platform/fault"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
)

func (s *Server) validateRequest(ctx context.Context, c *call, next handler) error {
	if c.request != nil {
		if err := s.validate(c.request); err != nil {
			return err
		}
	}
	return next(ctx)
}

// validate checks the rules that stand in the proto. A broken rule is the
// client's fault; a rule that cannot be evaluated is ours.
func (s *Server) validate(m proto.Message) error {
	err := s.validator.Validate(m)
	var invalid *protovalidate.ValidationError
	if !errors.As(err, &invalid) {
		return err
	}
	fields := make([]fault.Field, 0, len(invalid.Violations))
	for _, v := range invalid.Violations {
		fields = append(fields, fault.Field{
			Path:   jsonPath(m.ProtoReflect().Descriptor(), v.Proto.GetField().GetElements()),
			Reason: ruleReason(v.Proto.GetRuleId()),
			Text:   sentence(v),
		})
	}
	return fault.Invalid(fields...)
}

// ruleReason turns "string.min_len" into STRING_MIN_LEN.
func ruleReason(id string) string {
	if id == "" {
		return "INVALID"
	}
	return strings.ToUpper(strings.NewReplacer(".", "_", "-", "_").Replace(id))
}

// jsonPath writes a field path with the JSON names of the fields:
// "phrases[0].text", `labels["a"]`.
func jsonPath(m protoreflect.MessageDescriptor, path []*validate.FieldPathElement) string {
	var b strings.Builder
	for i, e := range path {
		if i > 0 {
			b.WriteByte('.')
		}
		var fd protoreflect.FieldDescriptor
		if m != nil {
			fd = m.Fields().ByNumber(protoreflect.FieldNumber(e.GetFieldNumber()))
		}
		if fd == nil { // a oneof, or an extension: no JSON name of its own
			b.WriteString(lowerCamel(e.GetFieldName()))
			m = nil
			continue
		}
		b.WriteString(fd.JSONName())
		b.WriteString(subscript(e))
		m = below(fd)
	}
	return b.String()
}

// below is the message in which the next element of a path is looked up.
func below(fd protoreflect.FieldDescriptor) protoreflect.MessageDescriptor {
	if fd.IsMap() {
		return fd.MapValue().Message()
	}
	return fd.Message()
}

func subscript(e *validate.FieldPathElement) string {
	switch s := e.GetSubscript().(type) {
	case *validate.FieldPathElement_Index:
		return "[" + strconv.FormatUint(s.Index, 10) + "]"
	case *validate.FieldPathElement_BoolKey:
		return "[" + strconv.FormatBool(s.BoolKey) + "]"
	case *validate.FieldPathElement_IntKey:
		return "[" + strconv.FormatInt(s.IntKey, 10) + "]"
	case *validate.FieldPathElement_UintKey:
		return "[" + strconv.FormatUint(s.UintKey, 10) + "]"
	case *validate.FieldPathElement_StringKey:
		return "[" + strconv.Quote(s.StringKey) + "]"
	}
	return ""
}

func lowerCamel(name string) string {
	parts := strings.Split(name, "_")
	for i, p := range parts[1:] {
		if p != "" {
			parts[i+1] = strings.ToUpper(p[:1]) + p[1:]
		}
	}
	return strings.Join(parts, "")
}
