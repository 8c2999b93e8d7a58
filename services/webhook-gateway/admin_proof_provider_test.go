package gateway_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"
)

// A proof at the provider counts from when the provider asked, not from when the
// browser came back with it.
func TestAProofCountsFromTheQuestionOfTheProvider(t *testing.T) {
	d, _, _, session := staff(t)
	d.clock.add(11 * time.Minute)
	e := d.proof(session)
	d.clock.add(9 * time.Minute)
	proved := d.session(d.finish(e))
	if !d.fresh(proved) {
		t.Error("nine minutes on the way are too many")
	}
	d.clock.add(61 * time.Second)
	if d.fresh(proved) || !d.live(proved) {
		t.Error("a proof counts for more than ten minutes after the provider asked")
	}
}

// A provider whose clock is ahead makes no proof last longer.
func TestAProofIsNeverOfTomorrow(t *testing.T) {
	d, p, _, session := staff(t)
	d.clock.add(11 * time.Minute)
	p.set(func(p *provider) {
		p.tamper = func(claims map[string]any, _ *header) {
			claims["auth_time"] = d.clock.now().Add(50 * time.Second).Unix()
		}
	})
	proved := d.session(d.finish(d.proof(session)))
	d.clock.add(10 * time.Minute)
	if d.fresh(proved) {
		t.Error("a proof counts from a moment that was still to come")
	}
}

// Where the second factor is still to come, nobody remembers when the provider asked:
// the proof counts from the beginning of the way.
func TestAProofWithASecondFactorCountsFromItsBeginning(t *testing.T) {
	d, p, admin, _ := company(t)
	name, session := d.member(admin, "jiro@example.co.jp", "ADMINISTRATOR")
	secret, _, _ := d.enrol(session, otherPassword)
	link := d.do(http.MethodPost, "/v1/"+name+":invite", "{}", "Cookie", admin).json["secret"].(string)
	p.set(func(p *provider) { p.person, p.now = "jiro", d.clock.now })
	e := d.visit(d.begin(link))
	d.finish(e)
	session = d.session(d.finish(e, "totpCode", d.code(secret, 1)))
	d.clock.add(11 * time.Minute)
	e = d.proof(session)
	d.clock.add(5 * time.Minute)
	if a := d.finish(e); a.reason() != "TOTP_REQUIRED" {
		t.Fatalf("%d %s", a.status, a.raw)
	}
	d.clock.add(4 * time.Minute)
	proved := d.session(d.finish(e, "totpCode", d.code(secret, 0)))
	if !d.fresh(proved) {
		t.Error("nine minutes on the way are too many")
	}
	d.clock.add(61 * time.Second)
	if d.fresh(proved) {
		t.Error("a proof counts for more than ten minutes after it was begun")
	}
}

// Whoever is signed out while the provider answers comes back to nothing.
func TestAProofAtTheProviderOfASessionThatHasEnded(t *testing.T) {
	d, p, _, session := staff(t)
	d.clock.add(11 * time.Minute)
	e := d.proof(session)
	p.set(func(p *provider) {
		p.tamper = func(map[string]any, *header) {
			if a := d.do(http.MethodDelete, "/v1/session", "", "Cookie", session); a.status != http.StatusOK {
				t.Error(a.raw)
			}
		}
	})
	if a := d.finish(e); a.status != http.StatusUnauthorized || a.reason() != "UNAUTHENTICATED" || a.cookie("dakoku") != nil {
		t.Errorf("%d %s", a.status, a.raw)
	}
	actions, text := d.noted()
	if last := actions[len(actions)-1]; last != "SESSION_PROVE_REFUSED account 127.0.0.1" || slices.Contains(actions, "SESSION_PROVE account 127.0.0.1") ||
		!strings.Contains(text, `""reason"": ""UNAUTHENTICATED""`) {
		t.Errorf("%v", actions)
	}
}
