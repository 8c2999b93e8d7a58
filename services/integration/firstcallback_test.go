package integration_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"google.golang.org/protobuf/types/known/timestamppb"

	integrationv1 "github.com/dakoku/dakoku/proto/gen/dakoku/integration/v1"
)

// gate reports for the public door what happens on one connection, each thing
// later than the one before.
type gate struct {
	*world
	ctx          context.Context
	tenant, conn string
	last         time.Time
}

// now is later than every time before, by the milliseconds in which doors report, and by those by which the service may
// be wrong that goes by the clock of the database.
func (g *gate) now(t *testing.T) time.Time {
	t.Helper()
	eventually(t, "the next moment", func() bool { return time.Since(g.last) > 25*time.Millisecond })
	g.last = time.Now().Truncate(time.Millisecond)
	return g.last
}

func (g *gate) report(t *testing.T, change func(*integrationv1.TrafficHour, *timestamppb.Timestamp)) {
	t.Helper()
	at := g.now(t)
	h := &integrationv1.TrafficHour{Tenant: g.tenant, Connection: g.conn, Hour: timestamppb.New(at.Truncate(time.Hour))}
	change(h, timestamppb.New(at))
	if _, err := g.machine.ReportTraffic(t.Context(), &integrationv1.ReportTrafficRequest{Reporter: uuid.NewString(), Hours: []*integrationv1.TrafficHour{h}}); err != nil {
		t.Fatal(err)
	}
	g.now(t)
}

// accepted reports a callback that was signed with keys as they are shown.
func (g *gate) accepted(t *testing.T, bot, fingerprint string) {
	t.Helper()
	g.report(t, func(h *integrationv1.TrafficHour, at *timestamppb.Timestamp) {
		h.Callbacks, h.LastCallbackTime = 1, at
		h.VerifiedKeys = []*integrationv1.VerifiedKey{{Bot: bot, Fingerprint: fingerprint, LastTime: at}}
	})
}

func (g *gate) refused(t *testing.T) {
	t.Helper()
	g.report(t, func(h *integrationv1.TrafficHour, at *timestamppb.Timestamp) {
		h.SignatureFailures, h.LastFailureTime = 1, at
	})
}

// judges tests the current or the staged keys. What is not well has a remedy that
// names words.
func (g *gate) judges(t *testing.T, after string, staged bool, want integrationv1.CheckItem_Result, words string) {
	t.Helper()
	got, err := g.admin.TestConnection(g.ctx, &integrationv1.TestConnectionRequest{Connection: g.conn, Staged: staged})
	if err != nil {
		t.Fatal(err)
	}
	item := got.GetItems()[len(got.GetItems())-1]
	if item.GetKind() != integrationv1.CheckItem_FIRST_CALLBACK || item.GetResult() != want || !strings.Contains(item.GetRemedy(), words) {
		t.Errorf("%s: %v", after, item)
	}
	if item.GetResult() == integrationv1.CheckItem_FAILED && got.GetReady() {
		t.Errorf("%s: ready", after)
	}
}

func (g *gate) put(t *testing.T, keys *integrationv1.Credentials, stage bool) *integrationv1.Credentials {
	t.Helper()
	g.now(t)
	out, err := g.admin.UpdateCredentials(g.ctx, &integrationv1.UpdateCredentialsRequest{Connection: g.conn, Credentials: keys, Stage: stage})
	if err != nil {
		t.Fatal(err)
	}
	g.now(t)
	return out.GetCredentials()
}

const (
	well    = integrationv1.CheckItem_PASSED
	notYet  = integrationv1.CheckItem_ADVICE
	missing = integrationv1.CheckItem_FAILED
)

// A Bot Secret that is wrong is told although everything else works, on a fresh
// connection and on one that worked; keys are well when they signed themselves.
func TestAWrongBotSecretIsNotReady(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	g := &gate{world: w, tenant: uuid.NewString()}
	g.ctx = as(t, g.tenant)
	conn, keys := w.activeV2(g.ctx, t)
	g.conn = conn
	if _, err := w.admin.RegisterCallback(g.ctx, &integrationv1.RegisterCallbackRequest{Connection: conn}); err != nil {
		t.Fatal(err)
	}
	read, err := w.admin.GetCredentials(g.ctx, &integrationv1.GetCredentialsRequest{Connection: conn})
	if err != nil {
		t.Fatal(err)
	}
	shown := read.GetCredentials().GetFingerprints().GetBotSecret()
	g.judges(t, "before", false, notYet, "メッセージを送り")
	if _, ready := w.tested(g.ctx, t, conn); !ready {
		t.Error("not ready before the first callback")
	}
	g.refused(t)
	g.judges(t, "a refusal", false, missing, "Bot Secret")
	g.accepted(t, keys.BotID, "0123456789abcdef")
	g.judges(t, "another secret fitted", false, notYet, "Bot Secret")
	g.accepted(t, "1", shown)
	g.judges(t, "another bot fitted", false, notYet, "Bot Secret")
	g.accepted(t, keys.BotID, shown)
	g.judges(t, "these fitted", false, well, "")
	g.refused(t)
	g.judges(t, "a refusal later", false, missing, "Bot Secret")
	g.accepted(t, keys.BotID, shown)
	g.judges(t, "these fitted again", false, well, "")
	g.refused(t)
	next := inV2(keys)
	next.BotSecret = "reissuedBotSecret"
	stored := g.put(t, next, false)
	g.judges(t, "other keys since the refusal", false, notYet, "メッセージを送り")
	g.accepted(t, keys.BotID, shown)
	g.judges(t, "the keys before fitted", false, notYet, "Bot Secret")
	g.accepted(t, keys.BotID, stored.GetFingerprints().GetBotSecret())
	g.judges(t, "the new ones fitted", false, well, "")
	earlier := timestamppb.New(g.last)
	again := g.put(t, next, false)
	g.report(t, func(h *integrationv1.TrafficHour, _ *timestamppb.Timestamp) {
		h.UnmatchedTexts = 1 // news for which the whole hour is told once more
		h.VerifiedKeys = []*integrationv1.VerifiedKey{{Bot: keys.BotID, Fingerprint: again.GetFingerprints().GetBotSecret(), LastTime: earlier}}
	})
	g.judges(t, "entered again", false, notYet, "メッセージを送り")
}

// Staged keys are judged by their own callbacks, and the API ID is named where it
// signs.
func TestStagedKeysAreJudgedByTheirOwnCallbacks(t *testing.T) {
	t.Parallel()
	m := newMove(t)
	g := &gate{world: m.world, ctx: m.ctx, tenant: m.tenant, conn: m.conn}
	read, err := m.admin.GetCredentials(m.ctx, &integrationv1.GetCredentialsRequest{Connection: m.conn})
	if err != nil {
		t.Fatal(err)
	}
	old := read.GetCredentials().GetFingerprints().GetApiId()
	g.now(t)
	g.accepted(t, m.old.BotNo, old)
	g.judges(t, "1.0 fitted", false, well, "")
	if m.fresh, err = m.sim.UpgradeBot(m.old.BotNo, true); err != nil {
		t.Fatal(err)
	}
	staged := g.put(t, inV2(m.fresh), true).GetStaged()
	g.judges(t, "staged", true, notYet, "メッセージを送り")
	g.accepted(t, m.old.BotNo, old)
	g.judges(t, "1.0 fitted, staged", true, notYet, "メッセージを送り")
	g.refused(t)
	g.judges(t, "a refusal, staged", true, missing, "Bot Secret")
	g.judges(t, "a refusal, current", false, missing, "API ID")
	g.accepted(t, m.fresh.BotID, staged.GetFingerprints().GetBotSecret())
	g.judges(t, "2.0 fitted, staged", true, well, "")
	if _, err := m.activated(); err != nil {
		t.Fatal(err)
	}
	g.judges(t, "activated", false, well, "")
}

// A callback URL of the connection that is not live any more is told from one of
// somebody else; staged keys cannot register, so activating comes first.
func TestARevokedCallbackURLIsNamed(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := as(t, uuid.NewString())
	conn, keys := w.activeV2(ctx, t)
	if _, err := w.admin.RegisterCallback(ctx, &integrationv1.RegisterCallbackRequest{Connection: conn}); err != nil {
		t.Fatal(err)
	}
	tokens, err := w.admin.ListTokens(ctx, &integrationv1.ListTokensRequest{Connection: conn})
	if err != nil {
		t.Fatal(err)
	}
	second, err := w.admin.IssueToken(ctx, &integrationv1.IssueTokenRequest{Connection: conn})
	if err != nil {
		t.Fatal(err)
	}
	page, err := w.admin.ListTokens(ctx, &integrationv1.ListTokensRequest{Connection: conn, PageSize: 1})
	if err != nil || len(page.GetTokens()) != 1 || page.GetNextPageToken() == "" {
		t.Fatal(page, err)
	}
	page, err = w.admin.ListTokens(ctx, &integrationv1.ListTokensRequest{Connection: conn, PageSize: 1, PageToken: page.GetNextPageToken()})
	if err != nil || len(page.GetTokens()) != 1 || page.GetTokens()[0].GetName() != second.GetToken().GetName() || page.GetNextPageToken() != "" {
		t.Fatal(page, err)
	}
	const revoked = "失効したAPIトークン"
	told := func() *integrationv1.CheckItem {
		t.Helper()
		items, _ := w.tested(ctx, t, conn)
		return items["CALLBACK_URL"]
	}
	if item := told(); item.GetResult() != well {
		t.Errorf("live: %v", item)
	}
	_, id, _ := strings.Cut(tokens.GetTokens()[0].GetName(), "/tokens/")
	if _, err := w.admin.RevokeToken(ctx, &integrationv1.RevokeTokenRequest{Connection: conn, Token: id}); err != nil {
		t.Fatal(err)
	}
	if item := told(); item.GetResult() != missing || !strings.Contains(item.GetMessage(), revoked) {
		t.Errorf("revoked: %v", item)
	}
	if _, err := w.admin.UpdateCredentials(ctx, &integrationv1.UpdateCredentialsRequest{Connection: conn, Credentials: inV2(keys), Stage: true}); err != nil {
		t.Fatal(err)
	}
	got, err := w.admin.TestConnection(ctx, &integrationv1.TestConnectionRequest{Connection: conn, Staged: true})
	if err != nil || !strings.Contains(got.GetItems()[4].GetRemedy(), "このキーに切り替える") {
		t.Errorf("staged: %v, %v", got.GetItems()[4], err)
	}
	if err := w.sim.SetCallback(keys.BotID, "https://other.example/x"); err != nil {
		t.Fatal(err)
	}
	if item := told(); item.GetResult() != missing || strings.Contains(item.GetMessage(), revoked) {
		t.Errorf("somebody else's: %v", item)
	}
}
