package simulator_test

import (
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/dakoku/dakoku/simulator"
)

const formType = "application/x-www-form-urlencoded"

func TestGrantTypeIsAcceptedOnceTwiceAndUnencoded(t *testing.T) {
	b := newBench(t, nil)
	once := b.form("bot.message user.email.read")
	twice := b.form("bot.message,user.email.read")
	twice.Set("grant_type", url.QueryEscape(once.Get("grant_type")))
	raw := "assertion=" + once.Get("assertion") + "&grant_type=urn:ietf:params:oauth:grant-type:jwt-bearer&client_id=" +
		once.Get("client_id") + "&client_secret=" + once.Get("client_secret") + "&scope=bot.message user.email.read"
	for name, body := range map[string]string{"once": once.Encode(), "twice": twice.Encode(), "unencoded": raw} {
		got := b.post("/oauth2/v2.0/token", formType+"; charset=UTF-8", body)
		if got.status != http.StatusOK || got.body["expires_in"] != "86400" || got.body["token_type"] != "Bearer" ||
			got.body["scope"] != "bot.message user.email.read" || got.body["refresh_token"] == nil {
			t.Errorf("%s: %d %s", name, got.status, got.raw)
		}
	}
}

func TestTokenRequestsThatAreRefused(t *testing.T) {
	b := newBench(t, nil)
	change := func(name, value string) string {
		form := b.form("bot")
		form.Set(name, value)
		return form.Encode()
	}
	other := jwt(t, b.demo.Bot.PrivateKey, `{"iss":"someone","sub":"`+b.demo.Bot.ServiceAccount+`","iat":1795392000,"exp":1795395600}`)
	for name, c := range map[string]struct {
		body, err string
		status    int
	}{
		"secret":        {change("client_secret", "x"), "invalid_client", 401},
		"client":        {change("client_id", "x"), "invalid_client", 401},
		"grant":         {change("grant_type", "password"), "unsupported_grant_type", 400},
		"issuer":        {change("assertion", other), "invalid_grant", 400},
		"padding":       {change("assertion", b.assertion()+"="), "invalid_grant", 400},
		"scope":         {change("scope", "mail"), "invalid_scope", 400},
		"no scope":      {change("scope", ""), "invalid_scope", 400},
		"refresh token": {change("grant_type", "refresh_token"), "invalid_grant", 400},
	} {
		got := b.post("/oauth2/v2.0/token", formType, c.body)
		if got.status != c.status || got.body["error"] != c.err || got.body["error_description"] == "" {
			t.Errorf("%s: %d %s", name, got.status, got.raw)
		}
	}
	if got := b.post("/oauth2/v2.0/token", "application/json", "{}"); got.status != 400 {
		t.Errorf("JSON instead of a form: %d", got.status)
	}
}

// TestAnAssertionSignedByOpenSSLIsAccepted checks the verifier against another
// implementation where the machine has one.
func TestAnAssertionSignedByOpenSSLIsAccepted(t *testing.T) {
	openssl, err := exec.LookPath("openssl")
	if err != nil {
		t.Log("openssl is not installed: Go's own implementation is the only one checked")
		return
	}
	b := newBench(t, nil)
	keyFile := filepath.Join(t.TempDir(), "private.key")
	if err := os.WriteFile(keyFile, []byte(b.demo.Bot.PrivateKey), 0o600); err != nil {
		t.Fatal(err)
	}
	const script = `set -e; b64() { "$0" base64 -A | tr '+/' '-_' | tr -d '='; }
input="$(printf '%s' '{"alg":"RS256","typ":"JWT"}' | b64).$(printf '%s' "$2" | b64)"
printf '%s.%s' "$input" "$(printf '%s' "$input" | "$0" dgst -sha256 -sign "$1" -binary | b64)"`
	claims := `{"iss":"` + b.demo.Bot.ClientID + `","sub":"` + b.demo.Bot.ServiceAccount + `","iat":1795392000,"exp":1795395600}`
	out, err := exec.CommandContext(t.Context(), "sh", "-c", script, openssl, keyFile, claims).Output()
	if err != nil {
		t.Fatal(err)
	}
	form := b.form("bot")
	form.Set("assertion", string(out))
	if got := b.post("/oauth2/v2.0/token", formType, form.Encode()); got.status != http.StatusOK {
		t.Fatalf("%d %s", got.status, got.raw)
	}
}

func TestExpiresInMayBeANumberAndRefreshMayRotate(t *testing.T) {
	b := newBench(t, func(c *simulator.Config) {
		c.NumericExpiresIn, c.RotateRefreshTokens, c.TokenLife = true, true, time.Hour
	})
	first := b.post("/oauth2/v2.0/token", formType, b.form("bot").Encode())
	if first.body["expires_in"] != 3600.0 {
		t.Fatalf("expires_in %#v", first.body["expires_in"])
	}
	refresh := b.form("bot")
	refresh.Set("grant_type", "refresh_token")
	refresh.Set("refresh_token", first.body["refresh_token"].(string))
	second := b.post("/oauth2/v2.0/token", formType, refresh.Encode())
	if second.status != 200 || second.body["refresh_token"] == first.body["refresh_token"] || second.body["refresh_token"] == nil {
		t.Fatalf("rotation: %d %s", second.status, second.raw)
	}
	if again := b.post("/oauth2/v2.0/token", formType, refresh.Encode()); again.status != 400 {
		t.Fatalf("the old refresh token still works: %d", again.status)
	}
}

func TestARefreshWithoutRotationAnswersNoRefreshToken(t *testing.T) {
	b := newBench(t, nil)
	first := b.post("/oauth2/v2.0/token", formType, b.form("bot").Encode())
	refresh := b.form("bot")
	refresh.Set("grant_type", "refresh_token")
	refresh.Set("refresh_token", first.body["refresh_token"].(string))
	for range 2 {
		got := b.post("/oauth2/v2.0/token", formType, refresh.Encode())
		if _, present := got.body["refresh_token"]; got.status != 200 || present {
			t.Fatalf("%d %s", got.status, got.raw)
		}
	}
}

func TestAnExpiredRevokedOrMissingTokenIsUnauthorized(t *testing.T) {
	b := newBench(t, func(c *simulator.Config) { c.TokenLife = time.Hour })
	path := "/v1.0/bots/" + b.demo.Bot.BotID
	check := func(name, token string, want int) {
		t.Helper()
		got := b.call(token, "GET", path, "")
		if got.status != want {
			t.Fatalf("%s: %d %s", name, got.status, got.raw)
		}
		if want == 401 && (got.body["code"] != "UNAUTHORIZED" || got.body["description"] != "Authentication failed" || got.header.Get("WWW-Authenticate") == "") {
			t.Fatalf("%s: %v %s", name, got.header, got.raw)
		}
	}
	token := b.tokenFor("bot")
	check("fresh", token, 200)
	check("missing", "", 401)
	b.clock.Add(time.Hour)
	check("expired", token, 401)
	token = b.tokenFor("bot")
	form := b.form("bot")
	form.Set("token", token)
	if got := b.post("/oauth2/v2.0/revoke", formType, form.Encode()); got.status != 200 {
		t.Fatalf("revoke: %d", got.status)
	}
	check("revoked", token, 401)
	token = b.tokenFor("bot")
	b.sim.RevokeTokens()
	check("all revoked", token, 401)
}

func TestAUserHasTheShapeOfTheScope(t *testing.T) {
	b := newBench(t, nil)
	user := b.demo.People[0]
	email := b.tokenFor("user.email.read")
	for _, id := range []string{user.ID, "HANAKO%40demo.example"} {
		got := b.call(email, "GET", "/v1.0/users/"+id, "")
		if got.status != 200 || len(got.body) != 2 || got.body["userId"] != user.ID || got.body["email"] != user.Email {
			t.Fatalf("%s: %d %s", id, got.status, got.raw)
		}
	}
	if got := b.call(b.tokenFor("user.profile.read"), "GET", "/v1.0/users/"+user.ID, ""); got.body["userName"] == nil || got.body["domainId"] != nil {
		t.Fatalf("profile: %s", got.raw)
	}
	if got := b.call(b.tokenFor("user.read"), "GET", "/v1.0/users/"+user.ID, ""); got.body["domainId"] == nil {
		t.Fatalf("full: %s", got.raw)
	}
	if got := b.call(b.tokenFor("bot"), "GET", "/v1.0/users/"+user.ID, ""); got.status != 403 || got.body["code"] != "FORBIDDEN" {
		t.Fatalf("without a scope: %d %s", got.status, got.raw)
	}
	if got := b.call(email, "GET", "/v1.0/users/nobody", ""); got.status != 404 || got.body["code"] != "USER_NOT_EXIST" {
		t.Fatalf("unknown: %d %s", got.status, got.raw)
	}
}

func TestAForeignTenantIsNotFound(t *testing.T) {
	b := newBench(t, nil)
	domain := b.sim.NewTenant("他社")
	stranger, err := b.sim.NewUser(simulator.User{Domain: domain, Email: "x@other.example"})
	if err != nil {
		t.Fatal(err)
	}
	foreign, err := b.sim.NewBotV2(simulator.BotSpec{Domain: domain})
	if err != nil {
		t.Fatal(err)
	}
	token := b.tokenFor("bot user.email.read")
	for _, path := range []string{"/v1.0/users/" + stranger.ID, "/v1.0/bots/" + foreign.BotID, "/v1.0/elsewhere"} {
		if got := b.call(token, "GET", path, ""); got.status != 404 {
			t.Errorf("%s: %d %s", path, got.status, got.raw)
		}
	}
}

func TestUserListsHavePages(t *testing.T) {
	b := newBench(t, nil)
	token := b.tokenFor("user.read")
	first := b.call(token, "GET", "/v1.0/users?count=3", "")
	next, _ := first.body["responseMetaData"].(map[string]any)["nextCursor"].(string)
	if len(first.body["users"].([]any)) != 3 || next == "" {
		t.Fatalf("first page: %s", first.raw)
	}
	second := b.call(token, "GET", "/v1.0/users?count=3&cursor="+url.QueryEscape(next), "")
	if len(second.body["users"].([]any)) != 1 || second.body["responseMetaData"].(map[string]any)["nextCursor"] != nil {
		t.Fatalf("second page: %s", second.raw)
	}
	for name, cursor := range map[string]string{"not URL-encoded": next, "made up": "3"} {
		if got := b.call(token, "GET", "/v1.0/users?count=3&cursor="+cursor, ""); got.status != 400 {
			t.Fatalf("a cursor that is %s: %d %s", name, got.status, got.raw)
		}
	}
	if got := b.call(token, "GET", "/v1.0/users?count=0", ""); got.status != 400 || !strings.Contains(got.raw, "INVALID_PARAMETER") {
		t.Fatalf("count=0: %d %s", got.status, got.raw)
	}
}
