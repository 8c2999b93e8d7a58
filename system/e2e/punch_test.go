// Package e2e runs the real programs against the simulator on a real
// PostgreSQL, from the callback to the bot's answer.
package e2e

import (
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/dakoku/dakoku/simulator"
)

// TestOneProcess and TestSeparateProcesses walk the same day through both ways
// of running the product.
func TestOneProcess(t *testing.T) {
	t.Parallel()
	walk(t, allInOne(t))
}

func TestSeparateProcesses(t *testing.T) {
	t.Parallel()
	walk(t, separate(t))
}

func walk(t *testing.T, i *installation) {
	c := i.company()
	t.Run("a day of work", c.with(aDay))
	t.Run("no punch", c.with(noPunch))
	t.Run("stranger", c.with(stranger))
	t.Run("group room", c.with(groupRoom))
	t.Run("submitted lock", c.with(submittedLock))
	t.Run("deliveries at once", c.with(atOnce))
	t.Run("API 1.0", c.with(version1))
	t.Run("revoked token", c.with(revokedToken))
}

// with runs a part of the walk as a subtest of its own.
func (c *company) with(part func(*company)) func(*testing.T) {
	return func(t *testing.T) {
		own := *c
		own.t = t
		part(&own)
	}
}

// morning is 09:00 in Tokyo on the day before the tests began. It stays that day when midnight passes in Tokyo meanwhile:
// what a test says is of one day, and so is what it asks for.
var morning = sync.OnceValue(func() time.Time {
	tokyo := time.FixedZone("JST", 9*3600)
	y, m, d := time.Now().In(tokyo).AddDate(0, 0, -1).Date()
	return time.Date(y, m, d, 9, 0, 0, 0, tokyo)
})

// onDay are the words of an answer about something so long ago that it must name
// the day, as all that is said at a time of morning must, and the year unless it is
// that one all over the world: whoever answers does not know where the company is.
func onDay(day time.Time, words string) string {
	now := time.Now().UTC()
	for _, place := range []time.Duration{14 * time.Hour, -12 * time.Hour} { // the first to see a new year, and the last
		if now.Add(place).Year() != day.Year() {
			return day.Format("2006/1/2 ") + words
		}
	}
	return day.Format("1/2 ") + words
}

func aDay(c *company) {
	hanako := simulator.Post{User: c.world.People[0].ID, Bot: c.world.Bot.BotID}
	at := func(hour, minute int, text string) simulator.Post {
		post := hanako
		post.Text, post.SentAt = text, morning().Add(time.Duration(hour-9)*time.Hour+time.Duration(minute)*time.Minute)
		return post
	}
	c.expect(at(9, 0, "出勤"), "RECORDED", "", "お知らせが遅れました。", "佐藤 花子さん "+onDay(morning(), "09:00 出勤を記録しました。"))
	c.expect(at(9, 5, "おはようございます。出勤します!"), "RECORDED", "", onDay(morning(), "09:05 出勤: すでに 09:00 に出勤を記録していました。"))
	c.expect(at(12, 0, "休憩"), "RECORDED", "", onDay(morning(), "12:00 休憩"))
	c.expect(at(13, 0, "復帰"), "RECORDED", "", onDay(morning(), "13:00 復帰"))
	c.expect(at(18, 0, "退勤"), "RECORDED", "", onDay(morning(), "18:00 退勤を記録しました。"))
	c.expect(at(18, 30, "退勤"), "RECORDED", "", onDay(morning(), "18:30 退勤に更新しました(前回 18:00)。"))
	c.expect(at(19, 0, "退勤"), "RECORDED", "", onDay(morning(), "19:00 退勤に更新しました(前回 18:30)。"))
	last := c.expect(at(19, 1, "取消"), "RECORDED", "", "佐藤 花子さん "+onDay(morning(), "19:00 退勤を取り消しました。"))

	sheet := get[struct {
		Days []struct {
			Date    string `json:"date"`
			In      string `json:"clockInText"`
			Out     string `json:"clockOutText"`
			Minutes int    `json:"workedMinutes"`
		} `json:"days"`
	}](c, "/v1/"+last.Employee+"/timesheets/"+morning().Format("2006-01"))
	if len(sheet.Days) != 1 || sheet.Days[0].In != "09:00" || sheet.Days[0].Out != "18:30" || sheet.Days[0].Minutes != 510 {
		c.t.Fatalf("timesheet: %+v", sheet.Days)
	}
}

func noPunch(c *company) {
	taro := simulator.Post{User: c.world.People[1].ID, Bot: c.world.Bot.BotID}
	chat := taro
	chat.Text = "今日は暑いですね"
	c.expect(chat, "IGNORED", "NO_PHRASE")
	both := taro
	both.Text = "出勤 退勤"
	c.expect(both, "REFUSED", "AMBIGUOUS", "複数の打刻キーワード")
	sticker := taro
	sticker.Sticker = &simulator.Sticker{PackageID: "1", StickerID: "2"}
	c.expect(sticker, "IGNORED", "UNSUPPORTED_CONTENT", "テキストで送信してください。")
	button := taro
	button.Text, button.Postback = "出勤", "dakoku:CLOCK_IN"
	c.expect(button, "RECORDED", "", "鈴木 太郎さん 出勤")
	start := taro
	start.Text, start.Postback = "利用開始", "start"
	c.expect(start, "IGNORED", "NO_PHRASE", "ボタンを押す")
	c.press(start, "退勤")
}

// press presses a button of the bot's newest message and expects a punch.
func (c *company) press(by simulator.Post, label string) {
	c.t.Helper()
	room, err := c.simulator.Direct(by.User, by.Bot)
	if err != nil {
		c.t.Fatal(err)
	}
	messages := c.simulator.Messages(room.ID)
	guide := messages[len(messages)-1]
	if len(guide.Buttons) != 4 {
		c.t.Fatalf("the guide has %d buttons, want 4", len(guide.Buttons))
	}
	delivery, err := c.simulator.Press(c.t.Context(), simulator.Press{User: by.User, Bot: by.Bot, Message: guide.ID, Label: label})
	if err != nil || !delivery.OK() {
		c.t.Fatalf("press: %v, %+v", err, delivery.Attempts)
	}
	if got := c.judged(delivery.Issued); got.Outcome != "RECORDED" {
		c.t.Fatalf("pressed %s: %+v", label, got)
	}
	if reply := c.replyTo(delivery); !strings.Contains(reply, label) {
		c.t.Fatalf("pressed %s: answer %q", label, reply)
	}
}

// stranger: somebody in the same LINE WORKS whom nobody has linked.
func stranger(c *company) {
	user, err := c.simulator.NewUser(simulator.User{Domain: c.world.Domain, Email: "new@demo.example", FamilyName: "新人", GivenName: "一郎"})
	if err != nil {
		c.t.Fatal(err)
	}
	listed := func() int {
		return len(get[struct{ UnlinkedSenders []struct{} }](c, "/v1/unlinkedSenders").UnlinkedSenders)
	}
	post := simulator.Post{User: user.ID, Bot: c.world.Bot.BotID, Text: "はじめまして"}
	if c.expect(post, "IGNORED", "NO_PHRASE"); listed() != 0 {
		c.t.Error("who merely says hello is an unlinked sender")
	}
	post.Text = "出勤"
	if c.expect(post, "REFUSED", "UNLINKED", "紐付いていません"); listed() != 1 {
		c.t.Error("who tried to punch is no unlinked sender")
	}
}

func groupRoom(c *company) {
	room := c.world.Room.ID
	post := simulator.Post{User: c.world.People[2].ID, Bot: c.world.Bot.BotID, Room: room, Text: "@打刻 出勤します"}
	c.expect(post, "RECORDED", "", "田中 美咲さん 出勤")
	before := c.botMessages(room)
	post.Text = "お昼どうしますか"
	c.expect(post, "IGNORED", "NO_PHRASE")
	if after := c.botMessages(room); after != before {
		c.t.Fatalf("the bot answered chat that was no punch: %d messages more", after-before)
	}
}

func submittedLock(c *company) {
	post := simulator.Post{User: c.world.People[3].ID, Bot: c.world.Bot.BotID, Text: "出勤", SentAt: morning().Add(time.Minute)}
	employee := c.expect(post, "RECORDED", "", onDay(morning(), "09:01 出勤")).Employee
	sheet := "/v1/" + employee + "/timesheets/" + morning().Format("2006-01")
	c.post(sheet+":submit", map[string]any{})
	post.Text, post.SentAt = "退勤", morning().Add(8*time.Hour)
	c.expect(post, "REFUSED", "SUBMITTED", onDay(morning(), "17:00 退勤: ")+morning().Format("1")+"月分の勤怠が申請済みだったため打刻できませんでした。差戻しを依頼してください。")
	c.post(sheet+":sendBack", map[string]any{"comment": "退勤がありません"})
	post.SentAt = morning().Add(9 * time.Hour)
	c.expect(post, "RECORDED", "", onDay(morning(), "18:00 退勤を記録しました。"))
}

// atOnce: LINE WORKS documents nothing about doubles; fifty of the same bytes at
// once are one punch and one answer.
func atOnce(c *company) {
	post := simulator.Post{
		User: c.world.People[1].ID, Bot: c.world.Bot.BotID, Text: "退勤",
		Options: simulator.Options{Copies: 50, Concurrent: true},
	}
	punches := len(c.punches())
	room, err := c.simulator.Direct(post.User, post.Bot)
	if err != nil {
		c.t.Fatal(err)
	}
	messages := c.botMessages(room.ID)
	delivery := c.say(post)
	c.replyTo(delivery)
	got := c.judged(delivery.Issued)
	if got.Outcome != "RECORDED" || got.Deliveries != 50 {
		c.t.Fatalf("event: %+v", got)
	}
	if n := len(c.punches()) - punches; n != 1 {
		c.t.Fatalf("%d punches, want 1", n)
	}
	if n := c.botMessages(room.ID) - messages; n != 1 {
		c.t.Fatalf("%d answers, want 1", n)
	}
}

// version1: a company that has not moved from API 1.0 yet, on a connection of its own.
func version1(c *company) {
	keys, err := c.simulator.NewBotV1(simulator.BotSpec{Domain: c.world.Domain, Name: "打刻 1.0"})
	if err != nil {
		c.t.Fatal(err)
	}
	connection := c.connect("API 1.0", keys)
	if err := c.simulator.SetCallback(keys.BotNo, c.issueToken(connection)); err != nil {
		c.t.Fatal(err)
	}
	c.post("/v1/"+connection+":activate", map[string]any{})
	post := simulator.Post{User: c.world.People[0].ID, Bot: keys.BotNo, Text: "出勤", SentAt: morning().AddDate(0, 0, -1)}
	c.untilAccepted(keys.BotNo)
	c.expect(post, "RECORDED", "", "佐藤 花子さん "+onDay(post.SentAt, "09:00 出勤"))
}

func revokedToken(c *company) {
	connection := c.connections()[0]
	url := c.issueToken(connection)
	tokens := get[struct {
		Tokens []struct {
			Name string `json:"name"`
			URL  string `json:"callbackUrl"`
		} `json:"tokens"`
	}](c, "/v1/"+connection+"/tokens").Tokens
	bot := c.world.Bot.BotID
	if err := c.simulator.SetCallback(bot, url); err != nil {
		c.t.Fatal(err)
	}
	c.untilAccepted(bot)
	name := tokens[len(tokens)-1].Name
	if !strings.HasSuffix(tokens[len(tokens)-1].URL, url[strings.LastIndex(url, "/"):]) {
		c.t.Fatalf("the newest token is not listed last: %v", tokens)
	}
	if err := c.admin.Call(c.t.Context(), http.MethodDelete, "/v1/"+name, nil, nil); err != nil {
		c.t.Fatal(err)
	}
	eventually(c.t, "the revoked token is refused", func() bool {
		d, err := c.simulator.Join(c.t.Context(), bot, c.world.Room.ID)
		return err == nil && d.Status() == http.StatusUnauthorized
	})
}
