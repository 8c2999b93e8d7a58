package gateway_test

import (
	"encoding/json"
	"net/http"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// bindings are what was and what is of every account that was bound, oldest first.
func (d *door) bindings() (before, after []map[string]any) {
	d.t.Helper()
	rows, err := d.db.Owner(d.t).Query(d.t.Context(), `select before::text, after::text from identity.audit_events where action = 'OPENID_BIND' order by id`)
	if err != nil {
		d.t.Fatal(err)
	}
	defer rows.Close()
	for rows.Next() {
		var texts [2][]byte
		var was, is map[string]any
		if err := rows.Scan(&texts[0], &texts[1]); err != nil {
			d.t.Fatal(err)
		}
		if json.Unmarshal(texts[0], &was) != nil || json.Unmarshal(texts[1], &is) != nil {
			d.t.Fatalf("%s %s", texts[0], texts[1])
		}
		before, after = append(before, was), append(after, is)
	}
	return before, after
}

// The audit says of a binding what it ends: a password, and a second factor that the
// invitation takes away.
func TestTheAuditSaysWhatABindingEnds(t *testing.T) {
	d, p, admin, _ := company(t)
	account, secret := d.invite(admin, "jiro@example.co.jp", "MANAGER")
	if a := d.accept(secret, otherPassword); a.status != http.StatusOK {
		t.Fatal(a.raw)
	}
	const factor = `insert into identity.second_factors (tenant_id, account_id, id, secret, create_time, confirm_time)
		select tenant_id, id, gen_random_uuid(), '', now(), now() from identity.accounts where email_key = 'jiro@example.co.jp'`
	if _, err := d.db.Owner(t).Exec(t.Context(), factor); err != nil {
		t.Fatal(err)
	}
	again := d.do(http.MethodPost, "/v1/"+account+":invite", `{"removeTotp":true}`, "Cookie", admin)
	link, _ := again.json["secret"].(string)
	p.set(func(p *provider) { p.person = "jiro" })
	if a := d.through(link); a.status != http.StatusOK {
		t.Fatalf("%s %s", again.raw, a.raw)
	}
	before, after := d.bindings()
	want := []map[string]any{
		{"state": "INVITED", "totpEnabled": false, "openIdBound": false},
		{"state": "ACTIVE", "totpEnabled": true, "openIdBound": false, "password": "SET"},
	}
	if got := aspects(before); !cmp.Equal(got, want) {
		t.Error(cmp.Diff(want, got))
	}
	bound := map[string]any{"state": "ACTIVE", "totpEnabled": false, "openIdBound": true, "issuer": p.issuer}
	if got, want := aspects(after), []map[string]any{bound, bound}; !cmp.Equal(got, want) {
		t.Error(cmp.Diff(want, got))
	}
}

// aspects are the values that a binding can change.
func aspects(list []map[string]any) (all []map[string]any) {
	for _, values := range list {
		some := map[string]any{}
		for name, value := range values {
			if slices.Contains([]string{"state", "totpEnabled", "openIdBound", "password", "issuer"}, name) {
				some[name] = value
			}
		}
		all = append(all, some)
	}
	return all
}
