package contract

import (
	"encoding/base64"
	"encoding/json"
	"math"
	"strconv"
	"strings"

	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/reflect/protoregistry"
)

// field checks the value of a field: a list, a map or a single value. null is
// the same as absent.
func (c *checker) field(path string, raw json.RawMessage, field protoreflect.FieldDescriptor) {
	switch {
	case string(raw) == "null":
	case field.IsMap():
		ok := members(raw, func(key string, value json.RawMessage) {
			c.value(path+"["+strconv.Quote(key)+"]", value, field.MapValue())
		})
		if !ok {
			c.add(path, "WRONG_TYPE", textObject)
		}
	case field.IsList():
		var list []json.RawMessage
		if json.Unmarshal(raw, &list) != nil {
			c.add(path, "WRONG_TYPE", textList)
		}
		for i, value := range list {
			c.value(path+"["+strconv.Itoa(i)+"]", value, field)
		}
	default:
		c.value(path, raw, field)
	}
}

// value checks one value that is not null.
func (c *checker) value(path string, raw json.RawMessage, field protoreflect.FieldDescriptor) {
	switch field.Kind() {
	case protoreflect.MessageKind, protoreflect.GroupKind:
		c.nested(path, raw, field.Message())
	case protoreflect.EnumKind:
		if name, ok := text(raw); !ok || field.Enum().Values().ByName(protoreflect.Name(name)) == nil {
			c.add(path, "UNKNOWN_VALUE", enumText(field.Enum()))
		}
	case protoreflect.BoolKind:
		if s := string(raw); s != "true" && s != "false" {
			c.add(path, "WRONG_TYPE", textBool)
		}
	case protoreflect.StringKind:
		if _, ok := text(raw); !ok {
			c.add(path, "WRONG_TYPE", textString)
		}
	case protoreflect.BytesKind:
		s, ok := text(raw)
		if _, err := base64.StdEncoding.DecodeString(s); !ok || err != nil {
			c.add(path, "WRONG_TYPE", textBase64)
		}
	default:
		if !number(raw, field.Kind()) {
			c.add(path, "WRONG_TYPE", textNumber)
		}
	}
}

// nested checks a message; those of google.protobuf have a JSON form of their
// own, which their reader judges.
func (c *checker) nested(path string, raw json.RawMessage, message protoreflect.MessageDescriptor) {
	if !wellKnown(message) {
		c.message(path, raw, message)
		return
	}
	kind, err := protoregistry.GlobalTypes.FindMessageByName(message.FullName())
	if err == nil {
		err = protojson.Unmarshal(raw, kind.New().Interface())
	}
	if err == nil {
		return
	}
	if message.Name() == "Timestamp" {
		c.add(path, "WRONG_TYPE", textTime)
		return
	}
	c.add(path, "WRONG_TYPE", textForm)
}

func wellKnown(message protoreflect.MessageDescriptor) bool {
	return strings.HasPrefix(string(message.FullName()), "google.protobuf.")
}

func text(raw json.RawMessage) (s string, ok bool) {
	return s, len(raw) > 0 && raw[0] == '"' && json.Unmarshal(raw, &s) == nil
}

// number accepts digits with or without quotes, as JSON of protobuf does; for
// whole numbers also 1e3 and 1.0.
func number(raw json.RawMessage, kind protoreflect.Kind) bool {
	s := string(raw)
	if quoted, ok := text(raw); ok {
		s = quoted
	}
	if f, err := strconv.ParseFloat(s, 64); err == nil && f == math.Trunc(f) && math.Abs(f) < 1<<53 {
		s = strconv.FormatInt(int64(f), 10) // 1e3 and 1.0 are whole
	}
	var err error
	switch kind {
	case protoreflect.Int32Kind, protoreflect.Sint32Kind, protoreflect.Sfixed32Kind:
		_, err = strconv.ParseInt(s, 10, 32)
	case protoreflect.Int64Kind, protoreflect.Sint64Kind, protoreflect.Sfixed64Kind:
		_, err = strconv.ParseInt(s, 10, 64)
	case protoreflect.Uint32Kind, protoreflect.Fixed32Kind:
		_, err = strconv.ParseUint(s, 10, 32)
	case protoreflect.Uint64Kind, protoreflect.Fixed64Kind:
		_, err = strconv.ParseUint(s, 10, 64)
	default: // floating point
		_, err = strconv.ParseFloat(s, 64)
	}
	return err == nil
}
