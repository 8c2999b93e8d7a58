package gateway_test

import (
	"net/http"
	"strings"
	"testing"

	identityv1 "github.com/dakoku/dakoku/proto/gen/dakoku/identity/v1"
	gateway "github.com/dakoku/dakoku/services/webhook-gateway"
)

// walker calls what changes something and remembers which methods it called.
type walker struct {
	*door
	tried map[string]bool
	seen  int // rows of the audit
}

// notes makes a call of a method and expects one row of the audit more with this
// action, or with an empty action none.
func (w *walker) notes(method, action string, call answer) answer {
	w.t.Helper()
	w.tried[method] = true
	w.rows(method, action, call.raw)
	return call
}

// rows reads what was noted since the last time.
func (w *walker) rows(what, action, said string) {
	w.t.Helper()
	actions, _ := w.noted()
	var got []string
	for _, row := range actions[w.seen:] {
		got = append(got, strings.Fields(row)[0])
	}
	if w.seen = len(actions); strings.Join(got, " ") != action {
		w.t.Errorf("%s is noted as %v, want %q: %.300s", what, got, action, said)
	}
}

// Each call that changes something is noted exactly once, and what fails or changes
// nothing is not, but for a proof of identity that is refused. No method of the contract is left out.
func TestEachMethodOfIdentityIsNotedOnce(t *testing.T) {
	p := openProvider(t)
	w := &walker{door: openDoor(t, p.serves), tried: map[string]bool{}}
	p.returns = w.base + "/openid"
	admin := w.setUp()
	w.notes("SetUp", "SET_UP", answer{})
	w.accounts(admin)
	w.own(admin)
	methods := identityv1.File_dakoku_identity_v1_identity_service_proto.Services().ByName("IdentityService").Methods()
	for i := range methods.Len() {
		name := string(methods.Get(i).Name())
		if reads := strings.HasPrefix(name, "Get") || strings.HasPrefix(name, "List"); reads == w.tried[name] {
			t.Errorf("%s: it reads: %v, and is not tried, or is", name, reads)
		}
	}
	n := gateway.NewOrganization{Name: "株式会社富士", Email: "fuji@example.com", Person: "富士太郎", ClosingDay: 15}
	if _, _, err := gateway.CreateOrganization(t.Context(), w.cfg.DatabaseURL, "", n); err != nil {
		t.Fatal(err)
	}
	w.rows("another organization", "ORGANIZATION_CREATE", "")
}

// accounts walks through what is done to accounts, keys and the organization.
func (w *walker) accounts(admin string) {
	w.t.Helper()
	post := func(path, body string) answer { return w.do(http.MethodPost, path, body, "Cookie", admin) }
	patch := func(path, body string) answer { return w.do(http.MethodPatch, path, body, "Cookie", admin) }
	remove := func(path string) answer { return w.do(http.MethodDelete, path, "", "Cookie", admin) }
	made := w.notes("CreateAccount", "ACCOUNT_CREATE", post("/v1/accounts", `{"email":"a@example.co.jp","name":"鈴木一郎","role":"MANAGER"}`))
	w.notes("CreateAccount", "", post("/v1/accounts", `{"email":"a@example.co.jp","name":"鈴木一郎","role":"MANAGER"}`))
	path := "/v1/" + made.json["account"].(map[string]any)["name"].(string)
	link := w.notes("InviteAccount", "ACCOUNT_INVITE", post(path+":invite", "{}")).json["secret"].(string)
	w.notes("AcceptInvitation", "", w.accept(link, "short"))
	w.notes("AcceptInvitation", "INVITATION_ACCEPT", w.accept(link, otherPassword))
	w.session(w.notes("CreateSession", "LOG_IN", w.logIn("a@example.co.jp", otherPassword)))
	session := path + "/" + w.sessions(path+"/sessions", admin)[0]["name"].(string)
	w.notes("EndAccountSession", "SESSION_END", remove(session))
	w.notes("EndAccountSession", "", remove(session))
	w.notes("EndAccountSessions", "SESSIONS_END", remove(path+"/sessions"))
	w.notes("UpdateAccount", "ACCOUNT_UPDATE", patch(path, `{"role":"AUDITOR"}`))
	w.notes("UpdateAccount", "", patch(path, `{"role":"AUDITOR"}`))
	begun := post(path+":invite", "{}").json["secret"].(string)
	w.rows("the second link", "ACCOUNT_INVITE", begun)
	e := w.visit(w.begin(begun))
	w.notes("BeginOpenIdLogin", "", answer{})
	w.notes("FinishOpenIdLogin", "OPENID_BIND LOG_IN", w.finish(e)) // two changes
	w.notes("FinishOpenIdLogin", "", w.finish(e))
	e = w.visit(w.begin(""))
	w.notes("FinishOpenIdLogin", "LOG_IN", w.finish(e))
	w.notes("DeleteAccount", "ACCOUNT_DEACTIVATE", remove(path))
	w.notes("DeleteAccount", "", remove(path))
	key := w.notes("CreateApiKey", "API_KEY_CREATE", post("/v1/apiKeys", `{"displayName":"x","role":"AUDITOR"}`)).json["name"].(string)
	w.notes("DeleteApiKey", "API_KEY_DELETE", remove("/v1/"+key))
	w.notes("DeleteApiKey", "", remove("/v1/"+key))
	w.notes("UpdateOrganization", "ORGANIZATION_UPDATE", patch("/v1/organization", `{"closingDay":15}`))
	w.notes("UpdateOrganization", "", patch("/v1/organization", `{"closingDay":15}`))
}

// own walks through what people do to their own accounts.
func (w *walker) own(admin string) {
	w.t.Helper()
	post := func(path string, pairs ...string) answer {
		return w.do(http.MethodPost, path, body(pairs...), "Cookie", admin)
	}
	admin = w.session(w.notes("ChangePassword", "PASSWORD_CHANGE", post("/v1/session:changePassword", "password", adminPassword, "newPassword", otherPassword)))
	w.notes("ChangePassword", "", post("/v1/session:changePassword", "password", otherPassword, "newPassword", shortPassword))
	w.session(w.logIn(adminEmail, otherPassword))
	w.rows("another log-in", "LOG_IN", "")
	other := "/v1/" + w.sessions("/v1/sessions", admin)[0]["name"].(string)
	w.notes("EndSession", "SESSION_END", w.do(http.MethodDelete, other, "", "Cookie", admin))
	w.notes("EndSession", "", w.do(http.MethodDelete, other, "", "Cookie", admin))
	w.tried["EnrolTotp"], w.tried["ConfirmTotp"] = true, true
	secret, _, renewed := w.enrol(admin, otherPassword)
	w.rows("a second factor", "TOTP_ENROL TOTP_CONFIRM", "")
	admin = renewed
	fresh := w.notes("RenewRecoveryCodes", "RECOVERY_CODES_RENEW", post("/v1/session/totp:renewRecoveryCodes", "password", otherPassword, "totpCode", w.code(secret, 0)))
	w.notes("RenewRecoveryCodes", "", post("/v1/session/totp:renewRecoveryCodes", "password", otherPassword, "totpCode", w.code(secret, 0)))
	code := fresh.json["recoveryCodes"].([]any)[0].(string)
	w.notes("RemoveTotp", "", post("/v1/session/totp:remove", "password", otherPassword, "recoveryCode", code+"x"))
	admin = w.session(w.notes("RemoveTotp", "TOTP_REMOVE", post("/v1/session/totp:remove", "password", otherPassword, "recoveryCode", code)))
	w.notes("ProveSession", "SESSION_PROVE_REFUSED", post(prove, "password", "wrong"))
	admin = w.session(w.notes("ProveSession", "SESSION_PROVE", post(prove, "password", otherPassword)))
	w.notes("DeleteSession", "LOG_OUT", w.do(http.MethodDelete, "/v1/session", "", "Cookie", admin))
	w.notes("DeleteSession", "", w.do(http.MethodDelete, "/v1/session", "", "Cookie", admin))
}
