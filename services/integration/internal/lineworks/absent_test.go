package lineworks

import (
	"io"
	"net/http"
	"testing"
)

func TestWhoIsAbsent(t *testing.T) {
	for code, want := range map[string]Absent{
		"USER_NOT_EXIST": Recipient, "CHANNEL_NOT_EXIST": Recipient, "ROOM_NOT_EXIST": Recipient, "ACCOUNT_NOT_EXIST": Recipient,
		"BOT_NOT_EXIST": TheBot, "BOTTLE_NOT_EXIST": Other, "BOT_CHANNEL_NOT_EXIST": Other, "DOMAIN_NOT_EXIST": Other, "NOT_FOUND": Unclear, "HTTP_404": Unclear, "001": Unclear, "DELETED": Unclear,
		"USER_NOT_FOUND": Unclear,
	} {
		if got := absentIn(code); got != want {
			t.Errorf("%s: %d", code, got)
		}
	}
	for code, want := range map[string]bool{
		"USER_NOT_EXIST": true, "NOT_FOUND": true, "DELETED": true, "BOT_NOT_EXIST": false, "DOMAIN_NOT_EXIST": false, "APP_NOT_EXIST": false,
		"HTTP_404": false, "001": false, "ROUTE_NOT_FOUND": false,
	} {
		if got := (&Failure{Class: NotFound, Status: 404, Code: code, Absent: absentIn(code)}).Nobody(); got != want {
			t.Errorf("%s: nobody %v", code, got)
		}
	}
	for code, want := range map[string]bool{
		"BOT_NOT_EXIST": true, "NOT_FOUND": true, "DELETED": true, "USER_NOT_EXIST": false, "DOMAIN_NOT_EXIST": false, "001": false, "002": false, "HTTP_404": false,
	} {
		f := &Failure{Class: NotFound, Status: 404, Code: code, Absent: absentIn(code)}
		if got := f.NoBot(); got != want {
			t.Errorf("%s: no bot %v", code, got)
		}
		if f.Class = Forbidden; f.NoBot() {
			t.Errorf("%s: a refusal says that there is no bot", code)
		}
	}
	for code, want := range map[string]bool{"NOT_FOUND": true, "001": false, "HTTP_404": false} {
		if got := (&Failure{Class: NotFound, Status: 404, Code: code}).About(Recipient).Nobody(); got != want {
			t.Errorf("%s, and the bot is there: nobody %v", code, got)
		}
	}
	f := &Failure{Class: NotFound, Status: 404, Code: "NOT_FOUND"}
	if told := f.About(TheBot); told.Absent != TheBot || told.Nobody() || told.Code != f.Code || f.Absent != Unclear {
		t.Errorf("%+v from %+v", told, f)
	}
}

// A refusal in JSON that something in between makes says nothing of people: only the
// shape of LINE WORKS' own errors does, with a code of its own.
func TestOnlyLINEWORKSSaysThatNobodyIsThere(t *testing.T) {
	for body, want := range map[string]bool{
		`{"code":"USER_NOT_EXIST","description":"User does not exist"}`: true,
		`{"code":"NOT_FOUND","description":"x"}`:                        true,
		`{"error":"not_found"}`:                                         false,
		`{"error":"NOT_FOUND","error_description":"x"}`:                 false,
		`{"errorCode":"NOT_FOUND","errorMessage":"x"}`:                  false,
		`{"errorCode":"001","errorMessage":"x","code":"NOT_FOUND"}`:     false,
		`{"code":"NOT_FOUND"}`:                                          false,
		`{"code":"NOT_FOUND","message":"no route"}`:                     false, // of API 1.0, which knows no such call
		`{"code":"not_found","description":"x"}`:                        false,
		`{"code":"ROUTE_NOT_FOUND","description":"x"}`:                  false,
		`{"code":404,"description":"x"}`:                                false,
		`{"code":"NOT_FOUND","description":404}`:                        false,
		`{"code":"NOT_FOUND","description":"x"`:                         false,
		`"NOT_FOUND"`:                                                   false,
		``:                                                              false,
	} {
		client, _ := far(t, func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "application/json")
			w.WriteHeader(http.StatusNotFound)
			_, _ = io.WriteString(w, body)
		})
		_, _, err := client.Person(t.Context(), "at", "u")
		if f := FailureOf(err); f.Class != NotFound || f.Nobody() != want {
			t.Errorf("%s: %v, nobody %v", body, f, f.Nobody())
		}
	}
}

// The bot API of 1.0 has another word for its sentence, and only there it counts.
func TestACodeOfAPI1(t *testing.T) {
	for body, want := range map[string]string{
		`{"code":"USER_NOT_EXIST","message":"x"}`:     "USER_NOT_EXIST",
		`{"code":"USER_NOT_EXIST","description":"x"}`: "HTTP_404",
		`{"errorCode":"001","errorMessage":"x"}`:      "001",
		`{"errorCode":"001"}`:                         "HTTP_404",
	} {
		client, _ := far(t, func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(http.StatusNotFound)
			_, _ = io.WriteString(w, body)
		})
		_, err := client.Send(t.Context(), setV1(t), "at", Message{User: "u", Texts: []Text{{"ja_JP", "x"}}})
		if got := FailureOf(err).Code; got != want {
			t.Errorf("%s: %s", body, got)
		}
	}
}
