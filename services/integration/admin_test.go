package integration_test

import (
	"crypto/sha256"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"
	"google.golang.org/protobuf/testing/protocmp"

	integrationv1 "github.com/dakoku/dakoku/proto/gen/dakoku/integration/v1"
	"github.com/dakoku/dakoku/simulator"
)

func (w *world) endpoints(t *testing.T, version int64) *integrationv1.ListEndpointsResponse {
	t.Helper()
	out, err := w.machine.ListEndpoints(t.Context(), &integrationv1.ListEndpointsRequest{Version: version})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func TestLifeOfAConnection(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := as(t, uuid.NewString())
	conn := w.connection(ctx, t)
	activate := func() error {
		_, err := w.admin.ActivateConnection(ctx, &integrationv1.ActivateConnectionRequest{Connection: conn})
		return err
	}
	if got := reason(activate()); got != "TOKEN_MISSING" {
		t.Errorf("without token: %q", got)
	}
	issued, err := w.admin.IssueToken(ctx, &integrationv1.IssueTokenRequest{Connection: conn})
	if err != nil {
		t.Fatal(err)
	}
	token := issued.GetToken()
	if token.GetCallbackUrl() != "https://dakoku.example.jp/v1/lineworks/attendance/"+token.GetToken() {
		t.Errorf("callback URL is not the public URL with the token")
	}
	if got := reason(activate()); got != "CREDENTIALS_MISSING" {
		t.Errorf("without keys: %q", got)
	}
	keys, err := w.sim.NewBotV2(simulator.BotSpec{Domain: w.domain})
	if err != nil {
		t.Fatal(err)
	}
	start := w.endpoints(t, 0)
	if len(start.GetEndpoints()) != 0 {
		t.Fatalf("an endpoint without keys: %d", len(start.GetEndpoints()))
	}
	if _, err := w.admin.UpdateCredentials(ctx, &integrationv1.UpdateCredentialsRequest{Connection: conn, Credentials: inV2(keys)}); err != nil {
		t.Fatal(err)
	}
	draft := w.endpoints(t, start.GetVersion())
	if draft.GetUnchanged() || draft.GetVersion() <= start.GetVersion() || len(draft.GetEndpoints()) != 1 {
		t.Fatalf("a draft's endpoint is not listed: %v", draft.GetVersion())
	}
	e := draft.GetEndpoints()[0]
	hash := sha256.Sum256([]byte(token.GetToken()))
	if !cmp.Equal(e.GetTokenHash(), hash[:]) || e.GetConnection() != conn || len(e.GetSigningKeys()) != 1 ||
		string(e.GetSigningKeys()[0].GetSecret()) != keys.BotSecret || e.GetSigningKeys()[0].GetBot() != keys.BotID {
		t.Error("the endpoint cannot verify callbacks")
	}
	if err := activate(); err != nil {
		t.Fatal(err)
	}
	active := w.endpoints(t, 0)
	if again := w.endpoints(t, active.GetVersion()); !again.GetUnchanged() || len(again.GetEndpoints()) != 0 {
		t.Error("an unchanged table was sent again")
	}
	_, id, _ := strings.Cut(token.GetName(), "/tokens/")
	if _, err := w.admin.RevokeToken(ctx, &integrationv1.RevokeTokenRequest{Connection: conn, Token: id}); err != nil {
		t.Fatal(err)
	}
	if gone := w.endpoints(t, active.GetVersion()); gone.GetUnchanged() || len(gone.GetEndpoints()) != 0 {
		t.Error("a revoked token is still listed")
	}
	_, err = w.admin.RevokeToken(ctx, &integrationv1.RevokeTokenRequest{Connection: conn, Token: id})
	if reason(err) != "TOKEN_NOT_FOUND" {
		t.Errorf("revoked twice: %v", err)
	}
}

// The API ID signs callbacks of API 1.0: shown beside the callback URL it would
// let every reader punch for everybody.
func TestTheSigningKeyOfVersion1IsNotShown(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := as(t, uuid.NewString())
	conn := w.connection(ctx, t)
	keys, err := w.sim.NewBotV1(simulator.BotSpec{Domain: w.domain})
	if err != nil {
		t.Fatal(err)
	}
	stored, err := w.admin.UpdateCredentials(ctx, &integrationv1.UpdateCredentialsRequest{Connection: conn, Credentials: inV1(keys)})
	if err != nil {
		t.Fatal(err)
	}
	read, err := w.admin.GetCredentials(ctx, &integrationv1.GetCredentialsRequest{Connection: conn})
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []*integrationv1.Credentials{stored.GetCredentials(), read.GetCredentials()} {
		if strings.Contains(c.String(), keys.APIID) || len(c.GetFingerprints().GetApiId()) != 16 || c.GetBotNo() != keys.BotNo {
			t.Error("the API ID is shown, or has no fingerprint")
		}
		sum := sha256.Sum256([]byte(keys.ConsumerKey))
		if strings.Contains(c.String(), keys.ConsumerKey) || c.GetFingerprints().GetServerApiConsumerKey() != hexOf(sum[:8]) {
			t.Error("the consumer key is shown, or has another fingerprint")
		}
	}
}

func TestTwoTokensAtMost(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := as(t, uuid.NewString())
	conn := w.connection(ctx, t)
	var want []*integrationv1.CallbackToken
	for range 2 {
		out, err := w.admin.IssueToken(ctx, &integrationv1.IssueTokenRequest{Connection: conn})
		if err != nil {
			t.Fatal(err)
		}
		want = append(want, out.GetToken())
	}
	if _, err := w.admin.IssueToken(ctx, &integrationv1.IssueTokenRequest{Connection: conn}); reason(err) != "TOO_MANY_TOKENS" {
		t.Errorf("a third token: %v", err)
	}
	out, err := w.admin.ListTokens(ctx, &integrationv1.ListTokensRequest{Connection: conn})
	if err != nil || !cmp.Equal(out.GetTokens(), want, protocmp.Transform()) {
		t.Errorf("tokens are not shown again as issued: %v", err)
	}
}

func TestCredentialsAreWriteOnly(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := as(t, uuid.NewString())
	conn := w.connection(ctx, t)
	get := func() (*integrationv1.Credentials, error) {
		out, err := w.admin.GetCredentials(ctx, &integrationv1.GetCredentialsRequest{Connection: conn})
		return out.GetCredentials(), err
	}
	put := func(c *integrationv1.Credentials, only bool) (*integrationv1.Credentials, error) {
		out, err := w.admin.UpdateCredentials(ctx, &integrationv1.UpdateCredentialsRequest{Connection: conn, Credentials: c, ValidateOnly: only})
		return out.GetCredentials(), err
	}
	keys, err := w.sim.NewBotV2(simulator.BotSpec{Domain: w.domain})
	if err != nil {
		t.Fatal(err)
	}
	version := w.endpoints(t, 0).GetVersion()
	review, err := put(inV2(keys), true)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := get(); reason(err) != "CREDENTIALS_NOT_FOUND" || !w.endpoints(t, version).GetUnchanged() {
		t.Errorf("checking stored something: %v", err)
	}
	stored, err := put(inV2(keys), false)
	if err != nil {
		t.Fatal(err)
	}
	if !review.GetBotFound() || stored.BotFound != nil {
		t.Errorf("of the bot the review says %v, and what is stored %v", review.BotFound, stored.BotFound)
	}
	if d := cmp.Diff(review, stored, protocmp.Transform(), protocmp.IgnoreFields(stored, "update_time", "bot_found", "bot_message")); d != "" {
		t.Errorf("the review differs from what was stored:\n%s", d)
	}
	read, err := get()
	if err != nil || read.GetBotSecret()+read.GetClientSecret()+read.GetPrivateKey() != "" || read.GetBotId() != keys.BotID {
		t.Errorf("reading shows too much or too little: %v", err)
	}
	sum := sha256.Sum256([]byte(keys.BotSecret))
	if want := strings.ToLower(hexOf(sum[:8])); read.GetFingerprints().GetBotSecret() != want || len(read.GetFingerprints().GetPrivateKey()) != 16 {
		t.Errorf("fingerprints: %v", read.GetFingerprints())
	}
	sum = sha256.Sum256([]byte(keys.ClientSecret))
	if want := hexOf(sum[:8]); read.GetFingerprints().GetClientSecret() != want {
		t.Errorf("fingerprint of the client secret: %v", read.GetFingerprints())
	}
	stale := inV2(keys)
	stale.Etag = "0123456789abcdef"
	if _, err := put(stale, false); reason(err) != "ETAG_STALE" {
		t.Errorf("stale etag: %v", err)
	}
	current := inV2(keys)
	current.Etag = read.GetEtag()
	if next, err := put(current, false); err != nil || next.GetEtag() == read.GetEtag() {
		t.Errorf("current etag: %v", err)
	}
	partial := inV2(keys)
	partial.BotSecret, partial.PrivateKey = "", ""
	_, err = put(partial, false)
	if d := cmp.Diff(map[string]string{"botSecret": "REQUIRED", "privateKey": "REQUIRED"}, fields(err)); d != "" {
		t.Errorf("secrets left out:\n%s", d)
	}
}

func TestOneBotOneConnection(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	tenant := uuid.NewString()
	ctx := as(t, tenant)
	first, keys := w.activeV2(ctx, t)
	second := w.connection(ctx, t)
	_, err := w.admin.UpdateCredentials(ctx, &integrationv1.UpdateCredentialsRequest{Connection: second, Credentials: inV2(keys), ValidateOnly: true})
	if reason(err) != "BOT_ALREADY_CONNECTED" {
		t.Fatalf("same organization: %v", err)
	}
	_, err = w.admin.UpdateCredentials(ctx, &integrationv1.UpdateCredentialsRequest{Connection: first, Credentials: inV2(keys)})
	if err != nil {
		t.Errorf("the same connection again: %v", err)
	}
	other := as(t, uuid.NewString())
	conn := w.connection(other, t)
	if _, err := w.admin.UpdateCredentials(other, &integrationv1.UpdateCredentialsRequest{Connection: conn, Credentials: inV2(keys)}); err != nil {
		t.Errorf("another organization must not learn who has a bot: %v", err)
	}
}

func TestForeignIsAbsent(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	tenant := uuid.NewString()
	conn, _ := w.activeV2(as(t, tenant), t)
	employee := w.link(t, tenant, "taro@example")
	other := as(t, uuid.NewString())
	_, get := w.admin.GetConnection(other, &integrationv1.GetConnectionRequest{Connection: conn})
	_, activate := w.admin.ActivateConnection(other, &integrationv1.ActivateConnectionRequest{Connection: conn})
	_, tokens := w.admin.ListTokens(other, &integrationv1.ListTokensRequest{Connection: conn})
	_, keys := w.admin.GetCredentials(other, &integrationv1.GetCredentialsRequest{Connection: conn})
	_, nonsense := w.admin.GetConnection(other, &integrationv1.GetConnectionRequest{Connection: "'; drop table"})
	for i, err := range []error{get, activate, tokens, keys, nonsense} {
		if reason(err) != "CONNECTION_NOT_FOUND" {
			t.Errorf("call %d: %v", i, err)
		}
	}
	if _, err := w.admin.GetAccountLink(other, &integrationv1.GetAccountLinkRequest{Employee: employee}); reason(err) != "ACCOUNT_LINK_NOT_FOUND" {
		t.Errorf("link: %v", err)
	}
	out := reply(uuid.NewString(), conn, key(t), integrationv1.Credentials_V2, "u", "x")
	if _, err := w.machine.SendReplies(t.Context(), &integrationv1.SendRepliesRequest{Replies: []*integrationv1.Reply{out}}); reason(err) != "CONNECTION_NOT_FOUND" {
		t.Errorf("a reply through another organization's connection: %v", err)
	}
}

// What was only checked has no name: nothing of it will ever be there.
func TestACheckedConnectionHasNoName(t *testing.T) {
	t.Parallel()
	w, ctx := newWorld(t), as(t, uuid.NewString())
	tried, err := w.admin.CreateConnection(ctx, &integrationv1.CreateConnectionRequest{
		Connection: &integrationv1.Connection{Service: integrationv1.Connection_LINE_WORKS, DisplayName: "本社"}, ValidateOnly: true,
	})
	if err != nil || tried.GetConnection().GetName() != "" || tried.GetConnection().GetDisplayName() != "本社" {
		t.Errorf("%v, %v", tried, err)
	}
}
