package integration_test

import (
	"strings"
	"testing"

	"github.com/google/uuid"

	integrationv1 "github.com/dakoku/dakoku/proto/gen/dakoku/integration/v1"
	"github.com/dakoku/dakoku/simulator"
)

// Two access tokens are revoked in quick succession, again and again: each time
// the new one is refused, too. That is a bad morning and no broken connection: the
// message goes a moment later, and what got through begins the count anew.
func TestF30TwoRevocationsInARowBreakNothing(t *testing.T) {
	t.Parallel()
	c := newTalk(t, newWorld(t))
	for round, refused := range []int{4, 2, 4} { // calls: with a token and with the next
		before := c.calls(simulator.ClassMessages)
		c.sim.Fail(simulator.Fault{Class: simulator.ClassMessages, Status: 401, Times: refused})
		c.say(t)
		c.arrived(t)
		eventually(t, "the last call is in the stand-in's book", func() bool { return c.calls(simulator.ClassMessages)-before > refused })
		if n := c.calls(simulator.ClassMessages) - before; n != refused+1 {
			t.Errorf("round %d: %d calls, want %d", round, n, refused+1)
		}
		if state, why := c.state(t); state != integrationv1.Connection_ACTIVE || why != "" {
			t.Fatalf("round %d: %v %s", round, state, why)
		}
		c.sim.Heal()
	}
}

// Why a connection is broken is one of our reasons with a sentence and a remedy in
// the reader's language; what LINE WORKS called it stands beside it. A code that
// was kept before there were reasons is shown as such.
func TestWhyAConnectionIsBrokenIsSaid(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	tenant := uuid.NewString()
	conn, _ := w.activeV2(as(t, tenant), t)
	for _, c := range []struct{ stored, detail, reason, code, ja, en, remedy string }{
		{"INVALID_CLIENT", "INVALID_CLIENT", "INVALID_CLIENT", "INVALID_CLIENT", "Client ID または Client Secret が受け付けられません(INVALID_CLIENT)。", "The client id or the client secret is refused (INVALID_CLIENT).", "Client Secret"},
		{"INVALID_SERVICE_ACCOUNT", "", "INVALID_SERVICE_ACCOUNT", "", "Service Account が受け付けられません。", "The service account is refused.", "Service Account"},
		{"INVALID_PRIVATE_KEY", "X", "INVALID_PRIVATE_KEY", "X", "Private Key", "The private key", "Private Key"},
		{"CLOCK_DIFFERS", "X", "CLOCK_DIFFERS", "X", "時刻", "clocks", "NTP"},
		{"SCOPE_MISSING", "X", "SCOPE_MISSING", "X", "OAuth Scopes", "OAuth scope", "bot.message"},
		{"KEYS_REFUSED", "001", "KEYS_REFUSED", "001", "キー情報が受け付けられません(001)。", "The keys are refused (001).", "「接続テスト」"},
		{"ACCESS_TOKEN_REFUSED", "024", "ACCESS_TOKEN_REFUSED", "024", "発行したばかりのアクセストークンを続けて拒否しています(024)。", "keeps refusing access tokens that it has just given (024).", "「接続テスト」"},
		{"001", "", "KEYS_REFUSED", "001", "キー情報が受け付けられません(001)。", "The keys are refused (001).", "「接続テスト」"},
	} {
		if _, err := w.db.Owner(t).Exec(t.Context(), `update integration.connection set state = 'BROKEN', state_reason = $1, state_detail = $2`, c.stored, c.detail); err != nil {
			t.Fatal(err)
		}
		for language, says := range map[string]string{"ja": c.ja, "en": c.en} {
			got, err := w.admin.GetConnection(inLanguage(t, tenant, language), &integrationv1.GetConnectionRequest{Connection: conn})
			if err != nil {
				t.Fatal(err)
			}
			is := got.GetConnection()
			if is.GetStateReason() != c.reason || is.GetStateDetail() != c.code || !strings.Contains(is.GetStateMessage(), says) || is.GetStateRemedy() == "" ||
				language == "ja" && !strings.Contains(is.GetStateRemedy(), c.remedy) {
				t.Errorf("%s in %s: %s, %s, %q, %q", c.stored, language, is.GetStateReason(), is.GetStateDetail(), is.GetStateMessage(), is.GetStateRemedy())
			}
		}
	}
	if _, err := w.admin.ActivateConnection(as(t, tenant), &integrationv1.ActivateConnectionRequest{Connection: conn}); err != nil {
		t.Fatal(err)
	}
	got, err := w.admin.GetConnection(as(t, tenant), &integrationv1.GetConnectionRequest{Connection: conn})
	if is := got.GetConnection(); err != nil || is.GetStateReason()+is.GetStateDetail()+is.GetStateMessage()+is.GetStateRemedy() != "" {
		t.Errorf("%v, %v", is, err)
	}
}
