package simulator_test

import (
	"errors"
	"testing"

	"github.com/dakoku/dakoku/simulator"
)

func TestPeopleChangeTheirEmailAndLeave(t *testing.T) {
	b := newBench(t, nil)
	user, token := b.demo.People[0], b.tokenFor("user.email.read")
	if err := b.sim.ChangeEmail(user.ID, "Hana@demo.example"); err != nil {
		t.Fatal(err)
	}
	if got := b.call(token, "GET", "/v1.0/users/"+user.ID, ""); got.body["email"] != "hana@demo.example" {
		t.Fatalf("changed: %s", got.raw)
	}
	if err := b.sim.ChangeEmail(user.ID, b.demo.People[1].Email); err == nil {
		t.Fatal("two people with one login e-mail")
	}
	if err := b.sim.RemoveUser(user.ID); err != nil {
		t.Fatal(err)
	}
	if got := b.call(token, "GET", "/v1.0/users/"+user.ID, ""); got.status != 404 || len(b.sim.Users()) != 3 {
		t.Fatalf("removed: %d", got.status)
	}
}

func TestImpossiblePostsAreErrorsAndLeaveNoTrace(t *testing.T) {
	b := newBench(t, nil)
	user, bot := b.demo.People[0].ID, b.demo.Bot.BotID
	stranger, err := b.sim.NewUser(simulator.User{Domain: b.demo.Domain, Email: "new@demo.example"})
	if err != nil {
		t.Fatal(err)
	}
	for name, post := range map[string]simulator.Post{
		"unknown user": {User: "x", Bot: bot}, "unknown bot": {User: user, Bot: "x"}, "unknown room": {User: user, Bot: bot, Room: "x"},
		"no member": {User: stranger.ID, Bot: bot, Room: b.demo.Room.ID}, "no bot": {User: user},
	} {
		if _, err := b.sim.Say(t.Context(), post); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
	if _, err := b.sim.Say(t.Context(), simulator.Post{User: "x", Bot: bot}); !errors.Is(err, simulator.ErrUnknown) {
		t.Errorf("error %v is not ErrUnknown", err)
	}
	if got := b.sim.Ledger(simulator.Query{}); len(got) != 0 {
		t.Fatalf("ledger %+v", got)
	}
}

func TestADomainOfTheSameTenantIsNotForeign(t *testing.T) {
	b := newBench(t, nil)
	second, err := b.sim.NewDomain(b.demo.Domain, "支社")
	if err != nil {
		t.Fatal(err)
	}
	user, err := b.sim.NewUser(simulator.User{Domain: second, Email: "branch@demo.example"})
	if err != nil {
		t.Fatal(err)
	}
	if got := b.call(b.tokenFor("user.read"), "GET", "/v1.0/users/"+user.ID, ""); got.status != 200 || got.body["domainId"] != float64(second) {
		t.Fatalf("%d %s", got.status, got.raw)
	}
}

func TestARegisteredMenuReplacesTheDefaultButtons(t *testing.T) {
	b := newBench(t, nil)
	bot := b.demo.Bot.BotID
	b.call(b.tokenFor("bot"), "POST", "/v1.0/bots/"+bot+"/persistentmenu", `{"content":{"actions":[{"type":"message","label":"直行","i18nLabels":[{"language":"en_US","label":"Direct"}],"text":"直行","postback":"dakoku:CLOCK_IN"}]}}`)
	press := func(label string) error {
		_, err := b.sim.Press(t.Context(), simulator.Press{User: b.demo.People[0].ID, Bot: bot, Label: label})
		return err
	}
	if err := press("Direct"); err != nil {
		t.Fatal(err)
	}
	if err := press("出勤"); err == nil {
		t.Fatal("a default button beside the registered menu")
	}
}
