// Package fault is the one error type that a caller of a service may see.
//
// It knows a kind (what class of trouble), a reason (a stable UPPER_SNAKE name
// that programs compare), a text for people in Japanese and English, safe
// metadata, bad fields and a hint when to try again. It carries a private cause
// for the log and never shows it. It refuses to know about gRPC, HTTP, SQL or
// any reason of the business: each context declares its own reasons.
package fault

import (
	"errors"
	"maps"
	"slices"
	"time"
)

// Kind is the class of a fault. The zero value is Internal, so that a fault
// whose kind was forgotten shows nothing to the caller.
type Kind uint8

// The kinds, each with the gRPC code it becomes. The kind of bad input is named
// InvalidArgument because Invalid is the constructor.
const (
	// Internal is our own trouble; the caller sees a fixed text only (INTERNAL).
	Internal Kind = iota
	// InvalidArgument is input that is wrong whatever the state (INVALID_ARGUMENT).
	InvalidArgument
	// Unauthenticated is a caller that is not known (UNAUTHENTICATED).
	Unauthenticated
	// Denied is a known caller without the permission (PERMISSION_DENIED).
	Denied
	// NotFound is an absent or a foreign thing (NOT_FOUND).
	NotFound
	// Exists is a conflict with a thing that is there already (ALREADY_EXISTS).
	Exists
	// Precondition is the wrong state for the verb (FAILED_PRECONDITION).
	Precondition
	// Aborted is a stale etag or a lost race (ABORTED).
	Aborted
	// Exhausted is a used-up limit (RESOURCE_EXHAUSTED).
	Exhausted
	// Unavailable is temporary: the same call may work later (UNAVAILABLE).
	Unavailable
	// Deadline is too little time left or time run out (DEADLINE_EXCEEDED).
	Deadline
)

// Text is one sentence for people in both languages of the product.
type Text struct{ JA, EN string }

// In returns the sentence in "en" or, for anything else, in Japanese; an empty
// sentence falls back to the other language.
func (t Text) In(language string) string {
	if (language == "en" && t.EN != "") || t.JA == "" {
		return t.EN
	}
	return t.JA
}

// Field is one bad field of a request.
type Field struct {
	Path   string // where, in lowerCamel JSON form: "phrases.clockIn[0]"
	Reason string // stable UPPER_SNAKE name of the broken rule
	Text   Text   // what is wrong, for people
}

// Fault is an error for a caller. It is immutable: every builder method returns
// a changed copy, so a package may keep its faults as variables.
type Fault struct {
	kind   Kind
	reason string
	text   Text
	meta   map[string]string
	fields []Field
	retry  time.Duration
	cause  error
}

// New makes a fault. The reason is a stable UPPER_SNAKE name.
func New(kind Kind, reason string, text Text) *Fault {
	return &Fault{kind: kind, reason: reason, text: text}
}

// Invalid makes an InvalidArgument fault with reason INVALID_ARGUMENT that
// names every bad field at once.
func Invalid(fields ...Field) *Fault {
	f := New(InvalidArgument, "INVALID_ARGUMENT", Text{
		JA: "入力内容に誤りがあります。",
		EN: "The request has invalid fields.",
	})
	return f.WithFields(fields...)
}

// WithFields replaces the bad fields.
func (f *Fault) WithFields(fields ...Field) *Fault {
	next := *f
	next.fields = slices.Clone(fields)
	return &next
}

// With adds metadata that the caller may see. Never put a secret or a name in it.
func (f *Fault) With(key, value string) *Fault {
	next := *f
	next.meta = maps.Clone(f.meta)
	if next.meta == nil {
		next.meta = map[string]string{}
	}
	next.meta[key] = value
	return &next
}

// Because attaches the private cause. Error does not show it; errors.Is and
// errors.As find it.
func (f *Fault) Because(err error) *Fault {
	next := *f
	next.cause = err
	return &next
}

// RetryAfter says after how long the same call is worth repeating.
func (f *Fault) RetryAfter(d time.Duration) *Fault {
	next := *f
	next.retry = d
	return &next
}

// Kind returns the class of the fault.
func (f *Fault) Kind() Kind { return f.kind }

// Reason returns the stable name that programs compare.
func (f *Fault) Reason() string { return f.reason }

// Text returns the sentence for people.
func (f *Fault) Text() Text { return f.text }

// Meta returns a copy of the safe metadata; nil when there is none.
func (f *Fault) Meta() map[string]string { return maps.Clone(f.meta) }

// Fields returns a copy of the bad fields; nil when there is none.
func (f *Fault) Fields() []Field { return slices.Clone(f.fields) }

// Retry returns the hint of RetryAfter; zero means none.
func (f *Fault) Retry() time.Duration { return f.retry }

// Error is reason and English text, without the private cause.
func (f *Fault) Error() string { return f.reason + ": " + f.text.In("en") }

// Unwrap returns the private cause; nil when there is none.
func (f *Fault) Unwrap() error { return f.cause }

// From finds the outermost fault in an error chain.
func From(err error) (*Fault, bool) {
	var f *Fault
	if errors.As(err, &f) && f != nil {
		return f, true
	}
	return nil, false
}

// HasReason reports whether the outermost fault of the chain has this reason.
func HasReason(err error, reason string) bool {
	f, ok := From(err)
	return ok && f.reason == reason
}
