package contract

import (
	"bytes"
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"unicode/utf8"

	"github.com/dakoku/dakoku/platform/fault"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/types/dynamicpb"
)

// Check names everything in the query and the body that the operation does not
// know: fields, parameters, enum values, values of the wrong type, doubles.
// What it passes, the JSON reader of protobuf reads, too.
func (o *Operation) Check(query url.Values, body []byte) []fault.Field {
	c := &checker{}
	c.query(o, query)
	if o.Method == http.MethodPut && len(bytes.TrimSpace(body)) == 0 { // it would replace everything by nothing
		c.add("body", "BODY_MISSING", textBody)
	}
	c.body(o.bodyMessage(), body)
	return c.bad
}

type checker struct{ bad []fault.Field }

func (c *checker) add(path, reason string, text fault.Text) {
	c.bad = append(c.bad, fault.Field{Path: path, Reason: reason, Text: text})
}

func (c *checker) query(o *Operation, query url.Values) {
	names := make([]string, 0, len(query))
	for name := range query {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		field, known := o.query[name]
		values := query[name]
		switch {
		case !known:
			c.add(name, "UNKNOWN_PARAMETER", textUnknownParameter)
		case len(values) > 1 && !field.IsList():
			c.add(name, "DUPLICATE_PARAMETER", textDuplicate)
		default:
			c.values(name, field, values)
		}
	}
}

func (c *checker) values(name string, field protoreflect.FieldDescriptor, values []string) {
	for _, v := range values {
		if !utf8.ValidString(v) {
			c.add(name, "WRONG_TYPE", textUTF8)
			continue
		}
		raw, err := json.Marshal(v)
		if err == nil && field.Kind() == protoreflect.BoolKind && (v == "true" || v == "false") {
			raw = []byte(v)
		}
		if err == nil {
			c.value(name, raw, field)
		}
	}
}

// body checks that the body is one JSON object and this message, or nothing.
func (c *checker) body(message protoreflect.MessageDescriptor, body []byte) {
	body = bytes.TrimSpace(body)
	switch {
	case len(body) == 0:
	case message == nil:
		if !bytes.Equal(body, []byte("{}")) {
			c.add("body", "UNEXPECTED_BODY", textNoBody)
		}
	case !utf8.Valid(body):
		c.add("body", "MALFORMED_JSON", textUTF8)
	case !json.Valid(body):
		c.add("body", "MALFORMED_JSON", textJSON)
	default:
		c.message("", body, message)
		c.read(body, message)
	}
}

// read lets the reader of protobuf itself judge what has no fault so far, so
// that nothing passes that the route behind could not read.
func (c *checker) read(body []byte, message protoreflect.MessageDescriptor) {
	if len(c.bad) > 0 {
		return
	}
	if err := protojson.Unmarshal(body, dynamicpb.NewMessage(message)); err != nil {
		c.add("body", "MALFORMED_JSON", textForm)
	}
}

// message walks the members of an object.
func (c *checker) message(path string, raw []byte, message protoreflect.MessageDescriptor) {
	seen := map[protoreflect.FieldNumber]bool{}
	ok := members(raw, func(key string, value json.RawMessage) {
		field := message.Fields().ByJSONName(key)
		if field == nil {
			field = message.Fields().ByTextName(key)
		}
		switch {
		case field == nil:
			c.add(join(path, key), "UNKNOWN_FIELD", textUnknownField)
		case seen[field.Number()]:
			c.add(join(path, field.JSONName()), "DUPLICATE_FIELD", textDuplicate)
		default:
			seen[field.Number()] = true
			c.field(join(path, field.JSONName()), value, field)
		}
	})
	if !ok {
		c.add(orBody(path), "WRONG_TYPE", textObject)
	}
}

// members calls each for every member of a JSON object, also for doubles; false
// when raw is something else.
func members(raw []byte, each func(key string, value json.RawMessage)) bool {
	decoder := json.NewDecoder(bytes.NewReader(raw))
	if token, err := decoder.Token(); err != nil || token != json.Delim('{') {
		return false
	}
	for decoder.More() {
		token, err := decoder.Token()
		key, ok := token.(string)
		var value json.RawMessage
		if err != nil || !ok || decoder.Decode(&value) != nil {
			return false
		}
		each(key, value)
	}
	return true
}

func join(path, key string) string {
	if path == "" {
		return key
	}
	return path + "." + key
}

func orBody(path string) string {
	if path == "" {
		return "body"
	}
	return path
}
