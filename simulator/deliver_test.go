package simulator_test

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/dakoku/dakoku/simulator"
)

func signed(key string, body []byte) string {
	mac := hmac.New(sha256.New, []byte(key))
	mac.Write(body)
	return base64.StdEncoding.EncodeToString(mac.Sum(nil))
}

func TestAMessageIsDeliveredAsCompactSignedJSON(t *testing.T) {
	b := newBench(t, nil)
	in := b.listen(b.demo.Bot.BotID, http.StatusOK)
	delivery := b.say(simulator.Post{Text: "出勤 <&> 🙂"})
	want := fmt.Sprintf(`{"type":"message","source":{"userId":%q,"domainId":%d},"issuedTime":"2026-11-23T00:00:00.000Z","content":{"type":"text","text":"出勤 <&> 🙂"}}`,
		b.demo.People[0].ID, b.demo.Domain)
	b.say(simulator.Post{Text: "x", Room: b.demo.Room.ID})
	got := in.all()
	if string(got[0].body) != want {
		t.Fatalf("body %s\nwant %s", got[0].body, want)
	}
	if string(delivery.Body) != string(got[0].body) || delivery.Status() != 200 || !delivery.OK() {
		t.Fatalf("delivery %+v does not tell what was sent", delivery)
	}
	header := got[0].header
	if header.Get("X-WORKS-Signature") != signed(b.demo.Bot.BotSecret, got[0].body) ||
		header.Get("X-WORKS-BotId") != b.demo.Bot.BotID || header.Get("Content-Type") != "application/json; charset=UTF-8" {
		t.Fatalf("headers %v", header)
	}
	if !strings.Contains(string(got[1].body), `"channelId":"`+b.demo.Room.ID+`"`) {
		t.Fatalf("a group message without its channel: %s", got[1].body)
	}
}

func TestShapesBendTheEvent(t *testing.T) {
	b := newBench(t, nil)
	in := b.listen(b.demo.Bot.BotID, http.StatusOK)
	direct, err := b.sim.Direct(b.demo.People[0].ID, b.demo.Bot.BotID)
	if err != nil {
		t.Fatal(err)
	}
	for i, c := range []struct {
		post simulator.Post
		want string
	}{
		{simulator.Post{Text: "a/b", Shape: simulator.Shape{EscapeSlashes: true}}, `"text":"a\/b"`},
		{simulator.Post{Text: `a:"{`, Shape: simulator.Shape{Spaces: true}}, `"text" : "a:\"{" } }` + "\n"},
		{simulator.Post{Text: "a", Shape: simulator.Shape{UnknownType: true}}, `{"type":"reaction"`},
		{simulator.Post{Text: "a", Shape: simulator.Shape{UnknownContent: true}}, `"content":{"type":"hologram"`},
		{simulator.Post{Text: "a", Shape: simulator.Shape{NoMillis: true}}, `"issuedTime":"2026-11-23T00:00:00Z"`},
		{simulator.Post{Text: "a", Shape: simulator.Shape{StringDomain: true}}, fmt.Sprintf(`"domainId":"%d"`, b.demo.Domain)},
		{simulator.Post{Data: "punch=in", Shape: simulator.Shape{DirectChannel: true}}, `{"type":"postback","data":"punch=in","source":{"userId":"` + b.demo.People[0].ID + `","channelId":"` + direct.ID},
		{simulator.Post{Text: "a", Shape: simulator.Shape{Late: time.Hour}}, `"issuedTime":"2026-11-22T23:00:00.`},
		{simulator.Post{Text: "a", SentAt: time.Date(2026, 1, 2, 3, 4, 5, 6e6, time.UTC)}, `"issuedTime":"2026-01-02T03:04:05.006Z"`},
		{simulator.Post{Text: "出勤", Postback: "dakoku:CLOCK_IN"}, `"content":{"type":"text","text":"出勤","postback":"dakoku:CLOCK_IN"}`},
		{simulator.Post{Sticker: &simulator.Sticker{PackageID: "1", StickerID: "2"}}, `"content":{"type":"sticker","packageId":"1","stickerId":"2"}`},
	} {
		b.say(c.post)
		got := in.all()[i]
		if !strings.Contains(string(got.body), c.want) {
			t.Errorf("%d: %s\nlacks %s", i, got.body, c.want)
		}
		if got.header.Get("X-WORKS-Signature") != signed(b.demo.Bot.BotSecret, got.body) {
			t.Errorf("%d: the bent body is not signed", i)
		}
	}
}

func TestDuplicatesAreTheSameBytesAndNothingIsSentAgain(t *testing.T) {
	b := newBench(t, nil)
	in := b.listen(b.demo.Bot.BotID, http.StatusServiceUnavailable)
	delivery := b.say(simulator.Post{Text: "出勤", Options: simulator.Options{Copies: 20, Concurrent: true}})
	got := in.all()
	if len(got) != 20 || len(delivery.Attempts) != 20 || delivery.OK() || delivery.Status() != 503 {
		t.Fatalf("%d requests, delivery %+v", len(got), delivery)
	}
	for _, one := range got {
		if string(one.body) != string(got[0].body) {
			t.Fatal("two copies differ")
		}
	}
	first, second := b.say(simulator.Post{Text: "出勤"}), b.say(simulator.Post{Text: "出勤"})
	if string(first.Body) == string(second.Body) {
		t.Fatal("two posts are the same bytes")
	}
}

func TestReorderedEventsKeepTheirTimes(t *testing.T) {
	b := newBench(t, nil)
	in := b.listen(b.demo.Bot.BotID, http.StatusOK)
	user, bot := b.demo.People[0].ID, b.demo.Bot.BotID
	deliveries, err := b.sim.SayReordered(t.Context(), simulator.Post{User: user, Bot: bot, Text: "1"}, simulator.Post{User: user, Bot: bot, Text: "2"})
	if err != nil {
		t.Fatal(err)
	}
	got := in.all()
	if string(got[0].body) != string(deliveries[1].Body) || !deliveries[1].Issued.After(deliveries[0].Issued) {
		t.Fatalf("first to arrive: %s; deliveries %+v", got[0].body, deliveries)
	}
}

func TestRawDeliveryMayBreakSignatureAndHeaders(t *testing.T) {
	b := newBench(t, nil)
	in := b.listen(b.demo.Bot.BotID, http.StatusUnauthorized)
	body := []byte(`{"type":`)
	for _, options := range []simulator.Options{
		{}, {BreakSignature: true}, {OmitSignature: true},
		{Headers: map[string]string{"x-works-botid": "9", "Content-Type": ""}},
	} {
		if _, err := b.sim.Deliver(t.Context(), b.demo.Bot.BotID, body, options); err != nil {
			t.Fatal(err)
		}
	}
	got, right := in.all(), signed(b.demo.Bot.BotSecret, body)
	if got[0].header.Get("X-WORKS-Signature") != right || got[1].header.Get("X-WORKS-Signature") == right {
		t.Fatal("signature of the plain or of the broken delivery")
	}
	if got[2].header.Get("X-WORKS-Signature") != "" {
		t.Fatal("the omitted signature is there")
	}
	if got[3].header.Get("X-WORKS-BotId") != "9" || got[3].header.Get("Content-Type") != "" {
		t.Fatalf("overridden headers: %v", got[3].header)
	}
}

func TestOnlyEventsThatTheBotAskedForAreSent(t *testing.T) {
	b := newBench(t, nil)
	user, bot := b.demo.People[0].ID, b.demo.Bot.BotID
	if d := b.say(simulator.Post{Text: "a"}); d.Skipped == "" || d.Err() == "" {
		t.Fatalf("sent without a callback URL: %+v", d)
	}
	in := b.listen(bot, http.StatusOK)
	if d, err := b.sim.Begin(t.Context(), user, bot); err != nil || d.Skipped == "" {
		t.Fatalf("begin is not in the default events: %+v, %v", d, err)
	}
	token := b.tokenFor("bot")
	patch := b.call(token, "PATCH", "/v1.0/bots/"+bot, `{"callbackEvents":["text"],"channelEvents":["message","begin","join","joined"]}`)
	if patch.status != http.StatusOK {
		t.Fatalf("PATCH: %d %s", patch.status, patch.raw)
	}
	if d, err := b.sim.SendSticker(t.Context(), user, bot, "", simulator.Sticker{PackageID: "1", StickerID: "2"}); err != nil || d.Skipped == "" {
		t.Fatalf("a sticker that is switched off: %+v, %v", d, err)
	}
	if d, err := b.sim.Begin(t.Context(), user, bot); err != nil || !d.OK() {
		t.Fatalf("begin: %+v, %v", d, err)
	}
	if d, err := b.sim.Join(t.Context(), bot, b.demo.Room.ID); err != nil || !d.OK() {
		t.Fatalf("join: %+v, %v", d, err)
	}
	if d, err := b.sim.Joined(t.Context(), bot, b.demo.Room.ID, user); err != nil || !d.OK() {
		t.Fatalf("joined: %+v, %v", d, err)
	}
	got := in.all()
	if !strings.Contains(string(got[2].body), `"members":["`+user+`"]`) || strings.Contains(string(got[1].body), "userId") {
		t.Fatalf("room events: %s, %s", got[1].body, got[2].body)
	}
}

func TestAnAPI10BotSendsItsOwnHeadersAndBody(t *testing.T) {
	b := newBench(t, nil)
	credentials, err := b.sim.NewBotV1(simulator.BotSpec{Domain: b.demo.Domain})
	if err != nil {
		t.Fatal(err)
	}
	in := b.listen(credentials.BotNo, http.StatusOK)
	b.say(simulator.Post{Bot: credentials.BotNo, Text: "出勤"})
	got := in.all()[0]
	prefix := `{"type":"message","source":{"accountId":"hanako@demo.example"},"createdTime":1795392000`
	if !strings.HasPrefix(string(got.body), prefix) {
		t.Fatalf("body %s", got.body)
	}
	if got.header.Get("X-WORKS-BotNo") != credentials.BotNo || got.header.Get("X-WORKS-Signature") != signed(credentials.APIID, got.body) {
		t.Fatalf("headers %v", got.header)
	}
}
