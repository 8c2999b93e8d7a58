package lineworks

import (
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"
)

func TestABotIsReadInBothVersions(t *testing.T) {
	client, _ := far(t, func(w http.ResponseWriter, r *http.Request) {
		answers := map[string]string{
			"/v1.0/bots/77": `{"botId":77,"enableCallback":true,"callbackUrl":"https://x/y","callbackEvents":["text"],"channelEvents":["message"],"enableGroupJoin":true}`,
			"/r/jpAPIID/message/v1/bot/88": `{"useCallback":true,"callbackUrl":"https://x/z","callbackEvents":["text"],"useGroupJoin":false,
				"domainInfos":[{"domainId":1,"usePublic":true,"usePermission":true}]}`,
		}
		if r.Header.Get("Authorization") != "Bearer AT" || (strings.HasPrefix(r.URL.Path, "/r/") && r.Header.Get("consumerKey") != "ck") {
			w.WriteHeader(http.StatusUnauthorized)
		}
		_, _ = io.WriteString(w, answers[r.URL.Path])
	})
	v2, _, err := client.Bot(t.Context(), setV2(t), "AT")
	if err != nil || !v2.CallbackOn || v2.CallbackURL != "https://x/y" || !v2.GroupRooms || len(v2.EventTypes) != 1 || len(v2.MessageTypes) != 1 {
		t.Errorf("2.0: %+v, %v", v2, err)
	}
	v1, _, err := client.Bot(t.Context(), setV1(t), "AT")
	if err != nil || !v1.CallbackOn || v1.CallbackURL != "https://x/z" || v1.GroupRooms || len(v1.Domains) != 1 || v1.Domains[0] != (BotDomain{true, true}) {
		t.Errorf("1.0: %+v, %v", v1, err)
	}
}

// A cursor may hold characters that mean something else in a query.
func TestDomainsAreReadPageByPage(t *testing.T) {
	client, _ := far(t, func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Query().Get("cursor") {
		case "":
			_, _ = io.WriteString(w, `{"domains":[{"visible":false}],"responseMetaData":{"nextCursor":"a+/=&b"}}`)
		case "a+/=&b":
			_, _ = io.WriteString(w, `{"domains":[{"visible":true,"allowToSelectedMember":true}],"responseMetaData":{"nextCursor":null}}`)
		default:
			w.WriteHeader(http.StatusBadRequest)
		}
	})
	got, err := client.BotDomains(t.Context(), setV2(t), "AT")
	if err != nil || len(got) != 2 || got[0] != (BotDomain{}) || got[1] != (BotDomain{true, true}) {
		t.Fatalf("%+v, %v", got, err)
	}
}

func TestAListOfDomainsThatNeverEndsIsLeft(t *testing.T) {
	calls := 0
	client, _ := far(t, func(w http.ResponseWriter, _ *http.Request) {
		calls++
		_, _ = io.WriteString(w, `{"domains":[{}],"responseMetaData":{"nextCursor":"again"}}`)
	})
	if got, err := client.BotDomains(t.Context(), setV2(t), "AT"); err != nil || len(got) != maxDomains || calls != maxDomains {
		t.Fatalf("%d domains after %d calls, %v", len(got), calls, err)
	}
}

func TestACallbackChangesOnlyWhatItIsAbout(t *testing.T) {
	var method string
	var body map[string]any
	client, _ := far(t, func(w http.ResponseWriter, r *http.Request) {
		method = r.Method
		_ = json.NewDecoder(r.Body).Decode(&body)
		_, _ = io.WriteString(w, `{}`)
	})
	to := Callback{URL: "https://x/y", MessageTypes: []string{"text"}, EventTypes: []string{"message"}}
	if err := client.SetCallback(t.Context(), setV2(t), "AT", to); err != nil {
		t.Fatal(err)
	}
	if method != http.MethodPatch || len(body) != 4 || body["enableCallback"] != true || body["callbackUrl"] != "https://x/y" {
		t.Fatalf("%s %v", method, body)
	}
}

func TestWhatTheTokenEndpointNames(t *testing.T) {
	for body, want := range map[string]Part{
		`{"error":"invalid_client"}`:                                                     PartClient,
		`{"error":"unauthorized_client","error_description":"scope"}`:                    PartClient,
		`{"error":"invalid_scope","error_description":"bot is not ticked"}`:              PartScope,
		`{"error":"invalid_grant","error_description":"sub is not the Service Account"}`: PartAccount,
		`{"error":"invalid_grant","error_description":"iss is not the client id"}`:       PartClient,
		`{"error":"invalid_grant","error_description":"the signature does not fit"}`:     PartKey,
		`{"error":"invalid_grant","error_description":"the assertion has expired"}`:      PartTimes,
		`{"error":"invalid_grant","error_description":"iat lies in the future"}`:         PartTimes,
		`{"error":"invalid_grant"}`:                                                      PartNone,
		`{"errorMessage":"Authentication failed","errorCode":"024"}`:                     PartNone,
		`Bad Request`: PartNone,
	} {
		client, _ := far(t, func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(http.StatusBadRequest)
			_, _ = io.WriteString(w, body)
		})
		_, err := client.TokenFor(t.Context(), setV2(t), "bot")
		if f := FailureOf(err); f.Named != want || !f.Keys {
			t.Errorf("%s: %q", body, f.Named)
		}
	}
}
