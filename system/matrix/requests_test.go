package matrix

import (
	"fmt"
	"maps"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"go.yaml.in/yaml/v3"
	"google.golang.org/grpc/codes"

	"github.com/dakoku/dakoku/system/internal/operation"
)

// entry is what testdata/requests.yaml says of an RPC.
type entry struct {
	Props   string            `yaml:"props"`
	Request operation.Request `yaml:"request"`
	Own     string            `yaml:"own"`
	Away    string            `yaml:"away"`
	Opaque  string            `yaml:"opaque"`
	Key     string            `yaml:"key"`
	Self    string            `yaml:"self"`
	Read    bool              `yaml:"read"`
}

func entries(t *testing.T) map[string]*entry {
	t.Helper()
	raw, err := os.ReadFile("testdata/requests.yaml")
	if err != nil {
		t.Fatal(err)
	}
	list := map[string]*entry{}
	if err := yaml.Unmarshal(raw, &list); err != nil {
		t.Fatal(err)
	}
	for name, e := range list {
		if e.Props == "" {
			e.Props = "nothing"
		}
		if makers[e.Props] == nil {
			t.Errorf("%s: no props %q", name, e.Props)
		}
	}
	return list
}

// code reads the name of a gRPC status; empty is otherwise.
func code(name string, otherwise codes.Code) codes.Code {
	var c codes.Code
	if name == "" || c.UnmarshalJSON([]byte(`"`+name+`"`)) != nil {
		return otherwise
	}
	return c
}

var placeholder = regexp.MustCompile(`\$[a-z_]+`)

// names are the placeholders of things in the request, sorted.
func (e *entry) names(p props) []string {
	var list []string
	for _, name := range placeholder.FindAllString(fmt.Sprint(e.Request), -1) {
		if name = name[1:]; isID(p[name]) && !slices.Contains(list, name) {
			list = append(list, name)
		}
	}
	slices.Sort(list)
	return list
}

// filled is the request with the values of the props.
func (e *entry) filled(c *company, p props) operation.Request {
	r, _ := fill(c, p, e.Request).(map[string]any)
	return r
}

func fill(c *company, p props, part any) any {
	switch value := part.(type) {
	case map[string]any:
		fresh := map[string]any{}
		for key, inner := range value {
			fresh[key] = fill(c, p, inner)
		}
		return fresh
	case []any:
		fresh := make([]any, 0, len(value))
		for _, inner := range value {
			fresh = append(fresh, fill(c, p, inner))
		}
		return fresh
	case string:
		if value == "$credentials" {
			return c.bot()
		}
		return placeholder.ReplaceAllStringFunc(value, func(name string) string { return c.value(p, name[1:]) })
	}
	return part
}

// value is what a placeholder stands for; what is no prop is new each time.
func (c *company) value(p props, name string) string {
	switch found, ok := p[name]; {
	case ok:
		return found
	case name == "fresh":
		return fmt.Sprintf("fresh%d@%s.example", c.next(), c.mark)
	case name == "time":
		return time.Date(2026, 8, 1, 0, 0, 0, 0, time.UTC).Add(-time.Duration(c.next()) * time.Hour).Format(time.RFC3339)
	}
	c.w.t.Fatalf("nothing for $%s", name)
	return ""
}

// nowhere are props of the same form that nothing has.
func nowhere(p props) props {
	q := maps.Clone(p)
	for name, value := range p {
		switch {
		case strings.Contains(value, "@"):
			q[name] = newID()[:8] + "@nowhere.example"
		case strings.HasPrefix(value, "dki_"):
			q[name] = "dki_" + strings.Repeat("A", len(value)-len("dki_"))
		case isID(value):
			q[name] = newID()
		}
	}
	return q
}
