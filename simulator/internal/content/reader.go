package content

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"unicode/utf16"
)

// reader takes documented members out of an object one by one; what is left at
// the end is undocumented and refused. It stops at the first problem.
type reader struct {
	dialect Dialect
	fields  map[string]json.RawMessage
	path    string
	err     error
}

func (r *reader) fail(err error) {
	if r.err == nil {
		r.err = err
	}
}

func (r *reader) at(name string) string { return r.path + "." + name }

func (r *reader) take(name string, required bool) json.RawMessage {
	raw, ok := r.fields[name]
	delete(r.fields, name)
	if !ok && required {
		r.fail(missing(r.at(name)))
	}
	return raw
}

// text reads a string of at most limit UTF-16 units (0: no limit).
func (r *reader) text(name string, required bool, limit int) string {
	raw := r.take(name, required)
	if raw == nil || r.err != nil {
		return ""
	}
	var value string
	if err := json.Unmarshal(raw, &value); err != nil || string(raw) == "null" {
		r.fail(invalid(r.at(name), "not a string"))
		return ""
	}
	if required && value == "" {
		r.fail(missing(r.at(name)))
	}
	if limit > 0 && units(value) > limit {
		r.fail(tooLong(r.at(name), limit))
	}
	return value
}

func units(text string) int { return len(utf16.Encode([]rune(text))) }

func (r *reader) number(name string, required bool) {
	raw := r.take(name, required)
	var value float64
	if raw != nil && json.Unmarshal(raw, &value) != nil {
		r.fail(invalid(r.at(name), "not a number"))
	}
}

// translations reads [{"language":…, member:…}] into a map.
func (r *reader) translations(list, member string, limit int) map[string]string {
	out := map[string]string{}
	r.each(list, 0, false, func(item *reader) {
		language := item.text("language", true, 0)
		if item.err == nil && !languages[language] {
			item.fail(invalid(item.at("language"), "unknown language"))
		}
		out[language] = item.text(member, true, limit)
	})
	return out
}

// each reads a list of objects, at most limit of them (0: no limit).
func (r *reader) each(name string, limit int, required bool, read func(*reader)) {
	raw := r.take(name, required)
	if raw == nil || r.err != nil {
		return
	}
	var items []json.RawMessage
	if err := json.Unmarshal(raw, &items); err != nil {
		r.fail(invalid(r.at(name), "not a list"))
		return
	}
	if required && len(items) == 0 {
		r.fail(missing(r.at(name)))
	}
	if limit > 0 && len(items) > limit {
		r.fail(tooLong(r.at(name), limit))
	}
	for i, item := range items {
		r.inside(fmt.Sprintf("%s[%d]", name, i), item, read)
	}
}

// inside reads one nested object with a reader of its own.
func (r *reader) inside(name string, raw json.RawMessage, read func(*reader)) {
	if r.err != nil || raw == nil {
		return
	}
	fields, err := objectOf(r.at(name), raw)
	if err != nil {
		r.fail(err)
		return
	}
	nested := &reader{dialect: r.dialect, fields: fields, path: r.at(name)}
	read(nested)
	nested.done()
	if nested.err != nil {
		r.fail(nested.err)
	}
}

func (r *reader) done() {
	if r.err != nil || len(r.fields) == 0 {
		return
	}
	names := make([]string, 0, len(r.fields))
	for name := range r.fields {
		names = append(names, name)
	}
	slices.Sort(names)
	r.fail(invalid(r.at(names[0]), "not a documented property"))
}

// mentions checks the mention tags of a text that may carry them.
func (r *reader) mentions(name, text string) {
	if strings.Count(text, "<m userId=") > maxMentions {
		r.fail(tooLong(r.at(name), maxMentions))
	}
	if !r.dialect.Channel && strings.Contains(text, `<m userId="all">`) {
		r.fail(invalid(r.at(name), "everyone can be mentioned in a room only"))
	}
}
