package lineworks

import (
	"strings"
	"unicode/utf16"
)

// What a text may hold, in UTF-16 units.
const (
	MaxText   = 2000 // a text by itself
	MaxPrompt = 1000 // a text above buttons
)

const (
	maxLabel  = 20
	maxButton = 10
)

// Message is a text for one person or one room, with buttons if there are any.
type Message struct {
	User    string   // userId (2.0) or login id (1.0); used when Channel is empty
	Channel string   // channelId (2.0) or roomId (1.0)
	Texts   []Text   // the first is the default
	Buttons []Button // at most ten
}

// Text is a text in one language, for example "ja_JP".
type Text struct{ Language, Text string }

// Button sends its label and a postback value when pressed.
type Button struct {
	Postback string
	Labels   []Text // the first is the default
}

// content is the message as the platform wants it: a text, or a button template.
func (m Message) content() map[string]any {
	if len(m.Buttons) == 0 {
		out := map[string]any{"type": "text", "text": first(m.Texts, MaxText)}
		translated(out, "i18nTexts", "text", m.Texts, MaxText)
		return out
	}
	out := map[string]any{"type": "button_template", "contentText": first(m.Texts, MaxPrompt)}
	translated(out, "i18nContentTexts", "contentText", m.Texts, MaxPrompt)
	out["actions"] = actions(m.Buttons[:min(len(m.Buttons), maxButton)])
	return out
}

// actions are buttons as the platform wants them: a press writes the label and
// carries the postback value.
func actions(buttons []Button) []map[string]any {
	var out []map[string]any
	for _, b := range buttons {
		label := first(b.Labels, maxLabel)
		action := map[string]any{"type": "message", "label": label, "text": label, "postback": b.Postback}
		translated(action, "i18nLabels", "label", b.Labels, maxLabel)
		translated(action, "i18nTexts", "text", b.Labels, maxLabel)
		out = append(out, action)
	}
	return out
}

func first(texts []Text, limit int) string {
	if len(texts) == 0 {
		return ""
	}
	return plain(texts[0].Text, limit)
}

// translated adds every text but the default under its language.
func translated(out map[string]any, list, member string, texts []Text, limit int) {
	var all []map[string]string
	for _, t := range texts[min(1, len(texts)):] {
		all = append(all, map[string]string{"language": t.Language, member: plain(t.Text, limit)})
	}
	if all != nil {
		out[list] = all
	}
}

// plain makes a text harmless and short: a name or a note cannot mention people
// nor turn the direction of what follows, and at most limit UTF-16 units remain,
// without half characters.
func plain(text string, limit int) string {
	text = harmless(text)
	units := 0
	for i, r := range text {
		units += utf16.RuneLen(r)
		if units > limit {
			return shorten(text[:i], limit)
		}
	}
	return text
}

// harmless may be longer than the text: what keeps a mention from being one takes room.
func harmless(text string) string {
	return unmentioned(undirected(strings.ToValidUTF8(text, "\ufffd")))
}

// Fits tells that a text can be sent whole, as it will be sent.
func Fits(text string, limit int) bool { return Units(harmless(text)) <= limit }

// shorten makes room for the sign that something is missing.
func shorten(text string, limit int) string {
	runes := []rune(text)
	for utf16Length(runes) > limit-1 {
		runes = runes[:len(runes)-1]
	}
	return string(runes) + "…"
}

// Units is the length of a text in UTF-16 units, in which the platform's limits
// are kept: whether it counts characters otherwise is not documented.
func Units(text string) int { return utf16Length([]rune(text)) }

func utf16Length(runes []rune) int {
	n := 0
	for _, r := range runes {
		n += utf16.RuneLen(r)
	}
	return n
}
