package matrix

import (
	"encoding/json"
	"maps"
	"net/http"
	"os"
	"slices"
	"strings"
	"testing"

	"google.golang.org/protobuf/reflect/protoreflect"

	"github.com/dakoku/dakoku/system/internal/operation"
)

// texts are odd spellings of an id, and texts that PostgreSQL keeps none of. Lenient
// readers take the first five for a UUID, PostgreSQL only four of them.
func texts(id string) []string {
	bare := strings.ReplaceAll(id, "-", "")
	return []string{strings.ToUpper(id), bare, "{" + id + "}", "{" + bare + "}", "urn:uuid:" + id, "\x00", "a\x00b", id + "\x00", "\u202e" + id, "employees/" + id, "employees/\x00", "'", "%", "..", " "}
}

// described are the path parameters and the texts in queries that the published
// document of the door names, by operation.
func described(t *testing.T) map[string][]string {
	t.Helper()
	raw, err := os.ReadFile("../../proto/gen/openapi/dakoku.swagger.json")
	if err != nil {
		t.Fatal(err)
	}
	var doc struct {
		Paths map[string]map[string]struct {
			OperationID string
			Parameters  []struct {
				Name, In, Type string
				Enum           []string
			}
		}
	}
	if err := json.Unmarshal(raw, &doc); err != nil {
		t.Fatal(err)
	}
	list := map[string][]string{}
	for _, methods := range doc.Paths {
		for _, op := range methods {
			for _, p := range op.Parameters {
				if p.In == "path" || p.In == "query" && p.Type == "string" && len(p.Enum) == 0 {
					name := strings.Replace(op.OperationID, "_", ".", 1)
					list[name] = append(list[name], p.Name)
				}
			}
		}
	}
	return list
}

// nothing are props for the placeholders of a request, none of which is there.
func (e *entry) nothing() props {
	raw, _ := json.Marshal(e.Request) // it was read from YAML
	p := props{}
	for _, name := range placeholder.FindAllString(string(raw), -1) {
		p[name[1:]] = newID()
	}
	p["period"] = "2026-08"
	delete(p, "fresh")
	delete(p, "time")
	return p
}

// TestNoSpellingOfAnIdIsAFault sends odd texts for every path parameter and for every
// text of a query, as an administrator with a fresh proof of identity. The door
// answers by itself, or finds nothing: never a 5xx, and nothing is changed by another
// spelling of an id.
func TestNoSpellingOfAnIdIsAFault(t *testing.T) {
	w := newWorld(t)
	w.home = w.newCompany(homeMark)
	list, calls := entries(t), 0
	all := described(t)
	for _, name := range slices.Sorted(maps.Keys(all)) {
		o, e := w.ops[name], list[name]
		if o == nil || e == nil {
			t.Fatalf("%s is described and in no list", name)
		}
		for _, field := range o.Fields() {
			if !slices.Contains(all[name], o.Input().Fields().ByName(protoreflect.Name(field)).JSONName()) {
				continue
			}
			for _, value := range texts(newID()) {
				request := operation.Request{}
				maps.Copy(request, e.filled(w.home, e.nothing()))
				request[field] = value
				a := w.asked(o, request)
				calls++
				inPath := strings.Contains(o.Path, "{"+field+"}")
				if a.HTTP >= http.StatusInternalServerError || inPath && o.Verb != http.MethodGet && a.HTTP < http.StatusBadRequest {
					t.Errorf("%s with %s %q: %d %.300s", name, field, value, a.HTTP, a.Raw)
				}
			}
		}
	}
	if calls < 1000 {
		t.Errorf("only %d calls", calls)
	}
}

// asked makes a call of the administrator, when there is time for it.
func (w *world) asked(o *operation.Operation, r operation.Request) (a operation.Answer) {
	w.t.Helper()
	w.eventually("there is time for "+o.Name, func() bool {
		var err error
		if a, err = w.home.admin.Call(w.t.Context(), o, r); err != nil {
			w.t.Fatal(err)
		}
		return !busy(a)
	})
	return a
}
