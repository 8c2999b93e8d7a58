// Package config reads the settings of a program from environment variables.
//
// It knows struct tags (env, envDefault, envPrefix, doc), the prefix DAKOKU_
// whose unknown members are refused, and secrets that never print. It refuses to
// know files, flags and what any setting means: a struct with a Validate method
// judges itself.
package config

import (
	"errors"
	"fmt"
	"os"
	"reflect"
	"strings"

	"github.com/caarlos0/env/v11"
)

// Prefix starts every setting of the product. A variable that starts with it and
// that the struct does not name is an error.
const Prefix = "DAKOKU_"

// Load fills the struct that into points to from the environment of the process.
// Every error is one line that names the variable.
func Load(into any) error { return LoadFrom(os.Environ(), into) }

// LoadFrom is Load from a list of KEY=value lines.
func LoadFrom(environ []string, into any) error {
	known, err := names(into)
	if err != nil {
		return oneLine(err)
	}
	values := env.ToMap(environ)
	if err := unknown(environ, known); err != nil {
		return err
	}
	if err := env.ParseWithOptions(into, env.Options{Environment: values}); err != nil {
		return diagnose(values, into, err)
	}
	if v, ok := into.(interface{ Validate() error }); ok {
		if err := v.Validate(); err != nil {
			return oneLine(err)
		}
	}
	return nil
}

func names(into any) ([]string, error) {
	params, err := env.GetFieldParamsWithOptions(into, env.Options{Environment: map[string]string{}})
	if err != nil {
		return nil, err
	}
	list := make([]string, 0, len(params))
	for _, p := range params {
		list = append(list, p.Key)
	}
	return list, nil
}

// diagnose names the variable, which the parser's own error does not: it reads
// every setting alone and keeps what fails.
func diagnose(values map[string]string, into any, whole error) error {
	var lines []string
	for _, s := range settings(reflect.TypeOf(into), "") {
		if err := s.read(values); err != nil {
			lines = append(lines, s.name+": "+reason(err))
		}
	}
	if len(lines) == 0 {
		return oneLine(whole)
	}
	return errors.New(strings.Join(lines, "; "))
}

func reason(err error) string {
	var parse env.ParseError
	if errors.As(err, &parse) {
		return fmt.Sprintf("not a valid %s: %s", parse.Type, flat(parse.Err))
	}
	if errors.As(err, &env.VarIsNotSetError{}) {
		return "required, but not set"
	}
	if errors.As(err, &env.EmptyVarError{}) {
		return "must not be empty"
	}
	return flat(err)
}

func oneLine(err error) error {
	text := flat(err)
	if text == err.Error() {
		return err
	}
	return errors.New(text)
}

func flat(err error) string {
	lines := strings.FieldsFunc(err.Error(), func(r rune) bool { return r == '\n' || r == '\r' })
	return strings.Join(lines, "; ")
}
