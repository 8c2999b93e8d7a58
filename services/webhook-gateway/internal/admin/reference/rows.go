package reference

import (
	"regexp"
	"slices"
	"strings"
)

// deepest is how far below a body the rows go; a list says what its items are.
const deepest = 3

// rows lists the fields of a schema, those of nested objects with dotted names.
func (d *document) rows(s *schema) []row {
	if s == nil {
		return nil
	}
	return d.below("", d.resolve(*s), 0)
}

func (d *document) below(prefix string, s schema, depth int) []row {
	names := make([]string, 0, len(s.Properties))
	for name := range s.Properties {
		names = append(names, name)
	}
	slices.Sort(names)
	var list []row
	for _, name := range names {
		field, full := s.Properties[name], prefix+name
		resolved := d.resolve(field)
		note := field.note()
		if note == "" {
			note = resolved.note()
		}
		list = append(list, row{Name: full, Type: kindOf(field, resolved), Note: note})
		inner, under := resolved, full+"."
		if field.Items != nil {
			inner, under = d.resolve(*field.Items), full+"[]."
		}
		if depth < deepest {
			list = append(list, d.below(under, inner, depth+1)...)
		}
	}
	return list
}

func (d *document) resolve(s schema) schema {
	if name, ok := strings.CutPrefix(s.Ref, "#/definitions/"); ok {
		return d.Definitions[name]
	}
	return s
}

func (s schema) note() string {
	return spoken(strings.TrimSpace(strings.TrimSpace(s.Title) + "\n" + strings.TrimSpace(s.Description)))
}

var snake = regexp.MustCompile(`\b[a-z]+(?:_[a-z]+)+\b`)

// spoken writes the names of fields as JSON has them; the sentences come from
// the proto files, where they have underscores.
func spoken(text string) string {
	return snake.ReplaceAllStringFunc(text, func(name string) string {
		parts := strings.Split(name, "_")
		for i := 1; i < len(parts); i++ {
			parts[i] = strings.ToUpper(parts[i][:1]) + parts[i][1:]
		}
		return strings.Join(parts, "")
	})
}

func (s schema) kind() string { return kindOf(s, s) }

func kindOf(s, resolved schema) string {
	switch {
	case s.Items != nil:
		return "array"
	case len(resolved.Enum) > 0:
		return strings.Join(slices.DeleteFunc(slices.Clone(resolved.Enum), unspecified), " | ")
	case resolved.Format != "":
		return resolved.Format
	}
	return resolved.Type
}

func unspecified(value string) bool { return strings.HasSuffix(value, "_UNSPECIFIED") }
