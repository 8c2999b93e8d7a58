package config

import "fmt"

const redacted = "[redacted]"

// Secret is a string that no printer shows: fmt, encoding/json, zap and slog all
// print [redacted], whether it is empty or not. Reveal is the one way to read it.
//
// Two things are beyond it: Go prints unexported fields and JSON writes map keys
// without asking their methods. So a secret is no map key, and a struct that
// holds one in an unexported field is not printed.
type Secret string

// Reveal returns the secret itself. Every call is a place to review.
func (s Secret) Reveal() string { return string(s) }

// String returns [redacted].
func (s Secret) String() string { return redacted }

// GoString returns [redacted], for %#v.
func (s Secret) GoString() string { return redacted }

// Format prints [redacted] for every verb and flag.
func (s Secret) Format(state fmt.State, _ rune) { _, _ = state.Write([]byte(redacted)) }

// MarshalJSON returns "[redacted]".
func (s Secret) MarshalJSON() ([]byte, error) { return []byte(`"` + redacted + `"`), nil }

// MarshalText returns [redacted], for XML, YAML and text log encoders.
func (s Secret) MarshalText() ([]byte, error) { return []byte(redacted), nil }
