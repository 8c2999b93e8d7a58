package integration_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/uuid"
	"google.golang.org/protobuf/types/known/timestamppb"

	integrationv1 "github.com/dakoku/dakoku/proto/gen/dakoku/integration/v1"
	"github.com/dakoku/dakoku/simulator"
)

const revoked = integrationv1.ResolvedSender_TOKEN_REVOKED

// clock is the time of the database.
func (w *world) clock(t *testing.T) *timestamppb.Timestamp {
	t.Helper()
	var at time.Time
	if err := w.db.Owner(t).QueryRow(t.Context(), `select clock_timestamp()`).Scan(&at); err != nil {
		t.Fatal(err)
	}
	return timestamppb.New(at)
}

func (w *world) issue(ctx context.Context, t *testing.T, conn string) string {
	t.Helper()
	out, err := w.admin.IssueToken(ctx, &integrationv1.IssueTokenRequest{Connection: conn})
	if err != nil {
		t.Fatal(err)
	}
	_, id, _ := strings.Cut(out.GetToken().GetName(), "/tokens/")
	return id
}

// What was received before a revocation is a punch however late it is looked at;
// what was received after it is none. Both times are the database's: the clock of
// this process is wrong by an hour, once in each direction.
func TestARevocationCountsFromItsTime(t *testing.T) {
	t.Parallel()
	for _, wrong := range []time.Duration{time.Hour, -time.Hour} {
		w := newWorld(t)
		w.stop()
		w.cfg.Now = func() time.Time { return time.Now().Add(wrong) }
		w.start(t)
		tenant := uuid.NewString()
		ctx := as(t, tenant)
		conn := w.connection(ctx, t)
		keys, err := w.sim.NewBotV2(simulator.BotSpec{Domain: w.domain})
		if err != nil {
			t.Fatal(err)
		}
		w.activate(ctx, t, conn, inV2(keys))
		for _, e := range w.endpoints(t, 0).GetEndpoints() {
			if uuid.Validate(e.GetToken()) != nil {
				t.Fatalf("an endpoint without the id of its token: %q", e.GetToken())
			}
		}
		old := w.endpoints(t, 0).GetEndpoints()[0].GetToken()
		live := w.issue(ctx, t, conn)
		employee := w.link(t, tenant, "linked-by-id")

		before := w.clock(t)
		if _, err := w.admin.RevokeToken(ctx, &integrationv1.RevokeTokenRequest{Connection: conn, Token: old}); err != nil {
			t.Fatal(err)
		}
		eventually(t, "the next millisecond", func() bool { return w.clock(t).AsTime().Sub(before.AsTime()) > 2*time.Millisecond })
		after := w.clock(t)
		ask := func(tenant, token string, at *timestamppb.Timestamp) *integrationv1.Sender {
			return &integrationv1.Sender{Tenant: tenant, Connection: conn, ApiVersion: integrationv1.Credentials_V2, User: "linked-by-id", Token: token, ReceivedTime: at}
		}
		late := &integrationv1.ResolveSendersRequest{Senders: []*integrationv1.Sender{ask(tenant, old, after), ask(uuid.NewString(), old, after)}}
		if _, err := w.machine.ResolveSenders(t.Context(), late); err != nil || w.lookUps() != 0 {
			t.Errorf("%d look-ups for what was revoked, %v", w.lookUps(), err)
		}
		out, err := w.machine.ResolveSenders(t.Context(), &integrationv1.ResolveSendersRequest{Senders: []*integrationv1.Sender{
			ask(tenant, old, after), ask(tenant, old, before), ask(tenant, live, after), ask(tenant, "", after),
			ask(tenant, strings.ToUpper(old), after), ask(tenant, "nonsense", after), ask(uuid.NewString(), old, after), ask(tenant, old, after),
		}})
		if err != nil {
			t.Fatal(err)
		}
		want := []integrationv1.ResolvedSender_State{revoked, linked, linked, linked, revoked, linked, inactive, revoked}
		for i, s := range out.GetSenders() {
			if s.GetState() != want[i] || (s.GetState() == linked) != (s.GetEmployee() == employee) {
				t.Errorf("wrong by %s, sender %d: %v, want %s", wrong, i, s, want[i])
			}
		}
		if n := w.lookUps(); n != 1 {
			t.Errorf("%d look-ups of one person", n)
		}
	}
}

// Tokens that are asked for at the same moment in two processes are two, not more.
func TestTokensIssuedAtOnceAreTwo(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := as(t, uuid.NewString())
	conn := w.connection(ctx, t)
	first := w.admin
	w.start(t)
	var issued atomic.Int32
	var all sync.WaitGroup
	for i := range 10 {
		all.Go(func() {
			_, err := []integrationv1.IntegrationAdminServiceClient{first, w.admin}[i%2].IssueToken(ctx, &integrationv1.IssueTokenRequest{Connection: conn})
			if err == nil {
				issued.Add(1)
			} else if reason(err) != "TOO_MANY_TOKENS" {
				t.Error(err)
			}
		})
	}
	all.Wait()
	live, err := w.admin.ListTokens(ctx, &integrationv1.ListTokensRequest{Connection: conn})
	if err != nil || issued.Load() != 2 || len(live.GetTokens()) != 2 {
		t.Errorf("%d issued, %d live, %v", issued.Load(), len(live.GetTokens()), err)
	}
}

// Every change of a token is a new version of the table, so that the doors, which
// ask by version, hear of it with their next question; a revoked one is not in it.
func TestEveryChangeOfATokenMovesTheTable(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := as(t, uuid.NewString())
	conn, _ := w.activeV2(ctx, t)
	version := w.endpoints(t, 0).GetVersion()
	moved := func(what string, want int) []*integrationv1.Endpoint {
		t.Helper()
		table := w.endpoints(t, version)
		if table.GetUnchanged() || table.GetVersion() <= version || len(table.GetEndpoints()) != want {
			t.Errorf("%s: unchanged %t, version %d after %d, %d endpoints", what, table.GetUnchanged(), table.GetVersion(), version, len(table.GetEndpoints()))
		}
		version = table.GetVersion()
		return table.GetEndpoints()
	}
	added := w.issue(ctx, t, conn)
	moved("issued", 2)
	if _, err := w.admin.RevokeToken(ctx, &integrationv1.RevokeTokenRequest{Connection: conn, Token: added}); err != nil {
		t.Fatal(err)
	}
	left := moved("revoked", 1)
	if len(left) != 1 || left[0].GetToken() == added {
		t.Fatal("the revoked token is still in the table")
	}
	if _, err := w.admin.RevokeToken(ctx, &integrationv1.RevokeTokenRequest{Connection: conn, Token: left[0].GetToken()}); err != nil {
		t.Fatal(err)
	}
	moved("the last one revoked", 0)
	if _, err := w.admin.RevokeToken(ctx, &integrationv1.RevokeTokenRequest{Connection: conn, Token: added}); reason(err) != "TOKEN_NOT_FOUND" {
		t.Errorf("revoked twice: %v", err)
	}
}

// Of a revoked token nothing is left but the hash, by which it is known again:
// whoever gets at the database and the keys one day cannot read it. So it is with
// the tokens of a connection that is deleted.
func TestARevokedTokenIsErased(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := as(t, uuid.NewString())
	conn, _ := w.activeV2(ctx, t)
	second, err := w.admin.IssueToken(ctx, &integrationv1.IssueTokenRequest{Connection: conn})
	if err != nil {
		t.Fatal(err)
	}
	kept := func() (live, sealed, hashed int) {
		err := w.db.Owner(t).QueryRow(t.Context(), `select count(*) filter (where revoked_at is null), count(sealed), count(token_hash)
			from integration.callback_token`).Scan(&live, &sealed, &hashed)
		if err != nil {
			t.Fatal(err)
		}
		return live, sealed, hashed
	}
	_, id, _ := strings.Cut(second.GetToken().GetName(), "/tokens/")
	if _, err := w.admin.RevokeToken(ctx, &integrationv1.RevokeTokenRequest{Connection: conn, Token: id}); err != nil {
		t.Fatal(err)
	}
	if live, sealed, hashed := kept(); live != 1 || sealed != 1 || hashed != 2 {
		t.Errorf("after a revocation %d are live, %d sealed and %d hashed", live, sealed, hashed)
	}
	if _, err := w.admin.DisableConnection(ctx, &integrationv1.DisableConnectionRequest{Connection: conn}); err != nil {
		t.Fatal(err)
	}
	if _, err := w.admin.DeleteConnection(ctx, &integrationv1.DeleteConnectionRequest{Connection: conn}); err != nil {
		t.Fatal(err)
	}
	if live, sealed, hashed := kept(); live != 0 || sealed != 0 || hashed != 2 {
		t.Errorf("after a deletion %d are live, %d sealed and %d hashed", live, sealed, hashed)
	}
}

// A token is kept as its hash and sealed; the text is nowhere in the row.
func TestATokenIsKeptHashedAndSealed(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := as(t, uuid.NewString())
	conn := w.connection(ctx, t)
	out, err := w.admin.IssueToken(ctx, &integrationv1.IssueTokenRequest{Connection: conn})
	if err != nil {
		t.Fatal(err)
	}
	text := out.GetToken().GetToken()
	var hash, sealed []byte
	var row string
	err = w.db.Owner(t).QueryRow(t.Context(), `select token_hash, sealed, c::text from integration.callback_token c`).Scan(&hash, &sealed, &row)
	want := sha256.Sum256([]byte(text))
	if err != nil || !bytes.Equal(hash, want[:]) || bytes.Contains(sealed, []byte(text[4:])) || len(sealed) < len(text)+12+16 || strings.Contains(row, text[4:]) ||
		strings.Contains(row, hex.EncodeToString([]byte(text[4:]))) {
		t.Errorf("%v, hash %t, %d bytes sealed", err, bytes.Equal(hash, want[:]), len(sealed))
	}
	if strings.Contains(w.logs.String(), text[4:]) {
		t.Error("the log holds the token")
	}
}
