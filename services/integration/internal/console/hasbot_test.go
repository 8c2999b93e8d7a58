package console

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/dakoku/dakoku/services/integration/internal/check"
	"github.com/dakoku/dakoku/services/integration/internal/credential"
	"github.com/dakoku/dakoku/services/integration/internal/lineworks"
)

// That a bot is not there is for LINE WORKS to say, of the bot: a 404 of something in between,
// an API ID or a domain that it does not know tell nothing, and pause no connection.
func TestOnlyLINEWORKSSaysThatABotIsGone(t *testing.T) {
	for body, want := range map[string]check.Reason{
		`{"code":"NOT_FOUND","description":"x"}`:        check.Missing,
		`{"code":"BOT_NOT_EXIST","description":"x"}`:    check.Missing,
		`{"code":"DOMAIN_NOT_EXIST","description":"x"}`: check.Refused,
		`{"errorCode":"001","errorMessage":"x"}`:        check.BadKeys,
		`{"errorCode":"002","errorMessage":"x"}`:        check.Refused,
		`{"error":"not_found"}`:                         check.Refused,
		``:                                              check.Refused,
	} {
		far := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.Method == http.MethodPost {
				_, _ = io.WriteString(w, `{"access_token":"t"}`)
				return
			}
			w.WriteHeader(http.StatusNotFound)
			_, _ = io.WriteString(w, body)
		}))
		defer far.Close()
		client, err := lineworks.New(lineworks.Config{AuthURL: far.URL, APIURL: far.URL, APIV1URL: far.URL})
		if err != nil {
			t.Fatal(err)
		}
		defer client.Close()
		set := credential.Set{Version: credential.V2, Bot: "1", PrivateKey: credential.Secret(key(t))}
		known, _, err := New(client, nil).HasBot(t.Context(), set)
		if known || (err == nil) != (want == check.Missing) {
			t.Errorf("%s: known %v, %v", body, known, err)
		}
		if _, err := New(client, nil).find(t.Context(), set); trouble(err).Reason != want {
			t.Errorf("%s: the connection test says %d", body, trouble(err).Reason)
		}
	}
}

// A bot that was shown a moment ago is there, whatever is said of its domains.
func TestABotWithoutDomainsIsNotMissing(t *testing.T) {
	far := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch {
		case r.Method == http.MethodPost:
			_, _ = io.WriteString(w, `{"access_token":"t"}`)
		case strings.HasSuffix(r.URL.Path, "/domains"):
			w.WriteHeader(http.StatusNotFound)
			_, _ = io.WriteString(w, `{"code":"NOT_FOUND","description":"x"}`)
		default:
			_, _ = io.WriteString(w, `{"botId":1}`)
		}
	}))
	defer far.Close()
	client, err := lineworks.New(lineworks.Config{AuthURL: far.URL, APIURL: far.URL, APIV1URL: far.URL})
	if err != nil {
		t.Fatal(err)
	}
	defer client.Close()
	var seen check.Seen
	New(client, nil).lookV2(t.Context(), credential.Set{Version: credential.V2, Bot: "1", PrivateKey: credential.Secret(key(t))}, &seen)
	if seen.BotTrouble.Any() || seen.DomainTrouble.Reason != check.Refused {
		t.Errorf("bot %+v, domains %+v", seen.BotTrouble, seen.DomainTrouble)
	}
}

// key is a private key as LINE WORKS hands it out.
func key(t *testing.T) string {
	t.Helper()
	made, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	der, err := x509.MarshalPKCS8PrivateKey(made)
	if err != nil {
		t.Fatal(err)
	}
	return string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}))
}
