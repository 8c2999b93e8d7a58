package contract

import (
	"bytes"
	"encoding/json"
	"strings"

	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
)

// Answer writes a message the way clients of the admin door read it: protojson
// in lowerCamelCase, on one line. Lists, numbers and booleans are always there;
// an empty string, an unspecified enum value and an absent message are left out.
func Answer(m proto.Message) ([]byte, error) {
	raw, err := protojson.MarshalOptions{EmitDefaultValues: true}.Marshal(m)
	if err != nil {
		return nil, err
	}
	var out bytes.Buffer
	trim(&out, raw, m.ProtoReflect().Descriptor())
	return out.Bytes(), nil
}

// trim copies an object without what says nothing.
func trim(out *bytes.Buffer, raw []byte, message protoreflect.MessageDescriptor) {
	if wellKnown(message) {
		compact(out, raw)
		return
	}
	out.WriteByte('{')
	first := true
	members(raw, func(key string, value json.RawMessage) {
		field := message.Fields().ByJSONName(key)
		if field == nil || empty(value, field) {
			return
		}
		if !first {
			out.WriteByte(',')
		}
		first = false
		name, _ := json.Marshal(key) // a string always marshals
		out.Write(name)
		out.WriteByte(':')
		trimField(out, value, field)
	})
	out.WriteByte('}')
}

func trimField(out *bytes.Buffer, raw json.RawMessage, field protoreflect.FieldDescriptor) {
	var list []json.RawMessage
	switch {
	case field.IsMap() || field.Message() == nil:
		compact(out, raw)
	case !field.IsList():
		trim(out, raw, field.Message())
	case json.Unmarshal(raw, &list) == nil:
		out.WriteByte('[')
		for i, value := range list {
			if i > 0 {
				out.WriteByte(',')
			}
			trim(out, value, field.Message())
		}
		out.WriteByte(']')
	}
}

func empty(raw json.RawMessage, field protoreflect.FieldDescriptor) bool {
	if field.IsList() || field.IsMap() {
		return false
	}
	if field.Kind() == protoreflect.EnumKind {
		name, _ := text(raw)
		value := field.Enum().Values().ByName(protoreflect.Name(name))
		return value != nil && value.Number() == 0 && strings.HasSuffix(name, "_UNSPECIFIED")
	}
	return field.Kind() == protoreflect.StringKind && string(raw) == `""`
}

func compact(out *bytes.Buffer, raw []byte) {
	_ = json.Compact(out, raw) // protojson wrote it: it is valid
}
