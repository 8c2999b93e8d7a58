package e2e

import (
	"encoding/json"
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/dakoku/dakoku/simulator"
	"github.com/dakoku/dakoku/system/internal/adminapi"
)

// guide follows the set-up guide for customers step by step over the public
// REST API, with nothing prepared but LINE WORKS itself.
type guide struct {
	*company
	connection string // connections/{connection}
	callback   string // the URL that is pasted into the Developer Console
	employee   string // employees/{employee}
}

// TestTheGuide walks from the first log-in to the punch after a 差戻し.
func TestTheGuide(t *testing.T) {
	t.Parallel()
	i := allInOne(t)
	world, err := simulator.Demo(i.simulator)
	if err != nil {
		t.Fatal(err)
	}
	g := &guide{company: &company{t: t, admin: adminapi.New(i.admin), simulator: i.simulator, world: world}}
	g.logIn(i.setupSecret())
	g.issueToken(i.public)
	g.keywords()
	g.keys()
	g.link()
	g.linkMany()
	g.addBot()
	g.punch()
	g.submittedAndSentBack()
}

func (g *guide) send(method, path string, in any, out any) {
	g.t.Helper()
	if err := g.admin.Call(g.t.Context(), method, path, in, out); err != nil {
		g.t.Fatalf("%s %s: %v", method, path, err)
	}
}

// refused requires an error of the API with a status and a reason.
func (g *guide) refused(method, path string, in any, status int, reason string) {
	g.t.Helper()
	var e *adminapi.Error
	if err := g.admin.Call(g.t.Context(), method, path, in, nil); !errors.As(err, &e) || e.HTTP != status || e.Reason() != reason {
		g.t.Fatalf("%s %s: %v, want %d %s", method, path, err, status, reason)
	}
}

// logIn is step 1.1: an administrator logs in.
func (g *guide) logIn(secret string) {
	account := map[string]string{"email": "hr@guide.example", "name": "人事 担当", "password": "correct horse battery staple"}
	g.send(http.MethodPost, "/v1/setup", map[string]any{
		"setupSecret":   secret,
		"organization":  map[string]any{"name": "株式会社ガイド", "timeZone": "Asia/Tokyo", "locale": "ja", "closingDay": 31},
		"administrator": account,
	}, nil)
	g.send(http.MethodDelete, "/v1/session", nil, nil)
	g.refused(http.MethodGet, "/v1/connections", nil, http.StatusUnauthorized, "UNAUTHENTICATED")
	delete(account, "name")
	g.send(http.MethodPost, "/v1/session", account, nil)
}

// issueToken is steps 1.2 to 1.5: add LINE WORKS, issue the API token, copy the
// URL, which can be looked up again later.
func (g *guide) issueToken(public string) {
	var made, token map[string]any
	g.send(http.MethodPost, "/v1/connections", map[string]string{"service": "LINE_WORKS", "displayName": "LINE WORKS"}, &made)
	g.connection, _ = made["name"].(string)
	g.send(http.MethodPost, "/v1/"+g.connection+"/tokens", map[string]any{}, &token)
	g.callback, _ = token["callbackUrl"].(string)
	if value, _ := token["token"].(string); g.callback != public+"/v1/lineworks/attendance/"+value || value == "" {
		g.t.Fatalf("callback URL %q", g.callback)
	}
	list := get[struct{ Tokens []map[string]any }](g.company, "/v1/"+g.connection+"/tokens")
	if len(list.Tokens) != 1 || list.Tokens[0]["callbackUrl"] != g.callback {
		g.t.Fatalf("the URL is not shown again: %v", list)
	}
}

// keywords is step 1.6: the punch settings with a trigger word.
func (g *guide) keywords() {
	settings := map[string]any{
		"phrases":      map[string][]string{"CLOCK_IN": {"出勤", "おはよう"}, "CLOCK_OUT": {"退勤"}},
		"triggerWords": []string{"⏰"},
	}
	path := "/v1/" + g.connection + "/punchSettings"
	var draft map[string]any
	g.send(http.MethodPost, path+":test", map[string]any{"text": "みなさん、⏰️ｵﾊﾖｳ", "punchSettings": settings}, &draft)
	if found, _ := draft["found"].([]any); draft["kind"] != "CLOCK_IN" || len(found) != 2 || found[0].(map[string]any)["text"] != "ｵﾊﾖｳ" {
		g.t.Fatalf(":test of a draft answers %v", draft)
	}
	before := get[json.RawMessage](g.company, path)
	g.send(http.MethodPut, path+"?validateOnly=true", settings, nil)
	if after := get[json.RawMessage](g.company, path); string(after) != string(before) {
		g.t.Fatalf("「確認」 stored something: %s", after)
	}
	g.send(http.MethodPut, path, settings, nil)
	var tried map[string]any
	g.send(http.MethodPost, path+":test", map[string]string{"text": "⏰おはようございます"}, &tried)
	if tried["kind"] != "CLOCK_IN" || tried["phrase"] != "おはよう" {
		g.t.Fatalf(":test answers %v", tried)
	}
}

// keys is steps 1.7 and 1.8: enter the keys, 「確認」, 「送信」.
func (g *guide) keys() {
	path := "/v1/" + g.connection + "/credentials"
	g.refused(http.MethodPost, "/v1/"+g.connection+":activate", map[string]any{}, http.StatusBadRequest, "CREDENTIALS_MISSING")
	g.refused(http.MethodGet, path, nil, http.StatusNotFound, "CREDENTIALS_NOT_FOUND")
	g.refused(http.MethodPut, path+"?validateOnly=true", map[string]string{"apiVersion": "V2", "privateKey": "private_xxxx.key"},
		http.StatusBadRequest, "INVALID_ARGUMENT")
	g.send(http.MethodPut, path+"?validateOnly=true", g.world.Bot, nil)
	g.refused(http.MethodGet, path, nil, http.StatusNotFound, "CREDENTIALS_NOT_FOUND")
	g.send(http.MethodPut, path, g.world.Bot, nil)
	if shown := string(get[json.RawMessage](g.company, path)); strings.Contains(shown, g.world.Bot.BotSecret) || strings.Contains(shown, "BEGIN") {
		g.t.Fatal("the keys are shown again")
	}
	g.send(http.MethodPost, "/v1/"+g.connection+":activate", map[string]any{}, nil)
}

// link is chapter 2: the LINE WORKS account of an employee.
func (g *guide) link() {
	var made, other map[string]any
	g.send(http.MethodPost, "/v1/employees", map[string]string{"employeeNumber": "E001", "displayName": "佐藤 花子"}, &made)
	g.send(http.MethodPost, "/v1/employees", map[string]string{"employeeNumber": "E002", "displayName": "鈴木 次郎"}, &other)
	g.employee, _ = made["name"].(string)
	account := map[string]string{"lineWorksAccountId": " " + strings.ToUpper(g.world.People[0].Email)}
	g.send(http.MethodPut, "/v1/"+g.employee+"/accountLink", account, nil)
	second, _ := other["name"].(string)
	g.refused(http.MethodPut, "/v1/"+second+"/accountLink", account, http.StatusConflict, "ACCOUNT_LINKED_ELSEWHERE")
	g.refused(http.MethodPut, "/v1/employees/nobody/accountLink", account, http.StatusNotFound, "EMPLOYEE_NOT_FOUND")
}

// linkMany is chapter 2 for many people at once: a table, and the directory.
func (g *guide) linkMany() {
	table := map[string]string{"csv": "社員番号,LINE WORKSのアカウントID\nE001," + g.world.People[0].Email + "\nE002," + g.world.People[1].Email + "\nE003,x@y\n"}
	for _, path := range []string{"/v1/accountLinks:import?validateOnly=true", "/v1/accountLinks:import"} {
		var done struct {
			Counts struct{ Created, Unchanged, Failed int }
		}
		g.send(http.MethodPost, path, table, &done)
		if done.Counts.Created != 1 || done.Counts.Unchanged != 1 || done.Counts.Failed != 1 {
			g.t.Fatalf("%s answers %+v", path, done)
		}
	}
	type run struct {
		Name, State       string
		EmployeesCompared int
	}
	var started run
	g.send(http.MethodPost, "/v1/accountLinks:sync", map[string]any{}, &started)
	eventually(g.t, "the sync ends", func() bool { return get[run](g.company, "/v1/"+started.Name).State != "RUNNING" })
	if ended := get[run](g.company, "/v1/"+started.Name); ended.State != "DONE" || ended.EmployeesCompared != 2 {
		g.t.Fatalf("the sync ended as %+v", ended)
	}
	list := get[struct{ Changes []map[string]any }](g.company, "/v1/"+g.employee+"/accountLink/changes")
	if len(list.Changes) != 2 { // the newest first: the sync learnt who it is
		g.t.Fatalf("history %v", list)
	}
	known, linked := list.Changes[0], list.Changes[1]
	if known["verb"] != "IDENTIFIED" || linked["verb"] != "LINKED" || linked["source"] != "EDIT" || !strings.HasPrefix(linked["actor"].(string), "accounts/") {
		g.t.Fatalf("history %v", list)
	}
	g.refused(http.MethodPost, "/v1/unlinkedSenders/nobody:link", map[string]string{"employee": g.employee}, http.StatusNotFound, "UNLINKED_SENDER_NOT_FOUND")
}

// addBot is chapter 3: paste the URL at the bot and invite it to a talk room.
func (g *guide) addBot() {
	if err := g.simulator.SetCallback(g.world.Bot.BotID, g.callback); err != nil {
		g.t.Fatal(err)
	}
	eventually(g.t, "the public door knows the new keys", func() bool {
		joined, err := g.simulator.Join(g.t.Context(), g.world.Bot.BotID, g.world.Room.ID)
		return err == nil && joined.OK()
	})
}

func (g *guide) post(text string, at time.Time) simulator.Post {
	return simulator.Post{User: g.world.People[0].ID, Bot: g.world.Bot.BotID, Room: g.world.Room.ID, Text: text, SentAt: at}
}

// punch posts without the trigger word, which is no punch, and with it.
func (g *guide) punch() {
	g.expect(g.post("おはよう", morning()), "IGNORED", "NO_TRIGGER")
	in := g.expect(g.post("⏰ おはよう!", morning().Add(time.Minute)), "RECORDED", "", "佐藤 花子さん "+onDay(morning(), "09:01 出勤を記録しました。"))
	if in.Employee != g.employee {
		g.t.Fatalf("recorded for %q", in.Employee)
	}
	g.expect(g.post("⏰退勤", morning().Add(9*time.Hour)), "RECORDED", "", onDay(morning(), "18:00 退勤を記録しました。"))
}

// submittedAndSentBack is the note at the end of the guide: no punch into a
// submitted month, and again one after 差戻し.
func (g *guide) submittedAndSentBack() {
	sheet := "/v1/" + g.employee + "/timesheets/" + morning().Format("2006-01")
	g.refused(http.MethodPost, sheet+":sendBack", map[string]string{"comment": "x"}, http.StatusBadRequest, "TIMESHEET_STATE")
	g.send(http.MethodPost, sheet+":submit", map[string]any{}, nil)
	g.expect(g.post("⏰退勤", morning().Add(10*time.Hour)), "REFUSED", "SUBMITTED", "申請済みだったため打刻できませんでした。差戻しを依頼してください。")
	g.refused(http.MethodPost, sheet+":sendBack", map[string]any{}, http.StatusBadRequest, "COMMENT_REQUIRED")
	g.send(http.MethodPost, sheet+":sendBack", map[string]string{"comment": "退勤を打ち直してください"}, nil)
	g.expect(g.post("⏰退勤", morning().Add(11*time.Hour)), "RECORDED", "", onDay(morning(), "20:00 退勤に更新しました(前回 18:00)。"))
	if punches := g.punches(); len(punches) != 3 {
		g.t.Fatalf("%d punches", len(punches))
	}
}
