// Package content reads the message content that a bot sends, as strictly as
// the platform's documentation describes it.
//
// It knows content types, actions and their limits. It knows neither rooms nor
// people, and it never looks a resource up.
package content

import (
	"encoding/json"
	"fmt"
)

// Content is an accepted message, reduced to what a person sees.
type Content struct {
	Kind         string            // content.type
	Text         string            // text, contentText, altText or the like; may be empty
	Texts        map[string]string // by language, for example "ja_JP"
	Buttons      []Action
	QuickReplies []Action
}

// Action is a button of a message or of a menu.
type Action struct {
	Type        string            `json:"type"`
	Label       string            `json:"label"`
	Labels      map[string]string `json:"labels,omitempty"`
	Text        string            `json:"text,omitempty"`
	Postback    string            `json:"postback,omitempty"`
	Data        string            `json:"data,omitempty"`
	DisplayText string            `json:"displayText,omitempty"`
	URI         string            `json:"uri,omitempty"`
	CopyText    string            `json:"copyText,omitempty"`
}

// Problem is a refusal in the platform's vocabulary.
type Problem struct {
	Code        string
	Description string
}

// Error returns code and description.
func (p *Problem) Error() string { return p.Code + ": " + p.Description }

// Dialect tells the two API versions apart.
type Dialect struct {
	URLAction bool // API 1.0 calls the address of a uri action "url"
	Channel   bool // the target is a room: everyone in it may be mentioned
}

// languages are the language codes that texts may carry.
var languages = map[string]bool{"ja_JP": true, "ko_KR": true, "zh_CN": true, "zh_TW": true, "en_US": true}

// Read checks one content object. The error is always a *Problem.
func Read(raw json.RawMessage, dialect Dialect) (Content, error) {
	if len(raw) == 0 {
		return Content{}, missing("content")
	}
	fields, err := objectOf("content", raw)
	if err != nil {
		return Content{}, err
	}
	r := &reader{dialect: dialect, fields: fields, path: "content"}
	kind := r.text("type", true, 0)
	shape, known := shapes[kind]
	if r.err == nil && !known {
		return Content{}, invalid("content.type", "unknown type")
	}
	out := Content{Kind: kind, Texts: map[string]string{}}
	if r.err == nil {
		shape(r, &out)
	}
	out.QuickReplies = r.quickReply()
	r.done()
	return out, r.err
}

// ReadMenu checks the content of a persistent menu: at most four actions, none
// of them a postback. The error is always a *Problem.
func ReadMenu(raw json.RawMessage) ([]Action, error) {
	if len(raw) == 0 {
		return nil, missing("content")
	}
	fields, err := objectOf("content", raw)
	if err != nil {
		return nil, err
	}
	r := &reader{fields: fields, path: "content"}
	actions := r.actions("actions", maxMenuActions, menuActions)
	r.done()
	return actions, r.err
}

func missing(path string) error {
	return &Problem{Code: "MISSING_PARAMETER", Description: path + " is required"}
}

func invalid(path, why string) error {
	return &Problem{Code: "INVALID_PARAMETER", Description: path + ": " + why}
}

func tooLong(path string, limit int) error {
	return &Problem{Code: "LIMIT_EXCEEDED", Description: fmt.Sprintf("%s exceeds %d", path, limit)}
}

func objectOf(path string, raw json.RawMessage) (map[string]json.RawMessage, error) {
	var fields map[string]json.RawMessage
	if err := json.Unmarshal(raw, &fields); err != nil || fields == nil {
		return nil, invalid(path, "not an object")
	}
	return fields, nil
}
