package check

import (
	"strings"
	"testing"
	"time"

	"github.com/dakoku/dakoku/services/integration/internal/credential"
)

const ours = "https://dakoku.example.jp/v1/lineworks/attendance/dkt_x"

// well is a connection on which everything is as it must be.
func well() Seen {
	return Seen{
		Version: credential.V2,
		Bot: Bot{CallbackOn: true, CallbackURL: ours, MessageTypes: []string{"text"}, EventTypes: []string{"message", "postback", "begin"},
			GroupRooms: true},
		Domains: []Domain{{Public: true}}, OurURLs: []string{"https://dakoku.example.jp/old", ours}, SkewKnown: true,
		Stored: time.Unix(1, 0), LastCallback: time.Unix(2, 0), Verified: true, Asked: 3, Told: 3, Known: 3,
	}
}

// verdict is what is judged of something that is not as it must be.
type verdict struct {
	change  func(*Seen)
	kind    Kind
	want    Result
	found   string // in Japanese
	remedy  string // in English
	another Kind   // an item that must stay PASSED
}

func TestJudge(t *testing.T) {
	for name, c := range map[string]verdict{
		"well":             {func(*Seen) {}, TheBot, Passed, "Bot", "", FirstCallback},
		"V1 has no scopes": {func(s *Seen) { s.Version = credential.V1 }, Scopes, Passed, "API 1.0", "", EventTypes},
		"client":           {trouble(BadClient), Token, Failed, "Client Secret", "Client ID and Client Secret", none},
		"account":          {trouble(BadAccount), Token, Failed, "Service Account", "Service Account", none},
		"key":              {trouble(BadKey), Token, Failed, "Private Key", "new Private Key", none},
		"times":            {trouble(BadTimes), Token, Failed, "時刻", "clock", none},
		"some key":         {trouble(BadKeys), Token, Failed, "(X)", "Client ID, Service Account and Private Key", none},
		"some key of V1":   {func(s *Seen) { s.Version = credential.V1; trouble(BadKeys)(s) }, Token, Failed, "(X)", "Server ID", none},
		"away":             {trouble(Away), Token, Failed, "応答がありません", "Test again", none},
		"scopes not tried": {func(s *Seen) { s.Scopes = Trouble{Reason: Away} }, Scopes, Unknown, "応答", "Test again", Token},
		"scope":            {func(s *Seen) { s.MissingScopes = []string{"bot.message"} }, Scopes, Failed, "bot.message", "tick bot.message", Token},
		"no bot scope":     {func(s *Seen) { s.NoBotScope = true }, Scopes, Advice, "Callback URL", "tick bot ", TheBot},
		"bot missing":      {func(s *Seen) { s.BotTrouble = Trouble{Reason: Missing} }, TheBot, Failed, "ありません", "Bot ID", Scopes},
		"V1 bot missing": {func(s *Seen) { s.Version = credential.V1; s.BotTrouble = Trouble{Reason: Missing} }, TheBot, Failed,
			"ありません", "upgraded", Token},
		"bot not readable": {func(s *Seen) { s.BotTrouble = Trouble{Reason: ScopeMissing} }, TheBot, Unknown, "OAuth Scopes", "tick bot ", Token},
		"domains away":     {func(s *Seen) { s.DomainTrouble = Trouble{Reason: Limited} }, BotPublic, Unknown, "上限", "Test again", CallbackURL},
		"not added":        {func(s *Seen) { s.Domains = nil }, BotPublic, Failed, "追加されていません", "tick the bot", TheBot},
		"hidden":           {func(s *Seen) { s.Domains[0].Public = false }, BotPublic, Failed, "公開されていない", "公開設定", TheBot},
		"selected":         {func(s *Seen) { s.Domains[0].SelectedOnly = true }, BotPublic, Advice, "選ばれたメンバー", "everybody", TheBot},
		"selected or none": {func(s *Seen) { s.Domains = []Domain{{}, {Public: true, SelectedOnly: true}} }, BotPublic, Advice, "公開されていないか", "everybody", TheBot},
		"one open domain": {func(s *Seen) { s.Domains = append(s.Domains, Domain{}, Domain{Public: true, SelectedOnly: true}) },
			BotPublic, Advice, "公開されていないか、選ばれたメンバー", "in each domain", TheBot},
		"all domains are open": {func(s *Seen) { s.Domains = append(s.Domains, Domain{Public: true}) }, BotPublic, Passed, "公開されています", "", TheBot},
		"off":                  {func(s *Seen) { s.Bot.CallbackOn = false }, CallbackURL, Failed, "OFF", "turn Callback URL on", TheBot},
		"other URL":            {func(s *Seen) { s.Bot.CallbackURL = "https://other.example/secret" }, CallbackURL, Failed, "(other.example)", "paste the URL", TheBot},
		"no token":             {func(s *Seen) { s.OurURLs = nil }, CallbackURL, Failed, "APIトークン", "Issue", TheBot},
		"older token":          {func(s *Seen) { s.Bot.CallbackURL = " " + s.OurURLs[0] }, CallbackURL, Passed, "ON", "", TheBot},
		"http": {func(s *Seen) { s.OurURLs = []string{"http://x/y"}; s.Bot.CallbackURL = "http://x/y" }, CallbackURL, Advice,
			"https ではありません", "DAKOKU_PUBLIC_URL", TheBot},
		"http and off": {func(s *Seen) { s.OurURLs = []string{"http://x/y"}; s.Bot.CallbackOn = false }, CallbackURL, Failed,
			"OFF", "LINE WORKS takes https addresses only", TheBot},
		"no postback":    {func(s *Seen) { s.Bot.EventTypes = []string{"message", "begin"} }, EventTypes, Failed, "postback", "“Register the callback URL”", TheBot},
		"no begin":       {func(s *Seen) { s.Bot.EventTypes = NeededEvents() }, EventTypes, Advice, "begin", "“Register the callback URL”", TheBot},
		"no text":        {func(s *Seen) { s.Bot.MessageTypes = []string{"image"} }, MessageTypes, Failed, "テキスト", "tick text", TheBot},
		"no rooms":       {func(s *Seen) { s.Bot.GroupRooms = false }, GroupRooms, Advice, "1対1", "複数人のトークルームに招待可", TheBot},
		"clock a little": {func(s *Seen) { s.Skew = -10 * time.Second }, Clock, Passed, "合って", "", TheBot},
		"clock":          {func(s *Seen) { s.Skew = -11 * time.Second }, Clock, Advice, "-11秒", "NTP", TheBot},
		"clock far":      {func(s *Seen) { s.Skew = 61 * time.Second }, Clock, Failed, "+61秒", "NTP", TheBot},
		"no clock":       {func(s *Seen) { s.SkewKnown = false }, Clock, Unknown, "応答がない", "Test again", TheBot},
		"revoked URL":    {func(s *Seen) { s.Bot.CallbackURL, s.RevokedURL = ours+"y", true }, CallbackURL, Failed, "失効した", "paste the URL", TheBot},
		"staged, other URL": {func(s *Seen) { s.Bot.CallbackURL, s.Staged = "", true }, CallbackURL, Failed, "OFF",
			"First press “Switch to these keys” on the page of the connection, then “Register the callback URL”", TheBot},
		"staged, no postback": {func(s *Seen) { s.Bot.EventTypes, s.Staged = nil, true }, EventTypes, Failed, "postback", "First press", TheBot},
		"V1, other URL":       {func(s *Seen) { s.Bot.CallbackURL, s.Version = "", credential.V1 }, CallbackURL, Failed, "OFF", "Open the bot", TheBot},
		"no callback":         {callbacks(0, 0, false), FirstCallback, Advice, "まだ届いて", "Write to the bot", TheBot},
		"before these keys":   {callbacks(1, 0, false), FirstCallback, Advice, "まだ届いて", "Write to the bot", TheBot},
		"by other keys":       {callbacks(2, 0, false), FirstCallback, Advice, "署名されたものはまだ", "check Bot Secret", TheBot},
		"staged, by others": {func(s *Seen) { callbacks(2, 0, false)(s); s.Staged = true }, FirstCallback, Advice,
			"まだ届いて", "Write to the bot", TheBot},
		"refused":             {callbacks(0, 2, false), FirstCallback, Failed, "一致しません", "check Bot Secret", TheBot},
		"V1 refused":          {func(s *Seen) { callbacks(0, 2, false)(s); s.Version = credential.V1 }, FirstCallback, Failed, "一致しません", "check API ID", TheBot},
		"refused of late":     {callbacks(2, 3, true), FirstCallback, Failed, "一致しません", "check Bot Secret", TheBot},
		"refused before":      {callbacks(0, 1, false), FirstCallback, Advice, "まだ届いて", "Write to the bot", TheBot},
		"refused once":        {callbacks(3, 2, true), FirstCallback, Passed, "届いています", "", TheBot},
		"others after a fake": {callbacks(3, 2, false), FirstCallback, Advice, "署名されたものはまだ", "check Bot Secret", TheBot},
	} {
		c.holds(t, name)
	}
}

func TestJudgeLookUps(t *testing.T) {
	for name, c := range map[string]verdict{
		"no look-up": {person(Forbidden), LookUp, Failed, "3人のうち3人について答えません(X)",
			"user.email.read", TheBot},
		"nobody, no look-up":         {some(Forbidden, 0, 0), LookUp, Failed, "照会を許可していません(X)", "user.email.read", TheBot},
		"no look-up scope":           {person(ScopeMissing), LookUp, Failed, "照会を許可していません(X)", "user.email.read", TheBot},
		"look-up refused":            {person(Missing), LookUp, Failed, "受け付けません(X)", "user.email.read", TheBot},
		"told of some":               {some(Forbidden, 3, 1), LookUp, Advice, "3人のうち2人について答えません(X)", "user.email.read", TheBot},
		"some refused":               {some(Refused, 3, 2), LookUp, Advice, "3人のうち1人について答えません(X)", "user.email.read", TheBot},
		"then away":                  {some(Away, 2, 1), LookUp, Unknown, "応答", "Test again", TheBot},
		"then keys":                  {some(BadKeys, 2, 1), LookUp, Failed, "受け付けません(X)", "", TheBot},
		"two told of":                {some(Fine, 2, 2), LookUp, Passed, "2人を LINE WORKS に照会でき、2人が見つかりました。ほかの人は確かめていません", "", TheBot},
		"one is nobody":              {knows(Fine, 2, 2, 1), LookUp, Passed, "2人を LINE WORKS に照会でき、1人が見つかりました", "", TheBot},
		"all are nobody":             {knows(Fine, 2, 2, 0), LookUp, Advice, "2人は、この LINE WORKS にいませんでした", "account ids", TheBot},
		"one is nobody, one refused": {knows(Forbidden, 2, 1, 0), LookUp, Advice, "2人のうち1人について答えません(X)", "user.email.read", TheBot},
		"nobody linked":              {some(Fine, 0, 0), LookUp, Passed, "実在の人では確かめていません", "", TheBot},
		"look-up away":               {person(Away), LookUp, Unknown, "応答", "Test again", TheBot},
		"V1 looks nobody up":         {func(s *Seen) { s.Version = credential.V1; person(Forbidden)(s) }, LookUp, Passed, "API 1.0", "", TheBot},
	} {
		c.holds(t, name)
	}
}

func (c verdict) holds(t *testing.T, name string) {
	t.Helper()
	seen := well()
	c.change(&seen)
	items := Judge(seen)
	got := item(items, c.kind)
	if got.Result != c.want || !strings.Contains(got.Found.JA, c.found) || !strings.Contains(got.Remedy.EN, c.remedy) {
		t.Errorf("%s: %s %s: %s | %s", name, got.Kind, got.Result, got.Found.JA, got.Remedy.EN)
	}
	if c.another != none && item(items, c.another).Result != Passed {
		t.Errorf("%s: %s is %s", name, c.another, item(items, c.another).Result)
	}
	if Ready(items) != (c.want != Failed && c.want != Unknown) {
		t.Errorf("%s: ready is %t", name, Ready(items))
	}
	complete(t, name, items)
}

// none: no other item is looked at.
const none Kind = ""

// callbacks are when the last one was accepted and refused, in seconds of which the
// keys were stored in the first, and whether these keys ever fitted since.
func callbacks(accepted, refused int64, verified bool) func(*Seen) {
	at := func(second int64) time.Time {
		if second == 0 {
			return time.Time{}
		}
		return time.Unix(second, 0)
	}
	return func(s *Seen) { s.LastCallback, s.LastFailure, s.Verified = at(accepted), at(refused), verified }
}

// person is trouble with everybody who was asked about.
func person(r Reason) func(*Seen) { return some(r, 3, 0) }

// some is trouble with all but those who were told of.
func some(r Reason, asked, told int) func(*Seen) { return knows(r, asked, told, told) }

// knows is the same when LINE WORKS knows only some of those.
func knows(r Reason, asked, told, known int) func(*Seen) {
	return func(s *Seen) { s.Person, s.Asked, s.Told, s.Known = Trouble{r, "X"}, asked, told, known }
}

func trouble(r Reason) func(*Seen) { return func(s *Seen) { s.Token = Trouble{r, "X"} } }

func item(items []Item, kind Kind) Item {
	for _, i := range items {
		if i.Kind == kind {
			return i
		}
	}
	return Item{}
}

// complete checks what holds for every test: ten items, words in both
// languages, a remedy exactly when one is needed, and no callback token.
func complete(t *testing.T, name string, items []Item) {
	t.Helper()
	if len(items) != 11 {
		t.Fatalf("%s: %d items", name, len(items))
	}
	for _, i := range items {
		if i.Found.JA == "" || i.Found.EN == "" || (i.Remedy.JA == "") != (i.Result == Passed) || (i.Remedy.EN == "") != (i.Result == Passed) {
			t.Errorf("%s: %s %s lacks words: %+v %+v", name, i.Kind, i.Result, i.Found, i.Remedy)
		}
		if all := i.Found.JA + i.Found.EN + i.Remedy.JA + i.Remedy.EN; strings.Contains(all, "dkt_") || strings.Contains(all, "/secret") {
			t.Errorf("%s: %s shows the path of a callback URL", name, i.Kind)
		}
	}
}

func TestATroubleWithTheTokenHidesTheRest(t *testing.T) {
	seen := well()
	seen.Token = Trouble{Reason: BadClient, Code: "INVALID_CLIENT"}
	for _, i := range Judge(seen)[1:8] {
		if i.Result != Unknown || !strings.Contains(i.Found.EN, "INVALID_CLIENT") {
			t.Errorf("%s: %s %s", i.Kind, i.Result, i.Found.EN)
		}
	}
}
