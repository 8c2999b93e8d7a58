// Package operation knows every RPC of the contract twice: as a method of gRPC and
// as an operation of the REST door, and calls it either way from one and the same
// request.
//
// It knows the descriptors of the linked protos, the REST map, and how requests
// and answers look on both ways. It refuses to know what an operation means, and
// nothing of the product's code is in it but the metadata of callers.
package operation

import (
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/reflect/protoregistry"

	_ "github.com/dakoku/dakoku/proto/gen/dakoku/attendance/v1"
	_ "github.com/dakoku/dakoku/proto/gen/dakoku/gateway/v1"
	_ "github.com/dakoku/dakoku/proto/gen/dakoku/identity/v1"
	_ "github.com/dakoku/dakoku/proto/gen/dakoku/integration/v1"
	optionsv1 "github.com/dakoku/dakoku/proto/gen/dakoku/options/v1"
)

// Operation is one RPC.
type Operation struct {
	Name   string // "IdentityService.SetUp"
	Verb   string // HTTP method; empty when the RPC has no path
	Path   string // "/v1/connections/{connection}:activate"
	Body   string // field that the body is; "*" the rest of the request, empty none
	Result string // field of the response that the body of an answer is; empty the response itself

	method protoreflect.MethodDescriptor
}

// Method is the gRPC method, "/dakoku.identity.v1.IdentityService/SetUp".
func (o *Operation) Method() string {
	return fmt.Sprintf("/%s/%s", o.Service(), o.method.Name())
}

// Service is the full name of the gRPC service.
func (o *Operation) Service() string { return string(o.method.Parent().FullName()) }

// Permission is what the contract asks of a caller.
func (o *Operation) Permission() string { return text(o.method, optionsv1.E_Permission) }

// Own is what it asks of a caller for the data of the caller's own employee;
// empty when it takes no such callers.
func (o *Operation) Own() string { return text(o.method, optionsv1.E_OwnPermission) }

// StepUp reports whether it asks a person for a fresh proof of identity.
func (o *Operation) StepUp() bool {
	value, _ := proto.GetExtension(o.method.Options(), optionsv1.E_StepUp).(bool)
	return value
}

// Input is the message that a request is.
func (o *Operation) Input() protoreflect.MessageDescriptor { return o.method.Input() }

// Fields are the names of the request's fields.
func (o *Operation) Fields() []string {
	var names []string
	for i := range o.method.Input().Fields().Len() {
		names = append(names, string(o.method.Input().Fields().Get(i).Name()))
	}
	return names
}

func text(md protoreflect.MethodDescriptor, kind protoreflect.ExtensionType) string {
	value, _ := proto.GetExtension(md.Options(), kind).(string)
	return value
}

// rule is one entry of the REST map.
type rule struct {
	Selector string `yaml:"selector"`
	Get      string `yaml:"get"`
	Post     string `yaml:"post"`
	Put      string `yaml:"put"`
	Patch    string `yaml:"patch"`
	Delete   string `yaml:"delete"`
	Body     string `yaml:"body"`
	Result   string `yaml:"response_body"`
}

func (r rule) route() (verb, path string) {
	for verb, path := range map[string]string{"GET": r.Get, "POST": r.Post, "PUT": r.Put, "PATCH": r.Patch, "DELETE": r.Delete} {
		if path != "" {
			return verb, path
		}
	}
	return "", ""
}

// Load finds every RPC of the linked protos and its route in the REST map, a file
// such as proto/rest.yaml, by name. A route without an RPC is an error.
func Load(restMap string) (map[string]*Operation, error) {
	raw, err := os.ReadFile(restMap)
	if err != nil {
		return nil, err
	}
	var doc struct {
		HTTP struct {
			Rules []rule `yaml:"rules"`
		} `yaml:"http"`
	}
	if err := yaml.Unmarshal(raw, &doc); err != nil {
		return nil, fmt.Errorf("%s: %w", restMap, err)
	}
	rules := map[string]rule{}
	for _, r := range doc.HTTP.Rules {
		rules[r.Selector] = r
	}
	all := map[string]*Operation{}
	protoregistry.GlobalFiles.RangeFiles(func(file protoreflect.FileDescriptor) bool {
		for i := range file.Services().Len() {
			methods := file.Services().Get(i).Methods()
			for j := range methods.Len() {
				o := of(methods.Get(j), rules)
				if strings.HasPrefix(o.Service(), "dakoku.") {
					all[o.Name] = o
				}
			}
		}
		return true
	})
	if len(rules) > 0 {
		return nil, fmt.Errorf("%s: no RPC for %v", restMap, slices.Sorted(maps.Keys(rules)))
	}
	return all, nil
}

// of takes the rule of a method out of the rules.
func of(md protoreflect.MethodDescriptor, rules map[string]rule) *Operation {
	r := rules[string(md.FullName())]
	delete(rules, string(md.FullName()))
	o := &Operation{Name: fmt.Sprintf("%s.%s", md.Parent().Name(), md.Name()), Body: r.Body, Result: r.Result, method: md}
	o.Verb, o.Path = r.route()
	return o
}
