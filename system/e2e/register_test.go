package e2e

import (
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/dakoku/dakoku/simulator"
	"github.com/dakoku/dakoku/system/internal/adminapi"
)

// TestTheGuideWithoutTheDeveloperConsole follows the set-up guide with
// :registerCallback and :registerMenu in place of what it makes people click.
func TestTheGuideWithoutTheDeveloperConsole(t *testing.T) {
	t.Parallel()
	i := allInOne(t)
	world, err := simulator.Demo(i.simulator)
	if err != nil {
		t.Fatal(err)
	}
	g := &guide{company: &company{t: t, admin: adminapi.New(i.admin), simulator: i.simulator, world: world}}
	g.logIn(i.setupSecret())
	g.issueToken(i.public)
	g.keys()
	g.link()
	if failed := g.failedChecks(); !slices.Equal(failed, []string{"CALLBACK_URL"}) {
		t.Fatalf("before: %v", failed)
	}
	var callback, menu map[string]any
	g.send(http.MethodPost, "/v1/"+g.connection+":registerCallback", map[string]any{}, &callback)
	g.send(http.MethodPost, "/v1/"+g.connection+":registerMenu", map[string]any{}, &menu)
	if callback["callbackUrl"] != g.callback || len(menu["buttons"].([]any)) != 4 {
		t.Fatalf("callback %v, menu %v", callback, menu)
	}
	if failed := g.failedChecks(); len(failed) != 0 {
		t.Fatalf("after: %v", failed)
	}
	g.press("出勤", morning(), "佐藤 花子さん "+onDay(morning(), "09:00 出勤を記録しました。"))
	g.press("Start break", morning().Add(3*time.Hour), onDay(morning(), "12:00 休憩を記録しました。"))
	g.press("復帰", morning().Add(4*time.Hour), onDay(morning(), "13:00 復帰を記録しました。"))
	g.press("退勤", morning().Add(9*time.Hour), onDay(morning(), "18:00 退勤を記録しました。"))
	if punches := g.punches(); len(punches) != 4 {
		t.Fatalf("%d punches", len(punches))
	}
	g.wrongSecret()
}

// wrongSecret enters another Bot Secret in place of the one that was seen to work:
// nothing but callbacks tells that it is wrong, and the test says so.
func (g *guide) wrongSecret() {
	eventually(g.t, "the keys are seen to sign callbacks", func() bool {
		_, first := g.tested()
		return first == "PASSED"
	})
	keys := g.world.Bot
	keys.BotSecret = "anotherBotSecret"
	path := "/v1/" + g.connection + "/credentials"
	g.send(http.MethodPut, path, keys, nil)
	g.send(http.MethodPost, path+":retire", map[string]any{}, nil)
	if failed, first := g.tested(); len(failed) != 0 || first != "ADVICE" {
		g.t.Fatalf("before a callback: %v, %s", failed, first)
	}
	eventually(g.t, "a refused callback fails the test", func() bool {
		tap := simulator.Press{User: g.world.People[0].ID, Bot: g.world.Bot.BotID, Label: "出勤", SentAt: morning()}
		if _, err := g.simulator.Press(g.t.Context(), tap); err != nil {
			g.t.Fatal(err)
		}
		failed, first := g.tested()
		return first == "FAILED" && slices.Equal(failed, []string{"FIRST_CALLBACK"})
	})
}

// failedChecks are the kinds that a connection test finds missing.
func (g *guide) failedChecks() []string {
	g.t.Helper()
	failed, _ := g.tested()
	return failed
}

// tested are the kinds that a connection test finds missing, and how the last one
// ended, FIRST_CALLBACK.
func (g *guide) tested() (failed []string, first string) {
	g.t.Helper()
	var test struct {
		Items []struct{ Kind, Result, Message, Remedy string }
		Ready bool
	}
	g.send(http.MethodPost, "/v1/"+g.connection+":test", map[string]any{}, &test)
	for _, item := range test.Items {
		if item.Result == "FAILED" || item.Result == "UNKNOWN" {
			failed = append(failed, item.Kind)
		}
	}
	if test.Ready != (len(failed) == 0) || len(test.Items) != 11 {
		g.t.Fatalf("test answers %+v", test)
	}
	return failed, test.Items[10].Result
}

// press taps a button of the persistent menu in the 1:1 room until the public
// door knows the bot, and waits for the answer.
func (g *guide) press(label string, at time.Time, answer string) {
	g.t.Helper()
	tap := simulator.Press{User: g.world.People[0].ID, Bot: g.world.Bot.BotID, Label: label, SentAt: at}
	var delivery simulator.Delivery
	eventually(g.t, "the press of "+label+" is accepted", func() bool {
		var err error
		if delivery, err = g.simulator.Press(g.t.Context(), tap); err != nil {
			g.t.Fatal(err)
		}
		return delivery.OK()
	})
	reply, err := g.simulator.WaitReply(g.t.Context(), delivery.Room, delivery.Message)
	if err != nil || !strings.Contains(reply.Text, answer) {
		g.t.Fatalf("%s is answered %q, %v", label, reply.Text, err)
	}
}
