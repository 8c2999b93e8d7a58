package lineworks

import (
	"context"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/dakoku/dakoku/services/integration/internal/credential"
)

var testKey = sync.OnceValues(func() (*rsa.PrivateKey, error) { return rsa.GenerateKey(rand.Reader, 2048) })

func keyPEM(t *testing.T) string {
	t.Helper()
	key, err := testKey()
	if err != nil {
		t.Fatal(err)
	}
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	return string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}))
}

func setV2(t *testing.T) credential.Set {
	t.Helper()
	return credential.Set{Version: credential.V2, Bot: "77", ClientID: "client", ClientSecret: "cs&=+", ServiceAccount: "a.serviceaccount@x",
		BotSecret: "bs", PrivateKey: credential.Secret(keyPEM(t))}
}

func setV1(t *testing.T) credential.Set {
	t.Helper()
	return credential.Set{Version: credential.V1, Bot: "88", APIID: "jpAPIID", ConsumerKey: "ck", ServerID: "sid", PrivateKey: credential.Secret(keyPEM(t))}
}

// far is a far side of one handler.
func far(t *testing.T, handle http.HandlerFunc) (*Client, *httptest.Server) {
	t.Helper()
	server := httptest.NewServer(handle)
	t.Cleanup(server.Close)
	c, err := New(Config{AuthURL: server.URL, APIURL: server.URL + "/", APIV1URL: server.URL})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Close)
	return c, server
}

func TestClassesOfAnswers(t *testing.T) {
	for name, c := range map[string]struct {
		status int
		header [2]string
		body   string
		class  Class
		code   string
		reset  time.Duration
	}{
		"400":             {400, [2]string{}, `{"code":"INVALID_PARAMETER","description":"x"}`, Permanent, "INVALID_PARAMETER", 0},
		"401":             {401, [2]string{}, `{"code":"UNAUTHORIZED","description":"x"}`, Unauthorized, "UNAUTHORIZED", 0},
		"1.0 expired":     {403, [2]string{}, `{"errorMessage":"Authentication failed, no authority","errorCode":"024","code":"UNAUTHORIZED"}`, Unauthorized, "024", 0},
		"403":             {403, [2]string{}, `{"code":"ACCESS_DENIED","description":"x"}`, Forbidden, "ACCESS_DENIED", 0},
		"404":             {404, [2]string{}, `{"code":"USER_NOT_EXIST","description":"x"}`, NotFound, "USER_NOT_EXIST", 0},
		"404 of a bot":    {404, [2]string{}, `{"code":"BOT_NOT_EXIST","description":"x"}`, NotFound, "BOT_NOT_EXIST", 0},
		"410":             {410, [2]string{}, ``, NotFound, "HTTP_410", 0},
		"429 reset":       {429, [2]string{"RATELIMIT-RESET", "17"}, `{}`, RateLimited, "HTTP_429", 17 * time.Second},
		"429 other name":  {429, [2]string{"x-ratelimit-reset", "3"}, `{}`, RateLimited, "HTTP_429", 3 * time.Second},
		"429 huge":        {429, [2]string{"rateLimit-reset", "1e9"}, `{}`, RateLimited, "HTTP_429", 10 * time.Minute},
		"429 nonsense":    {429, [2]string{"rateLimit-reset", "NaN"}, `{}`, RateLimited, "HTTP_429", 0},
		"500":             {500, [2]string{}, `{"code":"INTERNAL_SERVER_ERROR","description":"x"}`, Ambiguous, "INTERNAL_SERVER_ERROR", 0},
		"501":             {501, [2]string{}, ``, Temporary, "HTTP_501", 0},
		"503":             {503, [2]string{}, ``, Temporary, "HTTP_503", 0},
		"502":             {502, [2]string{}, ``, Ambiguous, "HTTP_502", 0},
		"504":             {504, [2]string{}, ``, Ambiguous, "HTTP_504", 0},
		"520":             {520, [2]string{}, ``, Ambiguous, "HTTP_520", 0},
		"redirect":        {302, [2]string{"Location", "http://127.0.0.1:1/"}, ``, Temporary, "HTTP_302", 0},
		"odd code":        {400, [2]string{}, `{"code":"a b; drop","description":"x"}`, Permanent, "HTTP_400", 0},
		"numeric code":    {400, [2]string{}, `{"code":7,"description":"x"}`, Permanent, "HTTP_400", 0},
		"error body huge": {400, [2]string{}, strings.Repeat("x", maxAnswer+10), Permanent, "HTTP_400", 0},
	} {
		t.Run(name, func(t *testing.T) {
			client, _ := far(t, func(w http.ResponseWriter, _ *http.Request) {
				if c.header[0] != "" {
					w.Header().Set(c.header[0], c.header[1])
				}
				w.WriteHeader(c.status)
				_, _ = io.WriteString(w, c.body)
			})
			_, err := client.Send(t.Context(), setV2(t), "at", Message{User: "u", Texts: []Text{{"ja_JP", "x"}}})
			var f *Failure
			if !errors.As(err, &f) || f.Class != c.class || f.Code != c.code || f.Reset != c.reset || f.Status != c.status {
				t.Fatalf("got %+v (%v)", f, err)
			}
		})
	}
}

// Only the scopes of the directory tell that somebody is suspended or deleted.
func TestWhoIsSuspendedIsNotActive(t *testing.T) {
	for answer, want := range map[string]bool{
		`{"userId":"u","email":"a@x"}`: true, `{"userId":"u","email":"a@x","isSuspended":false,"isDeleted":false}`: true,
		`{"userId":"u","email":"a@x","isSuspended":true}`: false, `{"userId":"u","email":"a@x","isDeleted":true}`: false,
	} {
		client, _ := far(t, func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, answer) })
		m, _, err := client.Person(t.Context(), "at", "u")
		if err != nil || m.User != "u" || m.LoginID != "a@x" || m.Active != want {
			t.Errorf("%s: %+v, %v", answer, m, err)
		}
	}
}

// A login id that can be none names nobody, but tells that there is somebody.
func TestALoginIDThatCanBeNone(t *testing.T) {
	for _, odd := range []string{`nul\u0000@x`, `jiro\u202e@x`, strings.Repeat("x", maxID) + "@x"} {
		client, _ := far(t, func(w http.ResponseWriter, _ *http.Request) {
			_, _ = io.WriteString(w, `{"userId":"u","email":"`+odd+`"}`)
		})
		if m, _, err := client.Person(t.Context(), "at", "u"); err != nil || m != (Member{User: "u", Active: true}) {
			t.Errorf("%.20s: %+v, %v", odd, m, err)
		}
	}
}

// Of an id that nobody can have nobody is asked, which says nothing of anybody.
func TestAnImpossibleIDIsNotAskedAbout(t *testing.T) {
	var calls atomic.Int32
	client, _ := far(t, func(http.ResponseWriter, *http.Request) { calls.Add(1) })
	for _, id := range []string{"", ".", ".."} {
		if _, _, err := client.Person(t.Context(), "at", id); Possible(id) || err == nil || FailureOf(err).Nobody() || calls.Load() != 0 {
			t.Errorf("%q: %v after %d calls", id, err, calls.Load())
		}
	}
}

func TestSilence(t *testing.T) {
	t.Run("answer lost", func(t *testing.T) {
		client, _ := far(t, func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) })
		if _, err := client.Send(t.Context(), setV2(t), "at", Message{User: "u"}); FailureOf(err).Class != Ambiguous {
			t.Errorf("send: %v", err)
		}
		if _, _, err := client.Person(t.Context(), "at", "u"); FailureOf(err).Class != Temporary {
			t.Errorf("look-up: %v", err)
		}
	})
	t.Run("nobody there", func(t *testing.T) {
		client, server := far(t, nil)
		server.Close()
		_, err := client.Send(t.Context(), setV1(t), "at", Message{User: "u"})
		if FailureOf(err).Class != Temporary {
			t.Errorf("%v", err)
		}
		for cause := err; cause != nil; cause = errors.Unwrap(cause) {
			if strings.Contains(cause.Error(), "jpAPIID") {
				t.Errorf("the error tells the API ID")
			}
		}
	})
	t.Run("good status, broken body", func(t *testing.T) {
		client, _ := far(t, func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Length", "100")
			w.WriteHeader(http.StatusCreated)
			_, _ = io.WriteString(w, "{")
		})
		if _, err := client.Send(t.Context(), setV2(t), "at", Message{User: "u"}); err != nil {
			t.Errorf("201 is success whatever follows: %v", err)
		}
	})
}

func TestIDsCannotClimb(t *testing.T) {
	var paths []string
	client, _ := far(t, func(w http.ResponseWriter, r *http.Request) {
		paths = append(paths, r.URL.EscapedPath())
		w.WriteHeader(http.StatusCreated)
	})
	for _, id := range []string{"", ".", ".."} {
		if _, err := client.Send(t.Context(), setV2(t), "at", Message{User: id}); FailureOf(err).Class != Permanent || err == nil {
			t.Errorf("id %q: %v", id, err)
		}
	}
	if _, err := client.Send(t.Context(), setV2(t), "at", Message{Channel: "a/../b?c#d %", User: "u"}); err != nil {
		t.Fatal(err)
	}
	if len(paths) != 1 || paths[0] != "/v1.0/bots/77/channels/a%2F..%2Fb%3Fc%23d%20%25/messages" {
		t.Errorf("paths: %q", paths)
	}
}

func TestBaseAddresses(t *testing.T) {
	good := "https://x.example"
	for _, bad := range []string{"", "x.example", "ftp://x", "https://", "https://u:p@x", "https://x?q=1", ":"} {
		if _, err := New(Config{AuthURL: good, APIURL: bad, APIV1URL: good}); err == nil || !strings.Contains(err.Error(), "DAKOKU_LINEWORKS_API_URL") {
			t.Errorf("%q: %v", bad, err)
		}
	}
}

// A call that finds no host was certainly not made.
func TestAHostWithoutAnAddressIsTemporary(t *testing.T) {
	gone := &net.Resolver{PreferGo: true, Dial: func(context.Context, string, string) (net.Conn, error) {
		return nil, errors.New("no name server")
	}}
	const host = "http://www.lineworks.test"
	client, err := New(Config{AuthURL: host, APIURL: host, APIV1URL: host, Names: gone})
	if err != nil {
		t.Fatal(err)
	}
	_, err = client.Send(t.Context(), setV2(t), "AT", Message{User: "u", Texts: []Text{{"ja_JP", "x"}}})
	if f := FailureOf(err); f.Class != Temporary || f.Code != "UNREACHABLE" {
		t.Fatalf("%v", err)
	}
}

// A place in a list that could not be kept ends the reading with a reason.
func TestAnOddCursorIsRefused(t *testing.T) {
	for _, cursor := range []string{`a\u0000`, `\ud83d`, strings.Repeat("x", maxCursor+1)} {
		c, _ := far(t, func(w http.ResponseWriter, _ *http.Request) {
			_, _ = io.WriteString(w, `{"users":[],"responseMetaData":{"nextCursor":"`+cursor+`"}}`)
		})
		if _, _, _, err := c.Members(t.Context(), "t", ""); FailureOf(err).Code != "BAD_CURSOR" || FailureOf(err).Class != Permanent {
			t.Errorf("%v", err)
		}
	}
}
