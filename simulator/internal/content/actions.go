package content

import (
	"encoding/json"
	"fmt"
	"slices"
)

// actionRules says which actions a place allows and how long labels may be.
type actionRules struct {
	types        []string
	postback     int  // limit of a postback action's label
	label        int  // limit of every other label
	needsDisplay bool // displayText is required
}

var (
	buttonActions        = actionRules{types: []string{"message", "uri", "copy"}, label: 1000}
	menuActions          = actionRules{types: []string{"message", "uri", "copy"}, label: 1000}
	carouselActions      = actionRules{types: []string{"postback", "message", "uri"}, postback: 20, label: 1000}
	imageCarouselActions = actionRules{types: []string{"postback", "message", "uri"}, postback: 12, label: 1000}
	quickActions         = actionRules{
		types:    []string{"postback", "message", "uri", "camera", "cameraRoll", "location"},
		postback: 20, label: 1000, needsDisplay: true,
	}
)

const (
	maxData     = 300
	maxPostback = 1000
)

func (r *reader) actions(name string, limit int, rules actionRules) []Action {
	var out []Action
	r.each(name, limit, true, func(item *reader) { out = append(out, item.action(rules)) })
	return out
}

// actionRows reads the list of lists at the foot of a list template.
func (r *reader) actionRows(name string) []Action {
	raw := r.take(name, false)
	if raw == nil {
		return nil
	}
	var rows []json.RawMessage
	if err := json.Unmarshal(raw, &rows); err != nil {
		r.fail(invalid(r.at(name), "not a list"))
		return nil
	}
	var out []Action
	for i, row := range rows {
		nested := &reader{dialect: r.dialect, path: r.at(name), fields: map[string]json.RawMessage{fmt.Sprintf("[%d]", i): row}}
		out = append(out, nested.actions(fmt.Sprintf("[%d]", i), 0, buttonActions)...)
		if nested.err != nil {
			r.fail(nested.err)
		}
	}
	return out
}

func (r *reader) quickReply() []Action {
	raw := r.take("quickReply", false)
	var out []Action
	r.inside("quickReply", raw, func(quick *reader) {
		quick.each("items", maxQuickReplies, true, func(item *reader) {
			item.text("imageUrl", false, maxLink)
			item.text("imageResourceId", false, 0)
			item.inside("action", item.take("action", true), func(a *reader) {
				out = append(out, a.action(quickActions))
			})
		})
	})
	return out
}

func (r *reader) action(rules actionRules) Action {
	a := Action{Type: r.text("type", true, 0)}
	if r.err == nil && !slices.Contains(rules.types, a.Type) {
		r.fail(invalid(r.at("type"), "this action is not allowed here"))
		return a
	}
	limit := rules.label
	if a.Type == "postback" {
		limit = rules.postback
	}
	a.Label = r.text("label", true, limit)
	a.Labels = r.translations("i18nLabels", "label", limit)
	r.actionMembers(&a, rules)
	return a
}

func (r *reader) actionMembers(a *Action, rules actionRules) {
	switch a.Type {
	case "message":
		a.Text = r.text("text", false, maxPostback)
		a.Postback = r.text("postback", false, maxPostback)
		r.translations("i18nTexts", "text", maxPostback)
	case "postback":
		a.Data = r.text("data", true, maxData)
		a.DisplayText = r.text("displayText", rules.needsDisplay, maxData)
		r.translations("i18nDisplayTexts", "displayText", maxData)
	case "uri":
		a.URI = r.address()
	case "copy":
		a.CopyText = r.text("copyText", true, maxPostback)
	}
}

// address reads the address of a uri action; the official API 1.0 sample names
// the member url.
func (r *reader) address() string {
	if _, ok := r.fields["url"]; ok && r.dialect.URLAction {
		return r.text("url", true, maxLink)
	}
	return r.text("uri", true, maxLink)
}
