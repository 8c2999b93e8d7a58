package gateway_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
)

// noted is every row of the audit since the last time, as "action actor address",
// and the whole of them as text.
func (d *door) noted() (actions []string, text string) {
	d.t.Helper()
	rows, err := d.db.Owner(d.t).Query(d.t.Context(), `
		select action || ' ' || actor_kind || ' ' || address, e::text from identity.audit_events e order by id`)
	if err != nil {
		d.t.Fatal(err)
	}
	type row struct{ Action, Text string }
	list, err := pgx.CollectRows(rows, pgx.RowToStructByPos[row])
	if err != nil {
		d.t.Fatal(err)
	}
	for _, r := range list {
		actions, text = append(actions, r.Action), text+r.Text+"\n"
	}
	return actions, text
}

// Every change leaves exactly one row: who, what, from where. None has a secret
// in it, and what changes nothing leaves none.
func TestEveryChangeOfIdentityIsNoted(t *testing.T) {
	d := openDoor(t)
	admin := d.setUp()
	want := []string{"SET_UP setup 127.0.0.1"}
	secrets := []string{adminPassword, otherPassword, strings.TrimPrefix(admin, "dakoku=")}
	expect := func(rows ...string) {
		t.Helper()
		want = append(want, rows...)
		got, text := d.noted()
		if strings.Join(got, "|") != strings.Join(want, "|") {
			t.Fatalf("noted  %v\nwanted %v", got, want)
		}
		for _, s := range secrets {
			if strings.Contains(text, s) {
				t.Errorf("a secret is noted: %s", text)
			}
		}
	}
	expect()
	d.logIn(adminEmail, "wrong")
	d.do(http.MethodGet, "/v1/accounts", "", "Cookie", admin)
	expect()
	name, secret := d.invite(admin, "a@example.co.jp", "MANAGER")
	secrets = append(secrets, secret)
	expect("ACCOUNT_CREATE account 127.0.0.1")
	d.accept(secret, "short")
	d.accept(secret, otherPassword)
	expect("INVITATION_ACCEPT invitation 127.0.0.1")
	session := d.session(d.logIn("a@example.co.jp", otherPassword))
	expect("LOG_IN account 127.0.0.1")
	d.do(http.MethodPatch, "/v1/"+name, `{"role":"AUDITOR"}`, "Cookie", admin)
	d.do(http.MethodPatch, "/v1/"+name, `{"role":"AUDITOR"}`, "Cookie", admin) // again: changes nothing
	d.do(http.MethodPatch, "/v1/"+name+"?validateOnly=true", `{"role":"MANAGER"}`, "Cookie", admin)
	expect("ACCOUNT_UPDATE account 127.0.0.1")
	again := d.do(http.MethodPost, "/v1/"+name+":invite", "{}", "Cookie", admin)
	secrets = append(secrets, again.json["secret"].(string), strings.TrimPrefix(session, "dakoku="))
	expect("ACCOUNT_INVITE account 127.0.0.1")
	key, bearer := d.key(admin, "ADMINISTRATOR")
	secrets = append(secrets, strings.TrimPrefix(bearer, "Bearer "))
	expect("API_KEY_CREATE account 127.0.0.1")
	d.do(http.MethodDelete, "/v1/"+name+"/sessions", "", "Authorization", bearer)
	d.do(http.MethodDelete, "/v1/"+name, "", "Authorization", bearer)
	expect("SESSIONS_END apiKey 127.0.0.1", "ACCOUNT_DEACTIVATE apiKey 127.0.0.1")
	d.do(http.MethodDelete, "/v1/"+key, "", "Cookie", admin)
	expect("API_KEY_DELETE account 127.0.0.1")
	totp, codes, admin := d.enrol(admin, adminPassword)
	secrets = append(secrets, totp, codes[0].(string), strings.ReplaceAll(codes[0].(string), "-", ""))
	expect("TOTP_ENROL account 127.0.0.1", "TOTP_CONFIRM account 127.0.0.1")
	d.logInWith("password", adminPassword, "recoveryCode", codes[0].(string))
	expect("RECOVERY_CODE_USE account 127.0.0.1", "LOG_IN account 127.0.0.1")
	d.do(http.MethodDelete, "/v1/session", "", "Cookie", admin)
	expect("LOG_OUT account 127.0.0.1")
	_, text := d.noted()
	for _, part := range []string{`"role": "MANAGER"`, `"role": "AUDITOR"`, `"totpEnabled": true`, name} {
		if !strings.Contains(strings.ReplaceAll(text, `""`, `"`), part) {
			t.Errorf("%s is not noted in %s", part, text)
		}
	}
}
