package event

import (
	"encoding/json"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// maxID is the longest user or room id that the contract between the contexts carries.
const maxID = 256

// layout names the members that differ between the versions.
type layout struct{ user, channel, issued string }

func layoutOf(v Version) layout {
	if v == V1 {
		return layout{"accountId", "roomId", "createdTime"}
	}
	return layout{"userId", "channelId", "issuedTime"}
}

// Read reads a body. Members we do not know, another order of members, zone
// offsets, missing milliseconds and types or contents we do not know are
// ordinary. For an error, ReasonOf tells why.
func Read(v Version, body []byte) (Event, error) {
	tree, err := decode(body)
	if err != nil {
		return Event{}, err
	}
	top, ok := tree.(map[string]any)
	if !ok {
		return Event{}, refuse(UnreadableJSON)
	}
	r := reader{layout: layoutOf(v)}
	e := r.event(top)
	return e, r.err
}

// reader keeps the first thing that was wrong, so that reading reads like a list.
type reader struct {
	layout
	err error
}

func (r *reader) fail(reason Reason) {
	if r.err == nil {
		r.err = refuse(reason)
	}
}

func (r *reader) event(top map[string]any) Event {
	source := r.object(top, "source")
	e := Event{
		Type:    r.required(top, "type"),
		User:    r.id(source, r.user),
		Channel: r.id(source, r.channel),
		Domain:  r.domain(source),
		Issued:  r.time(top[r.issued]),
		Content: contentHash(top),
	}
	r.substance(&e, top)
	e.Place = placeOf(e)
	return e
}

// substance reads what was sent; each type has its own.
func (r *reader) substance(e *Event, top map[string]any) {
	switch e.Type {
	case "message":
		r.message(e, r.object(top, "content"))
	case "postback":
		e.Kind, e.Postback = Postback, r.required(top, "data")
	case "begin":
		e.Kind = Opened
	case "end":
		e.Kind = Closed
	default:
		return
	}
	if e.User == "" {
		r.fail(MissingField)
	}
}

func (r *reader) message(e *Event, content map[string]any) {
	e.Kind = Unsupported
	if r.required(content, "type") == "text" {
		e.Kind, e.Text, e.Postback = Text, r.present(content, "text"), r.text(content, "postback")
	}
}

// placeOf trusts an absent room only: whether a postback in a 1:1 talk names its
// room is not documented, so there a named room proves nothing.
func placeOf(e Event) Place {
	switch {
	case e.Kind == Room:
		return Group
	case e.Channel == "":
		return Direct
	case e.Kind == Text || e.Kind == Unsupported:
		return Group
	}
	return Unknown
}

// object reads a member that is an object; an absent one is empty.
func (r *reader) object(from map[string]any, name string) map[string]any {
	switch v := from[name].(type) {
	case map[string]any:
		return v
	case nil:
		return nil
	}
	r.fail(WrongType)
	return nil
}

// text reads a member that is a string; absent and null are empty.
func (r *reader) text(from map[string]any, name string) string {
	switch v := from[name].(type) {
	case string:
		return v
	case nil:
		return ""
	}
	r.fail(WrongType)
	return ""
}

// present is text that must be there and may be empty.
func (r *reader) present(from map[string]any, name string) string {
	if from[name] == nil {
		r.fail(MissingField)
	}
	return r.text(from, name)
}

// required is text that must not be empty.
func (r *reader) required(from map[string]any, name string) string {
	v := r.text(from, name)
	if v == "" {
		r.fail(MissingField)
	}
	return v
}

// id reads a name of a person or place. Half a surrogate pair is read as U+FFFD,
// whichever half it was: two people would have one id.
func (r *reader) id(from map[string]any, name string) string {
	v := r.text(from, name)
	if utf8.RuneCountInString(v) > maxID || strings.ContainsFunc(v, unicode.IsControl) || strings.ContainsRune(v, utf8.RuneError) {
		r.fail(BadID)
	}
	return v
}

// domain is a number in one page of the platform's documentation and a string in another.
func (r *reader) domain(source map[string]any) string {
	if n, ok := source["domainId"].(json.Number); ok {
		if _, err := strconv.ParseUint(n.String(), 10, 64); err != nil {
			r.fail(BadID)
		}
		return n.String()
	}
	return r.id(source, "domainId")
}

// time reads RFC 3339 or Unix milliseconds and cuts to the millisecond.
func (r *reader) time(v any) time.Time {
	var at time.Time
	switch v := v.(type) {
	case string:
		if at.UnmarshalText([]byte(v)) != nil {
			r.fail(BadTime)
		}
	case json.Number:
		ms, err := strconv.ParseInt(v.String(), 10, 64)
		if err != nil {
			r.fail(BadTime)
		}
		at = time.UnixMilli(ms)
	case nil:
		r.fail(MissingField)
	default:
		r.fail(WrongType)
	}
	at = at.UTC().Truncate(time.Millisecond)
	if at.Unix() < 0 || at.Year() > 9999 {
		r.fail(BadTime)
	}
	return at
}
