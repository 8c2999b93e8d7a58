// Package contract knows what a request of the admin door may look like: the
// operations of the OpenAPI document that is generated with the routes, each
// with its query parameters and the message its body must be.
//
// It refuses to know who may ask, and what an answer means.
package contract

import (
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"

	optionsv1 "github.com/dakoku/dakoku/proto/gen/dakoku/options/v1"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/reflect/protoregistry"
)

// Operation is one method of one path.
type Operation struct {
	Method     string                         // "POST"
	Path       string                         // "/v1/connections/{connection}:activate"
	ID         string                         // "IntegrationAdminService_ActivateConnection"
	Service    string                         // "IntegrationAdminService"
	RPC        string                         // "/dakoku.integration.v1.IntegrationAdminService/ActivateConnection"
	Summary    string                         // the sentences of the proto
	Body       string                         // JSON name of the field that the body is; "*" the request itself, "" none
	Input      protoreflect.MessageDescriptor // the request
	Output     protoreflect.MessageDescriptor // the response
	Permission string                         // that a caller must hold, as the proto declares it
	StepUp     bool                           // it asks a session for a proof of identity
	query      map[string]protoreflect.FieldDescriptor
	form       *regexp.Regexp // of a path
	bare       string         // the path without the names of its parameters
}

// Contract is every operation. Make it with Load.
type Contract struct {
	list []*Operation
	by   map[string]*Operation // method and path with its names cut out
}

// document is the part of OpenAPI 2.0 that is read.
type document struct {
	Paths map[string]map[string]struct {
		Summary     string   `json:"summary"`
		Description string   `json:"description"`
		OperationID string   `json:"operationId"`
		Tags        []string `json:"tags"`
		Parameters  []struct {
			Name string `json:"name"`
			In   string `json:"in"`
		} `json:"parameters"`
	} `json:"paths"`
}

// Load reads an OpenAPI 2.0 document and ties each operation to its RPC among
// the linked protos.
func Load(openapi []byte) (*Contract, error) {
	var doc document
	if err := json.Unmarshal(openapi, &doc); err != nil {
		return nil, fmt.Errorf("openapi document: %w", err)
	}
	c := &Contract{by: map[string]*Operation{}}
	for path, methods := range doc.Paths {
		for method, found := range methods {
			op := &Operation{Method: strings.ToUpper(method), Path: path, ID: found.OperationID,
				Summary: strings.TrimSpace(found.Summary + "\n" + found.Description), query: map[string]protoreflect.FieldDescriptor{}}
			op.form, op.bare = form(path), nameless(path)
			if err := op.tie(); err != nil {
				return nil, err
			}
			for _, p := range found.Parameters {
				op.parameter(p.Name, p.In)
			}
			c.list = append(c.list, op)
			c.by[op.Method+" "+op.bare] = op
		}
	}
	slices.SortFunc(c.list, func(a, b *Operation) int { return strings.Compare(a.Path+a.Method, b.Path+b.Method) })
	return c, nil
}

// Operations lists every operation, by path.
func (c *Contract) Operations() []*Operation { return slices.Clone(c.list) }

// Find returns the operation of a method and a route pattern; the names of path
// parameters do not matter.
func (c *Contract) Find(method, pattern string) (*Operation, bool) {
	op, ok := c.by[method+" "+nameless(pattern)]
	return op, ok
}

// Methods lists the methods that a path has, sorted; for the Allow header.
func (c *Contract) Methods(path string) []string {
	var methods []string
	for _, op := range c.list {
		if op.form.MatchString(path) && !slices.Contains(methods, op.Method) {
			methods = append(methods, op.Method)
		}
	}
	slices.Sort(methods)
	return methods
}

// Query lists the names of the query parameters, sorted.
func (o *Operation) Query() []string {
	var names []string
	for name := range o.query {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

var parameterName = regexp.MustCompile(`\{[^}]*\}`)

func nameless(path string) string { return parameterName.ReplaceAllString(path, "{}") }

// form is the regular expression of a path with parameters.
func form(path string) *regexp.Regexp {
	literals := parameterName.Split(path, -1)
	for i, l := range literals {
		literals[i] = regexp.QuoteMeta(l)
	}
	return regexp.MustCompile("^" + strings.Join(literals, "[^/]+") + "$")
}

// tie finds the RPC of Service_Method.
func (o *Operation) tie() error {
	service, method, _ := strings.Cut(o.ID, "_")
	protoregistry.GlobalFiles.RangeFiles(func(file protoreflect.FileDescriptor) bool {
		sd := file.Services().ByName(protoreflect.Name(service))
		if sd == nil || !strings.HasPrefix(string(file.Package()), "dakoku.") {
			return true
		}
		if md := sd.Methods().ByName(protoreflect.Name(method)); md != nil {
			o.Service, o.RPC = service, fmt.Sprintf("/%s/%s", sd.FullName(), method)
			o.Input, o.Output = md.Input(), md.Output()
			o.Permission, _ = proto.GetExtension(md.Options(), optionsv1.E_Permission).(string)
			o.StepUp, _ = proto.GetExtension(md.Options(), optionsv1.E_StepUp).(bool)
		}
		return false
	})
	if o.Input == nil {
		return fmt.Errorf("openapi document: no RPC for operation %q", o.ID)
	}
	return nil
}

func (o *Operation) parameter(name, in string) {
	switch in {
	case "body":
		o.Body = "*"
		if field := o.Input.Fields().ByJSONName(name); field != nil {
			o.Body = name
		}
	case "query":
		if field := o.Input.Fields().ByJSONName(name); field != nil {
			o.query[name] = field
		}
	}
}

// bodyMessage is the message that the body must be; nil for none.
func (o *Operation) bodyMessage() protoreflect.MessageDescriptor {
	switch o.Body {
	case "":
		return nil
	case "*":
		return o.Input
	}
	return o.Input.Fields().ByJSONName(o.Body).Message()
}

// FieldPath turns the path of a field in the request into its path in what the
// client sent: without the name of the field that the body is.
func (o *Operation) FieldPath(path string) string {
	if o == nil || o.Body == "" || o.Body == "*" {
		return path
	}
	return strings.TrimPrefix(path, o.Body+".")
}
