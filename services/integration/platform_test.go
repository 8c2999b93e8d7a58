package integration_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	integrationv1 "github.com/dakoku/dakoku/proto/gen/dakoku/integration/v1"
	"github.com/dakoku/dakoku/simulator"
)

// tested runs a connection test and returns the results by kind.
func (w *world) tested(ctx context.Context, t *testing.T, conn string) (map[string]*integrationv1.CheckItem, bool) {
	t.Helper()
	got, err := w.admin.TestConnection(ctx, &integrationv1.TestConnectionRequest{Connection: conn})
	if err != nil {
		t.Fatal(err)
	}
	if len(got.GetItems()) != 11 {
		t.Fatalf("%d items", len(got.GetItems()))
	}
	out := map[string]*integrationv1.CheckItem{}
	for _, item := range got.GetItems() {
		out[item.GetKind().String()] = item
		if item.GetMessage() == "" || (item.GetRemedy() == "") != (item.GetResult() == integrationv1.CheckItem_PASSED) {
			t.Errorf("%s %s: message %q, remedy %q", item.GetKind(), item.GetResult(), item.GetMessage(), item.GetRemedy())
		}
	}
	return out, got.GetReady()
}

// expect compares the results of some kinds: "TOKEN=FAILED BOT=UNKNOWN".
func expect(t *testing.T, name string, items map[string]*integrationv1.CheckItem, want string) {
	t.Helper()
	for _, pair := range strings.Fields(want) {
		kind, result, _ := strings.Cut(pair, "=")
		if got := items[kind].GetResult().String(); got != result {
			t.Errorf("%s: %s is %s, want %s (%s)", name, kind, got, result, items[kind].GetMessage())
		}
	}
}

func TestEachMissingThingIsNamed(t *testing.T) {
	t.Parallel()
	const unseen = " SCOPES=UNKNOWN BOT=UNKNOWN BOT_PUBLIC=UNKNOWN CALLBACK_URL=UNKNOWN EVENT_TYPES=UNKNOWN MESSAGE_TYPES=UNKNOWN GROUP_ROOMS=UNKNOWN"
	type bot = simulator.CredentialsV2
	w := newWorld(t)
	for name, c := range map[string]struct {
		change func(*world, bot) error
		want   string
		words  string // in the remedy of the first item that is wanted
	}{
		"all well": {func(*world, bot) error { return nil }, "TOKEN=PASSED SCOPES=PASSED BOT=PASSED BOT_PUBLIC=PASSED CALLBACK_URL=PASSED EVENT_TYPES=PASSED MESSAGE_TYPES=PASSED GROUP_ROOMS=PASSED LOOK_UP=PASSED CLOCK=PASSED", ""},
		"client":   {func(w *world, b bot) error { return w.sim.RevokeClient(b.BotID) }, "TOKEN=FAILED CLOCK=PASSED" + unseen, "Client Secret"},
		"key":      {func(w *world, b bot) error { return w.sim.ReissueKey(b.BotID) }, "TOKEN=FAILED" + unseen, "Private Key"},
		"scope of messages": {func(w *world, b bot) error { return w.sim.SetScopes(b.BotID, "bot", "user.email.read") },
			"SCOPES=FAILED TOKEN=PASSED BOT=PASSED CALLBACK_URL=PASSED", "bot.message"},
		"read only": {func(w *world, b bot) error {
			return w.sim.SetScopes(b.BotID, "bot.message", "bot.read", "user.email.read")
		}, "SCOPES=ADVICE BOT=PASSED CALLBACK_URL=PASSED", "OAuth Scopes"},
		"no bot scope": {func(w *world, b bot) error { return w.sim.SetScopes(b.BotID, "bot.message", "user.email.read") },
			"BOT=UNKNOWN TOKEN=PASSED SCOPES=ADVICE BOT_PUBLIC=UNKNOWN CALLBACK_URL=UNKNOWN", "bot"},
		"hidden":     {func(w *world, b bot) error { return w.sim.SetVisible(b.BotID, w.domain, false) }, "BOT_PUBLIC=FAILED BOT=PASSED", "公開設定"},
		"other URL":  {func(w *world, b bot) error { return w.sim.SetCallback(b.BotID, "https://other.example/x") }, "CALLBACK_URL=FAILED", "Callback URL"},
		"no URL":     {func(w *world, b bot) error { return w.sim.SetCallback(b.BotID, "") }, "CALLBACK_URL=FAILED", "Callback URL"},
		"events":     {configure("channelEvents", []string{"message", "join"}), "EVENT_TYPES=FAILED", "Callback URL"},
		"no begin":   {configure("channelEvents", []string{"message", "postback"}), "EVENT_TYPES=ADVICE", ""},
		"no text":    {configure("callbackEvents", []string{"sticker"}), "MESSAGE_TYPES=FAILED", "メンバーが送信可能なメッセージタイプ"},
		"no groups":  {configure("enableGroupJoin", false), "GROUP_ROOMS=ADVICE", "複数人のトークルームに招待可"},
		"clock":      {func(w *world, _ bot) error { w.sim.SetClockError(30 * time.Second); return nil }, "CLOCK=ADVICE TOKEN=PASSED", "NTP"},
		"far clock":  {func(w *world, _ bot) error { w.sim.SetClockError(-time.Hour); return nil }, "CLOCK=FAILED TOKEN=PASSED", "NTP"},
		"token away": {func(w *world, _ bot) error { return w.away(simulator.ClassToken, 503) }, "TOKEN=FAILED" + unseen, "もう一度"},
		"bots away":  {func(w *world, _ bot) error { return w.away(simulator.ClassBots, 503) }, "BOT=UNKNOWN TOKEN=PASSED SCOPES=PASSED", "もう一度"},
		"forbidden":  {func(w *world, _ bot) error { return w.away(simulator.ClassBots, 403) }, "BOT=FAILED BOT_PUBLIC=UNKNOWN", "OAuth Scopes"},
		"no people":  {func(w *world, _ bot) error { return w.away(simulator.ClassUsers, 403) }, "LOOK_UP=FAILED TOKEN=PASSED BOT=PASSED", "user.email.read"},
		"no such address": {func(w *world, _ bot) error {
			w.sim.Fail(simulator.Fault{Class: simulator.ClassUsers, Status: 404, Code: "002"})
			return nil
		}, "LOOK_UP=FAILED", "user.email.read"},
		"people away":     {func(w *world, _ bot) error { return w.away(simulator.ClassUsers, 503) }, "LOOK_UP=UNKNOWN", "もう一度"},
		"scope of people": {func(w *world, b bot) error { return w.sim.SetScopes(b.BotID, "bot", "bot.message") }, "LOOK_UP=FAILED SCOPES=FAILED TOKEN=PASSED BOT=PASSED", "user.email.read"},
		"unknown":         {func(w *world, _ bot) error { return w.away(simulator.ClassBots, 404) }, "BOT=FAILED", "Bot ID"},
	} {
		t.Run(name, func(t *testing.T) {
			w.sim.Heal()
			w.sim.SetClockError(0)
			ctx := as(t, uuid.NewString())
			conn, keys := w.activeV2(ctx, t)
			if _, err := w.admin.RegisterCallback(ctx, &integrationv1.RegisterCallbackRequest{Connection: conn}); err != nil {
				t.Fatal(err)
			}
			if err := c.change(w, keys); err != nil {
				t.Fatal(err)
			}
			items, ready := w.tested(ctx, t, conn)
			expect(t, name, items, c.want)
			first, _, _ := strings.Cut(c.want, "=")
			if !strings.Contains(items[first].GetRemedy(), c.words) {
				t.Errorf("%s: remedy %q lacks %q", first, items[first].GetRemedy(), c.words)
			}
			if well := !strings.Contains(c.want, "FAILED") && !strings.Contains(c.want, "UNKNOWN"); ready != well {
				t.Errorf("ready is %t", ready)
			}
		})
	}
}

func configure(field string, value any) func(*world, simulator.CredentialsV2) error {
	return func(w *world, b simulator.CredentialsV2) error {
		return w.sim.Configure(b.BotID, map[string]any{field: value})
	}
}

func (w *world) away(class simulator.Class, status int) error {
	w.sim.Fail(simulator.Fault{Class: class, Status: status})
	return nil
}

// The app may be used by a part of the company: the test asks about a few who are linked and
// says of how many it was told, and not that everybody can be looked up.
func TestATestAsksAboutSomePeople(t *testing.T) {
	w := newWorld(t)
	tenant := uuid.NewString()
	ctx := as(t, tenant)
	conn, _ := w.activeV2(ctx, t)
	looks := func(want, words string, asks int) {
		t.Helper()
		before := w.lookUps()
		items, _ := w.tested(ctx, t, conn)
		expect(t, words, items, "LOOK_UP="+want)
		if got := items["LOOK_UP"].GetMessage(); !strings.Contains(got, words) || w.lookUps() != before+asks {
			t.Errorf("%d look-ups, and says %q", w.lookUps()-before, got)
		}
	}
	looks("PASSED", "実在の人では確かめていません", 1)
	for _, login := range []string{"a@example", "b@example", "c@example", "d@example"} {
		who := w.user(t, login)
		employee := w.link(t, tenant, login)
		if got := w.who(t, tenant, conn, who.ID); got != employee {
			t.Fatal(got)
		}
	}
	looks("PASSED", "3人を LINE WORKS に照会でき、3人が見つかりました", 3)
	w.sim.Fail(simulator.Fault{Class: simulator.ClassUsers, Status: 403, Times: 1})
	looks("ADVICE", "3人のうち1人について答えません(FORBIDDEN)", 3)
	w.sim.Fail(simulator.Fault{Class: simulator.ClassUsers, Status: 403})
	looks("FAILED", "3人のうち3人について答えません(FORBIDDEN)", 3)
	w.sim.Heal()
	w.sim.Fail(simulator.Fault{Class: simulator.ClassUsers, Status: 503, Times: 1})
	looks("UNKNOWN", "応答", 1)
}

// The admin door answers within nine seconds, whatever LINE WORKS does.
func TestATestDoesNotWaitForASilentPlatform(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := as(t, uuid.NewString())
	conn, _ := w.activeV2(ctx, t)
	w.sim.Fail(simulator.Fault{Class: simulator.ClassToken, DelayMillis: 60_000})
	began := time.Now()
	items, ready := w.tested(ctx, t, conn)
	if expect(t, "silent", items, "TOKEN=FAILED BOT=UNKNOWN CLOCK=PASSED"); ready || time.Since(began) > 9*time.Second {
		t.Errorf("ready is %t after %s", ready, time.Since(began))
	}
	began = time.Now()
	if _, err := w.registerMenu(ctx, conn); reason(err) != "PLATFORM_UNAVAILABLE" || time.Since(began) > 9*time.Second {
		t.Errorf("registering: %v after %s", err, time.Since(began))
	}
}

// TestWrongKeysAreToldApart enters keys that do not belong together.
func TestWrongKeysAreToldApart(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	other, err := w.sim.NewBotV2(simulator.BotSpec{Domain: w.domain})
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		v1     bool
		change func(*integrationv1.Credentials)
		want   string
		remedy string // of the item that failed
	}{
		"client id":       {false, func(k *integrationv1.Credentials) { k.ClientId = other.ClientID }, "TOKEN=FAILED", "Client ID と Client Secret"},
		"client secret":   {false, func(k *integrationv1.Credentials) { k.ClientSecret = "wrong-secret" }, "TOKEN=FAILED", "Client ID と Client Secret"},
		"service account": {false, func(k *integrationv1.Credentials) { k.ServiceAccount = other.ServiceAccount }, "TOKEN=FAILED", "Service Account を確認"},
		"private key":     {false, func(k *integrationv1.Credentials) { k.PrivateKey = other.PrivateKey }, "TOKEN=FAILED", "Private Key を発行し直し"},
		"bot":             {false, func(k *integrationv1.Credentials) { k.BotId = "1" }, "BOT=FAILED TOKEN=PASSED", "Bot ID を確認"},
		"API ID":          {true, func(k *integrationv1.Credentials) { k.ApiId = "jp1wrong" }, "TOKEN=FAILED", "API ID"},
		"server id":       {true, func(k *integrationv1.Credentials) { k.ServerId = "wrong" }, "TOKEN=FAILED", "Server ID"},
		"consumer key":    {true, func(k *integrationv1.Credentials) { k.ServerApiConsumerKey = "wrong-key" }, "BOT=FAILED TOKEN=PASSED", "Server API Consumer Key"},
		"bot no":          {true, func(k *integrationv1.Credentials) { k.BotNo = "1" }, "BOT=FAILED TOKEN=PASSED", "Bot No."},
	} {
		ctx := as(t, uuid.NewString())
		keys := w.freshKeys(t, c.v1)
		c.change(keys)
		conn := w.connection(ctx, t)
		w.entered(ctx, t, conn, keys)
		w.opened(ctx, t, conn)
		items, _ := w.tested(ctx, t, conn)
		expect(t, name, items, c.want)
		failed, _, _ := strings.Cut(c.want, "=")
		if remedy := items[failed].GetRemedy(); !strings.Contains(remedy, c.remedy) {
			t.Errorf("%s: remedy %q", name, remedy)
		}
	}
}

// freshKeys are the keys of a new bot.
func (w *world) freshKeys(t *testing.T, v1 bool) *integrationv1.Credentials {
	t.Helper()
	spec := simulator.BotSpec{Domain: w.domain}
	if v1 {
		keys, err := w.sim.NewBotV1(spec)
		if err != nil {
			t.Fatal(err)
		}
		return inV1(keys)
	}
	keys, err := w.sim.NewBotV2(spec)
	if err != nil {
		t.Fatal(err)
	}
	return inV2(keys)
}
