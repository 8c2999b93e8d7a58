package integration_test

import (
	"strings"
	"testing"

	"github.com/google/uuid"

	integrationv1 "github.com/dakoku/dakoku/proto/gen/dakoku/integration/v1"

	"github.com/dakoku/dakoku/platform/rpc"
)

// A button that would punch nothing is refused before LINE WORKS hears of it,
// with its place in the list and the values there are. The menu stays as it was.
func TestAMenuOfStrangeButtonsIsRefused(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	tenant := uuid.NewString()
	conn, keys := w.activeV2(as(t, tenant), t)
	button := func(postback string) *integrationv1.MenuButton {
		return &integrationv1.MenuButton{Postback: postback, Label: "出勤"}
	}
	if _, err := w.registerMenu(as(t, tenant), conn, button("dakoku:GO_OUT"), button("dakoku:COME_BACK"), button("start"), button("punch=in")); err != nil {
		t.Fatal(err)
	}
	for _, strange := range []string{"dakoku:", "dakoku:LUNCH", "dakoku:clock_in", "Dakoku:CLOCK_IN", "dakoku:CLOCK_IN ", " start", "START", "dakoku:KIND_UNSPECIFIED", "dakoku:UNDO"} {
		for language, says := range map[string]string{"ja": "打刻できません", "en": "punches nothing"} {
			_, err := w.registerMenu(inLanguage(t, tenant, language), conn, button("dakoku:CLOCK_IN"), button(strange))
			if f := fields(err); len(f) != 1 || f["buttons[1].postback"] != "UNKNOWN_POSTBACK" {
				t.Fatalf("%q: %v", strange, err)
			}
			told := rpc.FaultFrom(err).Fields()[0].Text.In(language)
			if !strings.Contains(told, says) || !strings.Contains(told, "dakoku:CLOCK_IN, dakoku:BREAK_START, dakoku:BREAK_END, dakoku:CLOCK_OUT, dakoku:GO_OUT, dakoku:COME_BACK, start") {
				t.Errorf("%q in %s: %s", strange, language, told)
			}
		}
	}
	if menu := w.bot(t, keys.BotID).Menu; len(menu) != 4 || menu[0].Postback != "dakoku:GO_OUT" || menu[3].Postback != "punch=in" {
		t.Errorf("%+v", menu)
	}
	_, err := w.registerMenu(as(t, tenant), conn, button("dakoku:x"), button("start"), button("dakoku:y"))
	if f := fields(err); len(f) != 2 || f["buttons[0].postback"] == "" || f["buttons[2].postback"] == "" {
		t.Errorf("not every button is named: %v", err)
	}
}
