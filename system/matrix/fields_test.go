package matrix

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"
	"google.golang.org/protobuf/reflect/protoreflect"

	"github.com/dakoku/dakoku/system/internal/operation"
)

// plain is what testdata/fields.yaml says: the fields of requests that name nothing.
type plain struct {
	Anywhere []string            `yaml:"anywhere"`
	Messages map[string][]string `yaml:"messages"`

	met map[string]bool // the entries that some request has
}

func plainFields(t *testing.T) *plain {
	t.Helper()
	raw, err := os.ReadFile("testdata/fields.yaml")
	if err != nil {
		t.Fatal(err)
	}
	p := &plain{met: map[string]bool{}}
	if err := yaml.Unmarshal(raw, p); err != nil {
		t.Fatal(err)
	}
	return p
}

// has tells whether a field names nothing.
func (p *plain) has(message, field string) bool {
	if slices.Contains(p.Anywhere, field) {
		p.met[field] = true
		return true
	}
	p.met[message+"."+field] = true
	return slices.Contains(p.Messages[message], field)
}

// stale are the entries that no request has any more.
func (p *plain) stale() []string {
	var list []string
	for _, field := range p.Anywhere {
		if !p.met[field] {
			list = append(list, field)
		}
	}
	for message, fields := range p.Messages {
		for _, field := range fields {
			if !p.met[message+"."+field] {
				list = append(list, message+"."+field)
			}
		}
	}
	return list
}

// unnamed are the fields of an operation's request that may name a thing and stand
// in its entry without one of the things that are tried as foreign and absent. The
// names are those of the things.
func (p *plain) unnamed(o *operation.Operation, e *entry, names []string) []string {
	var list []string
	walk(o.Input(), e.Request, nil, func(path []string, f protoreflect.FieldDescriptor, value any) {
		if p.has(string(f.Parent().Name()), string(f.Name())) {
			return
		}
		for _, name := range placeholder.FindAllString(fmt.Sprint(value), -1) {
			if slices.Contains(names, name[1:]) {
				return
			}
		}
		list = append(list, strings.Join(path, "."))
	})
	return list
}

// walk shows every field of the kind string in a message, at any depth, with what
// the request has there; nil when it has nothing. Messages inside of themselves
// are shown once.
func walk(m protoreflect.MessageDescriptor, part any, above []string, see func(path []string, f protoreflect.FieldDescriptor, value any)) {
	if list, ok := part.([]any); ok && len(list) > 0 {
		part = list[0]
	}
	fields, _ := part.(map[string]any)
	for i := range m.Fields().Len() {
		f := m.Fields().Get(i)
		key := string(f.Name())
		if len(above) > 0 {
			key = f.JSONName()
		}
		path := append(slices.Clone(above), string(f.Name()))
		switch inner := f.Message(); {
		case inner == nil && (f.Kind() == protoreflect.StringKind || f.Kind() == protoreflect.BytesKind):
			see(path, f, fields[key])
		case inner != nil && inner != m && !strings.HasPrefix(string(inner.FullName()), "google."):
			walk(inner, fields[key], path, see)
		}
	}
}

// fields holds an entry to naming everything that its request can name.
func (m *matrix) fields(o *operation.Operation, e *entry) {
	for _, path := range m.plain.unnamed(o, e, e.names(m.shared(m.away, e.Props, m.away.employee))) {
		m.t.Errorf("%s: does %s name a thing? Then its entry in testdata/requests.yaml does, to try one that is another's and one that is nowhere; if not, say so in testdata/fields.yaml", o.Name, path)
	}
}

// TestAFieldThatNamesAThingNeedsACell takes the things out of every entry, one
// field at a time, and is told of the field each time.
func TestAFieldThatNamesAThingNeedsACell(t *testing.T) {
	ops, err := operation.Load("../../proto/rest.yaml")
	if err != nil {
		t.Fatal(err)
	}
	p, list, taken := plainFields(t), entries(t), 0
	for name, e := range list {
		if ops[name] == nil {
			continue // TestEveryoneAtEveryRPC says so
		}
		all := things(e)
		if got := p.unnamed(ops[name], e, all); len(got) > 0 {
			t.Errorf("%s does not name %v", name, got)
		}
		for _, one := range all {
			rest := slices.DeleteFunc(slices.Clone(all), func(n string) bool { return n == one })
			if taken++; len(p.unnamed(ops[name], e, rest)) == 0 {
				t.Errorf("%s is as good without $%s", name, one)
			}
		}
	}
	if taken < 80 {
		t.Errorf("only %d things", taken)
	}
	if stale := p.stale(); len(stale) > 0 {
		t.Errorf("no request has %v", stale)
	}
}

// things are the placeholders of an entry but for those of values that are new each
// time.
func things(e *entry) []string {
	var list []string
	for _, name := range placeholder.FindAllString(fmt.Sprint(e.Request), -1) {
		if !slices.Contains([]string{"$fresh", "$time", "$code", "$recovery", "$password", "$period", "$credentials"}, name) && !slices.Contains(list, name[1:]) {
			list = append(list, name[1:])
		}
	}
	return list
}
