package api

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	attendancev1 "github.com/dakoku/dakoku/proto/gen/dakoku/attendance/v1"
	integrationv1 "github.com/dakoku/dakoku/proto/gen/dakoku/integration/v1"

	"github.com/dakoku/dakoku/platform/fault"
	"github.com/dakoku/dakoku/services/integration/internal/lineworks"
)

// menuIn reads the buttons; none means the four punches. A label that somebody
// wrote is the same in every language. The error names every value that looks
// like one of ours and is none: pressing it would punch nothing.
func menuIn(buttons []*integrationv1.MenuButton) ([]lineworks.Button, error) {
	if len(buttons) == 0 {
		return lineworks.PunchMenu(), nil
	}
	var out []lineworks.Button
	var bad []fault.Field
	for i, b := range buttons {
		if strange(b.GetPostback()) {
			bad = append(bad, unknownPostback(i))
		}
		out = append(out, lineworks.Button{Postback: b.GetPostback(), Labels: []lineworks.Text{{Language: "ja_JP", Text: b.GetLabel()}}})
	}
	if bad != nil {
		return nil, fault.Invalid(bad...)
	}
	return out, nil
}

const postbackPrefix = "dakoku:"

// strange tells a value that was meant for us and that we do not understand. Those
// of others are no mistake: with them the text beside the value counts.
func strange(postback string) bool {
	meant := strings.ToLower(strings.TrimSpace(postback))
	return (strings.HasPrefix(meant, postbackPrefix) || meant == "start") && !slices.Contains(postbacks(), postback)
}

// postbacks are the values that are understood: a punch of each kind, and the
// guide (public contract, Buttons). 取消 is no punch and said in words: a button
// for it has a value of its own and the word as its text.
func postbacks() []string {
	var out []string
	for _, n := range slices.Sorted(maps.Keys(attendancev1.Punch_Kind_name)) {
		if k := attendancev1.Punch_Kind(n); k != attendancev1.Punch_KIND_UNSPECIFIED && k != attendancev1.Punch_UNDO {
			out = append(out, postbackPrefix+attendancev1.Punch_Kind_name[n])
		}
	}
	return append(out, "start")
}

func unknownPostback(i int) fault.Field {
	known := strings.Join(postbacks(), ", ")
	return fault.Field{Path: fmt.Sprintf("buttons[%d].postback", i), Reason: "UNKNOWN_POSTBACK", Text: fault.Text{
		JA: "この値のボタンでは打刻できません。使える値は " + known + " です。",
		EN: "A button with this value punches nothing. The values that do are " + known + ".",
	}}
}
