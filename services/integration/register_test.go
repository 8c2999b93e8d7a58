package integration_test

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	integrationv1 "github.com/dakoku/dakoku/proto/gen/dakoku/integration/v1"
	"github.com/dakoku/dakoku/simulator"

	"github.com/dakoku/dakoku/platform/rpc"
)

func (w *world) registerCallback(ctx context.Context, conn, token string) (*integrationv1.RegisterCallbackResponse, error) {
	return w.admin.RegisterCallback(ctx, &integrationv1.RegisterCallbackRequest{Connection: conn, Token: token})
}

func (w *world) registerMenu(ctx context.Context, conn string, buttons ...*integrationv1.MenuButton) (*integrationv1.RegisterMenuResponse, error) {
	return w.admin.RegisterMenu(ctx, &integrationv1.RegisterMenuRequest{Connection: conn, Buttons: buttons})
}

// bot is what the stand-in shows of a bot.
func (w *world) bot(t *testing.T, id string) simulator.Bot {
	t.Helper()
	for _, b := range w.sim.Bots() {
		if b.ID == id {
			return b
		}
	}
	t.Fatalf("no bot %s", id)
	return simulator.Bot{}
}

func TestRegisteringTheCallbackChangesNothingElse(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := as(t, uuid.NewString())
	conn, keys := w.activeV2(ctx, t)
	second, err := w.admin.IssueToken(ctx, &integrationv1.IssueTokenRequest{Connection: conn})
	if err != nil {
		t.Fatal(err)
	}
	if err := w.sim.Configure(keys.BotID, map[string]any{"enableGroupJoin": false, "botName": "勤怠"}); err != nil {
		t.Fatal(err)
	}
	got, err := w.registerCallback(ctx, conn, "")
	if err != nil {
		t.Fatal(err)
	}
	bot := w.bot(t, keys.BotID)
	if bot.CallbackURL != second.GetToken().GetCallbackUrl() || got.GetCallbackUrl() != bot.CallbackURL || !bot.Enabled {
		t.Error("the newest token's URL is not set")
	}
	if m := got.GetMessage(); !strings.Contains(m, "登録しました") || !strings.Contains(m, "postback") || !strings.Contains(m, "テキスト") || strings.Contains(m, "dkt_") {
		t.Errorf("message %q", m)
	}
	for _, event := range []string{"message", "postback", "begin", "join", "leave"} {
		if !slices.Contains(bot.Events, event) || !slices.Contains(got.GetEventTypes(), event) {
			t.Errorf("event %s is not reported: %v", event, bot.Events)
		}
	}
	if !slices.Equal(bot.Contents, []string{"text"}) || !slices.Equal(got.GetMessageTypes(), bot.Contents) || bot.Name != "勤怠" {
		t.Errorf("bot %v %s", bot.Contents, bot.Name)
	}
	if items, _ := w.tested(ctx, t, conn); items["GROUP_ROOMS"].GetResult() != integrationv1.CheckItem_ADVICE {
		t.Error("registering let the bot into group rooms")
	}
	tokens, err := w.admin.ListTokens(ctx, &integrationv1.ListTokensRequest{Connection: conn})
	if err != nil {
		t.Fatal(err)
	}
	oldest := tokens.GetTokens()[0]
	_, id, _ := strings.Cut(oldest.GetName(), "/tokens/")
	if got, err := w.registerCallback(ctx, conn, id); err != nil || got.GetCallbackUrl() != oldest.GetCallbackUrl() || w.bot(t, keys.BotID).CallbackURL != oldest.GetCallbackUrl() {
		t.Errorf("the named token: %v", err)
	}
}

func TestRegisteringTheMenuGivesButtonsInFiveLanguages(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	tenant := uuid.NewString()
	ctx := as(t, tenant)
	conn, keys := w.activeV2(ctx, t)
	got, err := w.registerMenu(ctx, conn)
	if err != nil || len(got.GetButtons()) != 4 || got.GetButtons()[0].GetLabel() != "出勤" {
		t.Fatalf("%v, %v", got, err)
	}
	if m := got.GetMessage(); !strings.Contains(m, "4個のボタンを登録しました: 「出勤」「休憩」「復帰」「退勤」") {
		t.Errorf("message %q", m)
	}
	menu := w.bot(t, keys.BotID).Menu
	for i, want := range []string{"dakoku:CLOCK_IN 出勤 Clock in 출근 上班 上班", "dakoku:BREAK_START 休憩 Start break 휴식 休息 休息",
		"dakoku:BREAK_END 復帰 End break 복귀 结束休息 結束休息", "dakoku:CLOCK_OUT 退勤 Clock out 퇴근 下班 下班"} {
		b := menu[i]
		if shown := strings.Join([]string{b.Postback, b.Label, b.Labels["en_US"], b.Labels["ko_KR"], b.Labels["zh_CN"], b.Labels["zh_TW"]}, " "); shown != want {
			t.Errorf("button %d: %q", i, shown)
		}
	}
	own := &integrationv1.MenuButton{Postback: "dakoku:CLOCK_IN", Label: "直行"}
	for language, want := range map[string]string{"ja": "1個のボタンを登録しました: 「直行」", "en": "these buttons now: 直行 (1)"} {
		if got, err := w.registerMenu(inLanguage(t, tenant, language), conn, own); err != nil || !strings.Contains(got.GetMessage(), want) {
			t.Fatalf("%v, %v", got, err)
		}
	}
	if got, err := w.registerMenu(inLanguage(t, tenant, "en"), conn); err != nil || !strings.Contains(got.GetMessage(), "Clock in, Start break, End break, Clock out (4)") {
		t.Errorf("%v, %v", got, err)
	}
	if got, err := w.registerCallback(inLanguage(t, tenant, "en"), conn, ""); err != nil || !strings.Contains(got.GetMessage(), "callback URL is on") {
		t.Errorf("%v, %v", got, err)
	}
	if _, err := w.registerMenu(ctx, conn, own); err != nil {
		t.Fatal(err)
	}
	if menu := w.bot(t, keys.BotID).Menu; len(menu) != 1 || menu[0].Label != "直行" {
		t.Errorf("own buttons do not replace the menu: %+v", menu)
	}
}

func TestWhyRegisteringFails(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	type bot = simulator.CredentialsV2
	scopes := func(list ...string) func(bot) error {
		return func(b bot) error { return w.sim.SetScopes(b.BotID, list...) }
	}
	fails := func(f simulator.Fault) func(bot) error {
		return func(bot) error { w.sim.Fail(f); return nil }
	}
	for name, c := range map[string]struct {
		change         func(bot) error
		callback, menu string
	}{
		"no bot scope":     {scopes("bot.message", "user.email.read"), "SCOPE_MISSING", ""},
		"no message scope": {scopes("bot", "user.email.read"), "", "SCOPE_MISSING"},
		"keys":             {func(b bot) error { return w.sim.RevokeClient(b.BotID) }, "PLATFORM_REFUSED", "PLATFORM_REFUSED"},
		"rich menu":        {func(b bot) error { return w.sim.AddRichMenu(b.BotID) }, "", "PLATFORM_REFUSED"},
		"bad request":      {fails(simulator.Fault{Class: simulator.ClassBots, Status: 400}), "PLATFORM_REFUSED", "PLATFORM_REFUSED"},
		"away":             {fails(simulator.Fault{Class: simulator.ClassBots, Status: 503}), "PLATFORM_UNAVAILABLE", "PLATFORM_UNAVAILABLE"},
		"token away":       {fails(simulator.Fault{Class: simulator.ClassToken, Cut: true}), "PLATFORM_UNAVAILABLE", "PLATFORM_UNAVAILABLE"},
		"too many calls":   {fails(simulator.Fault{Class: simulator.ClassBots, Status: 429}), "PLATFORM_UNAVAILABLE", "PLATFORM_UNAVAILABLE"},
	} {
		w.sim.Heal()
		ctx := as(t, uuid.NewString())
		conn, keys := w.activeV2(ctx, t)
		if err := c.change(keys); err != nil {
			t.Fatal(err)
		}
		if _, err := w.registerCallback(ctx, conn, ""); reason(err) != c.callback {
			t.Errorf("%s: callback: %v", name, err)
		}
		_, err := w.registerMenu(ctx, conn)
		if reason(err) != c.menu {
			t.Errorf("%s: menu: %v", name, err)
		}
		switch f := rpc.FaultFrom(err); {
		case c.menu == "SCOPE_MISSING" && f.Meta()["scope"] != "bot.message":
			t.Errorf("%s: metadata %v", name, f.Meta())
		case c.menu == "PLATFORM_REFUSED" && f.Meta()["code"] == "":
			t.Errorf("%s: metadata %v", name, f.Meta())
		case name == "rich menu" && !strings.Contains(f.Text().JA, "リッチメニュー"):
			t.Errorf("%s: %v", name, f.Text())
		}
	}
}

func TestWhatRegisteringNeedsHere(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := as(t, uuid.NewString())
	conn := w.connection(ctx, t)
	want := func(what, want string, err error) {
		t.Helper()
		if reason(err) != want {
			t.Errorf("%s: %v, want %s", what, err, want)
		}
	}
	_, err := w.registerCallback(ctx, conn, "")
	want("callback without keys", "CREDENTIALS_MISSING", err)
	_, err = w.registerMenu(ctx, conn)
	want("menu without keys", "CREDENTIALS_MISSING", err)
	_, err = w.admin.TestConnection(ctx, &integrationv1.TestConnectionRequest{Connection: conn})
	want("test without keys", "CREDENTIALS_MISSING", err)
	keys, err := w.sim.NewBotV2(simulator.BotSpec{Domain: w.domain})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.admin.UpdateCredentials(ctx, &integrationv1.UpdateCredentialsRequest{Connection: conn, Credentials: inV2(keys)}); err != nil {
		t.Fatal(err)
	}
	_, err = w.registerCallback(ctx, conn, "")
	want("no token", "TOKEN_MISSING", err)
	items, ready := w.tested(ctx, t, conn)
	if expect(t, "no token", items, "CALLBACK_URL=FAILED TOKEN=PASSED"); ready {
		t.Error("ready without a token")
	}
	stranger := as(t, uuid.NewString())
	_, err = w.registerMenu(stranger, conn)
	want("a stranger's menu", "CONNECTION_NOT_FOUND", err)
	_, err = w.registerCallback(stranger, conn, "")
	want("a stranger's callback", "CONNECTION_NOT_FOUND", err)
	_, err = w.admin.TestConnection(stranger, &integrationv1.TestConnectionRequest{Connection: conn})
	want("a stranger's test", "CONNECTION_NOT_FOUND", err)
}

func TestVersion1IsTestedAndNotRegistered(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := as(t, uuid.NewString())
	conn := w.connection(ctx, t)
	keys, err := w.sim.NewBotV1(simulator.BotSpec{Domain: w.domain})
	if err != nil {
		t.Fatal(err)
	}
	w.activate(ctx, t, conn, inV1(keys))
	if _, err := w.registerCallback(ctx, conn, ""); reason(err) != "API_VERSION_UNSUPPORTED" {
		t.Errorf("callback: %v", err)
	}
	if _, err := w.registerMenu(ctx, conn); reason(err) != "API_VERSION_UNSUPPORTED" {
		t.Errorf("menu: %v", err)
	}
	tokens, err := w.admin.ListTokens(ctx, &integrationv1.ListTokensRequest{Connection: conn})
	if err != nil {
		t.Fatal(err)
	}
	items, _ := w.tested(ctx, t, conn)
	expect(t, "before", items, "TOKEN=PASSED SCOPES=PASSED BOT=PASSED BOT_PUBLIC=PASSED CALLBACK_URL=FAILED EVENT_TYPES=PASSED MESSAGE_TYPES=PASSED GROUP_ROOMS=PASSED")
	if err := w.sim.SetCallback(keys.BotNo, tokens.GetTokens()[0].GetCallbackUrl()); err != nil {
		t.Fatal(err)
	}
	items, ready := w.tested(ctx, t, conn)
	if expect(t, "after", items, "CALLBACK_URL=PASSED"); !ready {
		t.Error("not ready")
	}
	if err := w.sim.ReissueKey(keys.BotNo); err != nil {
		t.Fatal(err)
	}
	items, _ = w.tested(ctx, t, conn)
	expect(t, "another key", items, "TOKEN=FAILED BOT=UNKNOWN CALLBACK_URL=UNKNOWN")
	if remedy := items["TOKEN"].GetRemedy(); !strings.Contains(remedy, "認証キー") || strings.Contains(remedy, keys.APIID) {
		t.Errorf("remedy %q", remedy)
	}
}

// LINE WORKS forbids two changes of one bot at a time.
func TestTwoChangesOfOneBotNeverRunAtOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := as(t, uuid.NewString())
	conn, keys := w.activeV2(ctx, t)
	other := as(t, uuid.NewString()) // another organization with the same bot
	twin := w.connection(other, t)
	w.activate(other, t, twin, inV2(keys))
	w.sim.Fail(simulator.Fault{Class: simulator.ClassBots, DelayMillis: 3000, Times: 1})
	first := make(chan error, 1)
	go func() {
		_, err := w.registerCallback(ctx, conn, "")
		first <- err
	}()
	eventually(t, "the first change is under way", func() bool { return len(w.sim.Faults()) == 0 })
	once, cancel := context.WithTimeout(other, 2*time.Second) // too short for the client to try again
	defer cancel()
	if _, err := w.registerMenu(once, twin); reason(err) != "UNAVAILABLE" {
		t.Errorf("the second change: %v", err)
	}
	if err := <-first; err != nil {
		t.Errorf("the first change: %v", err)
	}
	if menu := w.bot(t, keys.BotID).Menu; menu != nil {
		t.Errorf("the second change was made: %+v", menu)
	}
	if _, err := w.registerMenu(other, twin); err != nil {
		t.Errorf("after the first: %v", err)
	}
}

func TestAnAddressWithoutHTTPSIsSpokenOf(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.stop()
	w.cfg.PublicURL = "http://dakoku.example.jp"
	w.start(t)
	tenant := uuid.NewString()
	ctx := as(t, tenant)
	conn, _ := w.activeV2(ctx, t)
	english := inLanguage(t, tenant, "en")
	items, _ := w.tested(english, t, conn)
	if remedy := items["CALLBACK_URL"].GetRemedy(); !strings.HasPrefix(remedy, "LINE WORKS takes https addresses only.") {
		t.Errorf("off: %q", remedy)
	}
	if _, err := w.registerCallback(ctx, conn, ""); err != nil {
		t.Fatal(err)
	}
	items, _ = w.tested(english, t, conn)
	expect(t, "http", items, "CALLBACK_URL=ADVICE")
	w.sim.Fail(simulator.Fault{Class: simulator.ClassBots, Status: 400})
	_, err := w.registerCallback(ctx, conn, "")
	if reason(err) != "PLATFORM_REFUSED" || !strings.Contains(rpc.FaultFrom(err).Text().JA, "https") {
		t.Errorf("refused: %v", err)
	}
}

// The platform answers 400 for keys and scopes, too; the address is not meant then.
func TestAnAddressWithoutHTTPSIsNotBlamedForTheKeys(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.stop()
	w.cfg.PublicURL = "http://dakoku.example.jp"
	w.start(t)
	ctx := as(t, uuid.NewString())
	conn, keys := w.activeV2(ctx, t)
	if err := w.sim.SetScopes(keys.BotID, "bot.message"); err != nil {
		t.Fatal(err)
	}
	if _, err := w.registerCallback(ctx, conn, ""); reason(err) != "SCOPE_MISSING" {
		t.Errorf("without the scope: %v", err)
	}
	if err := w.sim.RevokeClient(keys.BotID); err != nil {
		t.Fatal(err)
	}
	if _, err := w.registerCallback(ctx, conn, ""); reason(err) != "PLATFORM_REFUSED" || strings.Contains(rpc.FaultFrom(err).Text().JA, "https") {
		t.Errorf("with a client that is revoked: %v", err)
	}
}

// New keys are tried while the ones before go on working.
func TestStagedKeysAreTestedBeforeTheyAreUsed(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	tenant := uuid.NewString()
	ctx := as(t, tenant)
	conn, keys := w.activeV2(ctx, t)
	staged := &integrationv1.TestConnectionRequest{Connection: conn, Staged: true}
	if _, err := w.admin.TestConnection(ctx, staged); reason(err) != "STAGED_CREDENTIALS_MISSING" {
		t.Errorf("nothing is staged: %v", err)
	}
	if _, err := w.admin.UpdateCredentials(ctx, &integrationv1.UpdateCredentialsRequest{Connection: conn, Credentials: inV2(keys), Stage: true}); err != nil {
		t.Fatal(err)
	}
	if err := w.sim.ReissueKey(keys.BotID); err != nil {
		t.Fatal(err)
	}
	now, err := w.sim.Credentials(keys.BotID)
	if err != nil {
		t.Fatal(err)
	}
	again := inV2(now.(simulator.CredentialsV2))
	if _, err := w.admin.UpdateCredentials(ctx, &integrationv1.UpdateCredentialsRequest{Connection: conn, Credentials: again, Stage: true}); err != nil {
		t.Fatal(err)
	}
	got, err := w.admin.TestConnection(ctx, staged)
	if err != nil || got.GetItems()[0].GetResult() != integrationv1.CheckItem_PASSED {
		t.Errorf("staged: %v, %v", got, err)
	}
	items, _ := w.tested(ctx, t, conn)
	expect(t, "current", items, "TOKEN=FAILED")
	var purposes []string
	for _, use := range w.uses(t, tenant, conn) {
		if !strings.Contains(use.GetCaller(), "admin-gateway accounts/") {
			t.Errorf("used by %q", use.GetCaller())
		}
		if use.GetPurpose() != "ENTER" {
			purposes = append(purposes, use.GetPurpose())
		}
	}
	if !slices.Equal(purposes, []string{"TEST", "TEST"}) {
		t.Errorf("uses %v", purposes)
	}
}
