package contract_test

import (
	"encoding/json"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/dakoku/dakoku/proto/gen/openapi"
	"github.com/dakoku/dakoku/services/webhook-gateway/internal/admin/contract"
)

// cut finds the names of path parameters.
var cut = regexp.MustCompile(`\{[^}]*\}`)

// No two paths differ in the names of their parameters alone, which OpenAPI forbids,
// and each operation describes the parameters of its path.
func TestAPathIsPublishedOnce(t *testing.T) {
	raw, err := contract.Publish(openapi.Document())
	if err != nil {
		t.Fatal(err)
	}
	var doc struct {
		Paths map[string]map[string]struct {
			Parameters []struct{ Name, In string }
		}
	}
	if err := json.Unmarshal(raw, &doc); err != nil {
		t.Fatal(err)
	}
	seen := map[string]string{}
	for path, operations := range doc.Paths {
		form := cut.ReplaceAllString(path, "{}")
		if seen[form] != "" {
			t.Errorf("%s and %s are one path", path, seen[form])
		}
		seen[form] = path
		for method, op := range operations {
			var names []string
			for _, p := range op.Parameters {
				if p.In == "path" {
					names = append(names, "{"+p.Name+"}")
				}
			}
			if want := cut.FindAllString(path, -1); !slices.Equal(names, want) {
				t.Errorf("%s %s has the parameters %v", method, path, names)
			}
		}
	}
}

// The published document is one that a generator of clients can read: every
// reference leads somewhere, nothing is of version 2.0, and who needs no identity
// is told so.
func TestThePublishedDocumentIsWhole(t *testing.T) {
	raw, err := contract.Publish(openapi.Document())
	if err != nil {
		t.Fatal(err)
	}
	type operation struct {
		ID          string `json:"operationId"`
		Security    *[]any `json:"security"`
		RequestBody *struct{ Content map[string]any }
		Responses   map[string]struct{ Content map[string]any }
	}
	var doc struct {
		OpenAPI    string
		Paths      map[string]map[string]operation
		Tags       []struct{ Name string }
		Components struct{ Schemas map[string]any }
	}
	if err := json.Unmarshal(raw, &doc); err != nil {
		t.Fatal(err)
	}
	for _, part := range strings.Split(string(raw), `"$ref": "`)[1:] {
		ref, _, _ := strings.Cut(part, `"`)
		if name, ok := strings.CutPrefix(ref, "#/components/schemas/"); !ok || doc.Components.Schemas[name] == nil {
			t.Errorf("%s leads nowhere", ref)
		}
	}
	if doc.OpenAPI != "3.0.3" || strings.Contains(string(raw), `"in": "body"`) {
		t.Errorf("openapi %s", doc.OpenAPI)
	}
	open := 0
	published := map[string]operation{}
	for path, operations := range doc.Paths {
		for method, op := range operations {
			published[strings.ToUpper(method)+" "+cut.ReplaceAllString(path, "{}")] = op
		}
	}
	for _, op := range load(t).Operations() {
		got := published[op.Method+" "+cut.ReplaceAllString(op.Path, "{}")]
		public := got.Security != nil && len(*got.Security) == 0
		if public {
			open++
		}
		kind := "application/json"
		if strings.HasSuffix(op.Path, ".csv") {
			kind = "text/csv"
		}
		if got.ID != op.ID || public != (op.Permission == "public") || (got.RequestBody != nil) != (op.Body != "") || got.Responses["200"].Content[kind] == nil {
			t.Errorf("%s: %+v", op.ID, got)
		}
	}
	for _, tag := range doc.Tags {
		if !strings.HasSuffix(tag.Name, "AdminService") && tag.Name != "IdentityService" && tag.Name != "AuditService" {
			t.Errorf("%s has no path", tag.Name)
		}
	}
	if open != 5 || len(doc.Components.Schemas) < 50 {
		t.Errorf("%d operations without identity, %d schemas", open, len(doc.Components.Schemas))
	}
}
