package config

import (
	"reflect"
	"strings"

	"github.com/caarlos0/env/v11"
)

// Variable is one setting as the operations manual shows it.
type Variable struct {
	Name    string // the environment variable
	Default string // empty means none
	Doc     string // one sentence
}

// Describe lists the settings of a struct (or a pointer to one) in the order of
// its fields, nested structs included. Anything else has no settings.
func Describe(into any) []Variable {
	var list []Variable
	for _, s := range settings(reflect.TypeOf(into), "") {
		list = append(list, Variable{
			Name:    s.name,
			Default: s.field.Tag.Get("envDefault"),
			Doc:     s.field.Tag.Get("doc"),
		})
	}
	return list
}

// setting is one struct field that an environment variable fills.
type setting struct {
	name  string
	field reflect.StructField
}

func settings(t reflect.Type, prefix string) []setting {
	for t != nil && t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	if t == nil || t.Kind() != reflect.Struct {
		return nil
	}
	var list []setting
	for field := range t.Fields() {
		key, _, _ := strings.Cut(field.Tag.Get("env"), ",")
		switch {
		case !field.IsExported() || key == "-":
		case key != "":
			list = append(list, setting{prefix + key, field})
		default:
			list = append(list, settings(field.Type, prefix+field.Tag.Get("envPrefix"))...)
		}
	}
	return list
}

// read parses this setting alone.
func (s setting) read(values map[string]string) error {
	_, options, found := strings.Cut(s.field.Tag.Get("env"), ",")
	tag := `env:"` + s.name
	if found {
		tag += "," + options
	}
	tag += `"`
	if def, ok := s.field.Tag.Lookup("envDefault"); ok {
		tag += ` envDefault:"` + def + `"`
	}
	alone := reflect.StructOf([]reflect.StructField{{
		Name: "Value", Type: s.field.Type, Tag: reflect.StructTag(tag),
	}})
	return env.ParseWithOptions(reflect.New(alone).Interface(), env.Options{Environment: values})
}
