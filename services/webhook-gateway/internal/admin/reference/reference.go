// Package reference renders the OpenAPI document as a page that people read.
//
// It knows OpenAPI 2.0 as far as ours uses it, and two languages for what it
// says itself; the sentences of the document stay as they are. It refuses to
// know who asks: the page is documentation.
package reference

import (
	"bytes"
	_ "embed"
	"encoding/json"
	"fmt"
	"html/template"
	"net/http"
	"slices"
	"strings"
)

//go:embed page.html
var layout string

// New prepares the page in both languages; language tells which one a request
// wants.
func New(openapi []byte, language func(*http.Request) string) (http.Handler, error) {
	var doc document
	if err := json.Unmarshal(openapi, &doc); err != nil {
		return nil, fmt.Errorf("openapi document: %w", err)
	}
	page, err := template.New("page").Parse(layout)
	if err != nil {
		return nil, err
	}
	ready := map[string][]byte{}
	for _, words := range []words{japanese, english} {
		var out bytes.Buffer
		if err := page.Execute(&out, view{Words: words, Sections: doc.sections(words)}); err != nil {
			return nil, err
		}
		ready[words.Language] = out.Bytes()
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		w.Header().Add("Vary", "Accept-Language") // beside what the compressor goes by
		_, _ = w.Write(ready[language(r)])        // a client that left is no trouble of ours
	}), nil
}

// document is the part of OpenAPI 2.0 that is read.
type document struct {
	Paths       map[string]map[string]operation `json:"paths"`
	Definitions map[string]schema               `json:"definitions"`
}

type operation struct {
	Summary     string   `json:"summary"`
	Description string   `json:"description"`
	ID          string   `json:"operationId"`
	Tags        []string `json:"tags"`
	Parameters  []struct {
		schema
		Name   string  `json:"name"`
		In     string  `json:"in"`
		Schema *schema `json:"schema"`
	} `json:"parameters"`
	Responses map[string]struct {
		Schema *schema `json:"schema"`
	} `json:"responses"`
}

type schema struct {
	Ref         string            `json:"$ref"`
	Type        string            `json:"type"`
	Format      string            `json:"format"`
	Title       string            `json:"title"`
	Description string            `json:"description"`
	Enum        []string          `json:"enum"`
	Items       *schema           `json:"items"`
	Properties  map[string]schema `json:"properties"`
}

// view is what the page shows.
type view struct {
	Words    words
	Sections []section
}

type section struct {
	ID, Title string
	Calls     []call
}

type call struct {
	ID, Method, Path, Note string
	Parameters             []row // path and query
	Body, Answer           []row
}

type row struct{ Name, In, Type, Note string }

func (d *document) sections(words words) []section {
	byTag := map[string]*section{}
	for path, methods := range d.Paths {
		for method, op := range methods {
			tag := strings.Join(op.Tags, " ")
			if byTag[tag] == nil {
				byTag[tag] = &section{ID: tag, Title: words.title(tag)}
			}
			byTag[tag].Calls = append(byTag[tag].Calls, d.call(strings.ToUpper(method), path, op))
		}
	}
	var list []section
	for _, s := range byTag {
		slices.SortFunc(s.Calls, func(a, b call) int { return strings.Compare(a.Path+a.Method, b.Path+b.Method) })
		list = append(list, *s)
	}
	slices.SortFunc(list, func(a, b section) int { return order(a.ID) - order(b.ID) })
	return list
}

func (d *document) call(method, path string, op operation) call {
	c := call{ID: op.ID, Method: method, Path: path, Note: spoken(strings.TrimSpace(op.Summary + "\n" + op.Description))}
	for _, p := range op.Parameters {
		if p.In == "body" {
			c.Body = d.rows(p.Schema)
			continue
		}
		c.Parameters = append(c.Parameters, row{Name: p.Name, In: p.In, Type: p.kind(), Note: p.note()})
	}
	if answer, ok := op.Responses["200"]; ok {
		c.Answer = d.rows(answer.Schema)
	}
	return c
}
