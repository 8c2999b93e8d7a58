package integration_test

import (
	"context"
	"strings"
	"testing"

	"github.com/google/uuid"

	integrationv1 "github.com/dakoku/dakoku/proto/gen/dakoku/integration/v1"
	"github.com/dakoku/dakoku/simulator"
)

// confirm is 「確認」.
func (w *world) confirm(ctx context.Context, conn string, in *integrationv1.Credentials) (*integrationv1.Credentials, error) {
	out, err := w.admin.UpdateCredentials(ctx, &integrationv1.UpdateCredentialsRequest{Connection: conn, Credentials: in, ValidateOnly: true})
	return out.GetCredentials(), err
}

// 「確認」 asks LINE WORKS whether the bot is there, by either API: a number that it
// does not know is a violation of its field, and when nobody can tell the answer says why.
func TestCheckingAsksForTheBot(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := as(t, uuid.NewString())
	conn := w.connection(ctx, t)
	stranger, err := w.sim.NewBotV2(simulator.BotSpec{Domain: w.sim.NewTenant("別の会社")})
	if err != nil {
		t.Fatal(err)
	}
	for field, old := range map[string]bool{"botId": false, "botNo": true} {
		in := w.freshKeys(t, old)
		if got, err := w.confirm(ctx, conn, in); err != nil || !got.GetBotFound() || got.GetBotMessage() != "LINE WORKS に Bot があります。" {
			t.Errorf("%s: right: %v, %v", field, got, err)
		}
		w.sim.Fail(simulator.Fault{Class: simulator.ClassBots, Status: 503})
		if got, err := w.confirm(ctx, conn, in); err != nil || got.GetBotFound() || !got.GetVerified() && got.GetCheckMessage() == "" ||
			!strings.Contains(got.GetBotMessage(), "応答がありません") || !strings.Contains(got.GetBotMessage(), "保存することもできます") {
			t.Errorf("%s: away: %v, %v", field, got, err)
		}
		w.sim.Heal(simulator.ClassBots)
		for _, number := range []string{"999999999", stranger.BotID} {
			in.BotId, in.BotNo = "", ""
			if in.GetApiVersion() == integrationv1.Credentials_V1 {
				in.BotNo = number
			} else {
				in.BotId = number
			}
			_, err := w.confirm(ctx, conn, in)
			if got := fields(err); reason(err) != "INVALID_ARGUMENT" || len(got) != 1 || got[field] != "UNKNOWN_BOT" {
				t.Errorf("%s: bot %s: %v %v", field, number, got, err)
			}
		}
	}
}

// Without a scope that reads bots nobody can tell; without those of every day the bot is
// seen all the same.
func TestCheckingNamesTheScopeThatIsMissing(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := as(t, uuid.NewString())
	conn := w.connection(ctx, t)
	keys, err := w.sim.NewBotV2(simulator.BotSpec{Domain: w.domain})
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		scopes, keys, bot string // what the messages contain
		verified, found   bool
	}{
		{"bot.message user.email.read", "確認しました", "bot にチェックを入れて", true, false},
		{"bot.message user.email.read bot.read", "確認しました", "Bot があります", true, true},
		{"bot", "bot.message user.email.read にチェックを入れて", "Bot があります", false, true},
	} {
		if err := w.sim.SetScopes(keys.BotID, strings.Fields(c.scopes)...); err != nil {
			t.Fatal(err)
		}
		got, err := w.confirm(ctx, conn, inV2(keys))
		if err != nil || got.GetVerified() != c.verified || got.GetBotFound() != c.found ||
			!strings.Contains(got.GetCheckMessage(), c.keys) || !strings.Contains(got.GetBotMessage(), c.bot) {
			t.Errorf("%s: %v, %v", c.scopes, got, err)
		}
	}
}

// A bot keeps its number when it moves from API 1.0 to 2.0: the new keys are checked and
// staged before LINE WORKS knows it by them. Another number is a slip all the same.
func TestCheckingKeysOfABotThatHasYetToMove(t *testing.T) {
	t.Parallel()
	m := newMove(t)
	var err error
	if m.fresh, err = m.sim.PrepareUpgrade(m.old.BotNo); err != nil {
		t.Fatal(err)
	}
	got, err := m.confirm(m.ctx, m.conn, inV2(m.fresh))
	if err != nil || got.GetBotFound() || !strings.Contains(got.GetBotMessage(), "まだ移行されていません") {
		t.Errorf("before the move: %v, %v", got, err)
	}
	wrong := inV2(m.fresh)
	wrong.BotId = "999999999"
	if _, err := m.confirm(m.ctx, m.conn, wrong); fields(err)["botId"] != "UNKNOWN_BOT" {
		t.Errorf("another number: %v", err)
	}
	if _, err := m.sim.UpgradeBot(m.old.BotNo, true); err != nil {
		t.Fatal(err)
	}
	if got, err := m.confirm(m.ctx, m.conn, inV2(m.fresh)); err != nil || !got.GetBotFound() {
		t.Errorf("after the move: %v, %v", got, err)
	}
}

// When a move is over, the bot is asked about like any other: keys of an app of another
// company do not know it, although the old keys of the bot are still kept.
func TestCheckingAfterAMoveTrustsNobody(t *testing.T) {
	t.Parallel()
	m := newMove(t)
	var err error
	if m.fresh, err = m.sim.UpgradeBot(m.old.BotNo, true); err != nil {
		t.Fatal(err)
	}
	m.entered(m.ctx, t, m.conn, inV2(m.fresh))
	foreign, err := m.sim.NewBotV2(simulator.BotSpec{Domain: m.sim.NewTenant("別の会社")})
	if err != nil {
		t.Fatal(err)
	}
	in := inV2(foreign)
	in.BotId = m.fresh.BotID
	_, err = m.admin.UpdateCredentials(m.ctx, &integrationv1.UpdateCredentialsRequest{Connection: m.conn, Credentials: in, ValidateOnly: true, Stage: true})
	if got := fields(err); len(got) != 1 || got["botId"] != "UNKNOWN_BOT" {
		t.Errorf("%v %v", got, err)
	}
}
