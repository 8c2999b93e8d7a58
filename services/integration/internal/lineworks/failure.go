package lineworks

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// Class says what a failure means for a repetition.
type Class uint8

// The classes.
const (
	Permanent    Class = iota // repeating changes nothing
	Unauthorized              // the access token, or at the token endpoint our keys, are refused
	Forbidden                 // our app may not do this
	NotFound                  // the person, room or bot is gone
	RateLimited               // too many calls; Reset says for how long
	Temporary                 // certainly not done, may work later
	Ambiguous                 // may have been done
)

var classNames = [...]string{"permanent", "unauthorized", "forbidden", "notFound", "rateLimited", "temporary", "ambiguous"}

// String is the class's name for logs.
func (c Class) String() string {
	if int(c) < len(classNames) {
		return classNames[c]
	}
	return "unknown"
}

// Failure is why a call failed. It never holds a secret or a body.
type Failure struct {
	Class  Class
	Status int           // HTTP status; 0 without answer
	Code   string        // the platform's code, or ours
	Reset  time.Duration // of RateLimited; 0 when the platform did not say
	Keys   bool          // the token endpoint refused our keys
	Named  Part          // which of them its answer names, if any
	Absent Absent        // of NotFound: what is not there
	cause  error
}

// Error is class, status and code.
func (f *Failure) Error() string {
	return fmt.Sprintf("LINE WORKS: %s (status %d, %s)", f.Class, f.Status, f.Code)
}

// Unwrap is the private cause.
func (f *Failure) Unwrap() error { return f.cause }

// FailureOf finds the failure in an error; anything else is temporary.
func FailureOf(err error) *Failure {
	var f *Failure
	if errors.As(err, &f) {
		return f
	}
	return &Failure{Class: Temporary, Code: "INTERNAL", cause: err}
}

// refused classifies an answer that is no success.
func (r request) refused(resp *http.Response, body []byte) error {
	f := &Failure{Status: resp.StatusCode, Code: r.codeOf(body, resp.StatusCode)}
	switch s := resp.StatusCode; {
	case s == http.StatusTooManyRequests:
		f.Class, f.Reset = RateLimited, reset(resp.Header)
	case s >= http.StatusInternalServerError:
		f.Class = r.broken(s)
	case s/100 == 3, s == http.StatusRequestTimeout, s == http.StatusTooEarly:
		f.Class = Temporary
	case r.token && s != http.StatusBadRequest && s != http.StatusUnauthorized && !f.Coded():
		f.Class = Temporary // of something in between: of keys LINE WORKS says what is wrong
	case r.token:
		f.Class, f.Keys, f.Named = Unauthorized, true, named(f.Code, body)
	case s == http.StatusUnauthorized, f.Code == "024", f.Code == "028", f.Code == "029":
		f.Class = Unauthorized
	case s == http.StatusForbidden:
		f.Class = Forbidden
	case s == http.StatusNotFound, s == http.StatusGone:
		f.Class, f.Absent = NotFound, absentIn(f.Code)
	}
	return f
}

// broken classifies a fault of the far side. LINE WORKS documents 500 and 503. 503
// is a server that did not take the call, and 501 one that cannot; behind every
// other number something broke while the call was under way, or nobody heard what
// became of it, and no document says that it was not done.
func (r request) broken(status int) Class {
	if r.repeatable || status == http.StatusServiceUnavailable || status == http.StatusNotImplemented {
		return Temporary
	}
	return Ambiguous
}

// codeOf reads the platform's code in any of its shapes; HTTP_404 and the like
// when there is none. Codes are words of a narrow form that the call itself does
// not carry, so nothing else of a body gets out, also not a key or a token that
// an answer repeats.
func (r request) codeOf(body []byte, status int) string {
	var said shape
	_ = json.Unmarshal(body, &said) // what cannot be read has no code
	for _, found := range r.codes(said) {
		if digits(found) || word(found) && !r.carries(found) {
			return strings.ToUpper(found)
		}
	}
	return noCode(status)
}

// Coded tells that an answer brought a code of the platform's own. What something in
// between answers has none, and is no word of the platform.
func (f *Failure) Coded() bool { return f.Code != noCode(f.Status) }

func noCode(status int) string { return "HTTP_" + strconv.Itoa(status) }

// shape is what the platform's refusals have (LINE WORKS documentation, error codes):
// code and description in API 2.0; in API 1.0 code and message of the bot API, and the
// number and message of its gateway; at the token endpoint those of RFC 6749.
type shape struct {
	Code         any `json:"code"`
	Description  any `json:"description"`
	Message      any `json:"message"`
	ErrorCode    any `json:"errorCode"`
	ErrorMessage any `json:"errorMessage"`
	Error        any `json:"error"`
}

// codes are what may be the platform's own code, the best first. Something in between
// refuses in JSON, too, such as {"error":"not_found"}: its words say nothing of people
// and bots, so a code counts beside the sentence that the platform's shape has.
func (r request) codes(said shape) []string {
	number, code := text(said.ErrorCode), text(said.Code)
	if r.token {
		return []string{number, code, text(said.Error)}
	}
	if !digits(number) || text(said.ErrorMessage) == "" {
		number = ""
	}
	sentence := text(said.Description)
	if r.consumerKey != "" { // API 1.0
		sentence = text(said.Message)
	}
	if sentence == "" || code != strings.ToUpper(code) {
		code = ""
	}
	return []string{number, code}
}

// text is a string of JSON; empty for anything else.
func text(v any) string {
	s, _ := v.(string)
	return s
}

// carries tells whether the text is a part of what is sent as key or token, or
// of the address, which holds the API ID in API 1.0.
func (r request) carries(text string) bool {
	sent := []string{r.access.Reveal(), r.consumerKey.Reveal(), r.address}
	for _, values := range r.form {
		sent = append(sent, values...)
	}
	return strings.Contains(strings.Join(sent, "\n"), text)
}

// digits tells whether a text is a code of API 1.0 such as 041. So few digits are
// nobody's key, and by chance stand in many a token, which says nothing about them.
func digits(s string) bool {
	const longest = 4
	return s != "" && len(s) <= longest && strings.Trim(s, "0123456789") == ""
}

// word tells whether a text looks like a code of the platform: letters of one case
// with lines between them.
func word(s string) bool {
	const longest = 64
	if s == "" || len(s) > longest {
		return false
	}
	return strings.Trim(s, "ABCDEFGHIJKLMNOPQRSTUVWXYZ_-") == "" || strings.Trim(s, "abcdefghijklmnopqrstuvwxyz_-") == ""
}
