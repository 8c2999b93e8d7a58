package integration_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"google.golang.org/protobuf/testing/protocmp"

	integrationv1 "github.com/dakoku/dakoku/proto/gen/dakoku/integration/v1"
	"github.com/dakoku/dakoku/simulator"
)

// TestCheckingStoresNothing checks good and bad keys, for now and for later,
// before there are any and beside others: not a byte changes, but in the ledger of uses.
func TestCheckingStoresNothing(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := as(t, uuid.NewString())
	conn := w.connection(ctx, t)
	keys, err := w.sim.NewBotV2(simulator.BotSpec{Domain: w.domain})
	if err != nil {
		t.Fatal(err)
	}
	bad := inV2(keys)
	bad.PrivateKey = "-----BEGIN PUBLIC KEY-----"
	check := func(stage bool) *integrationv1.Credentials {
		t.Helper()
		out, err := w.admin.UpdateCredentials(ctx, &integrationv1.UpdateCredentialsRequest{Connection: conn, Credentials: inV2(keys), ValidateOnly: true, Stage: stage})
		if err != nil {
			t.Fatal(err)
		}
		_, err = w.admin.UpdateCredentials(ctx, &integrationv1.UpdateCredentialsRequest{Connection: conn, Credentials: bad, ValidateOnly: true, Stage: stage})
		if got := fields(err)["privateKey"]; got != "PUBLIC_KEY" {
			t.Errorf("bad keys: %v", err)
		}
		return out.GetCredentials()
	}
	before := w.columns(t)
	for _, stage := range []bool{false, true} {
		if got := check(stage); got.GetStaged() != nil || got.GetPrevious() != nil {
			t.Errorf("the first keys are current in any case: %v", got)
		}
	}
	if d := cmp.Diff(before, w.columns(t)); d != "" {
		t.Errorf("checking the first keys changed rows:\n%s", d)
	}
	w.activate(ctx, t, conn, inV2(keys))
	before = w.columns(t)
	if got := check(false); got.GetPrevious().GetBotId() != keys.BotID || got.GetPrevious().GetExpireTime() == nil {
		t.Errorf("the review does not show what becomes of the current keys: %v", got)
	}
	review := check(true)
	if d := cmp.Diff(before, w.columns(t)); d != "" {
		t.Errorf("checking keys beside others changed rows:\n%s", d)
	}
	stored, err := w.admin.UpdateCredentials(ctx, &integrationv1.UpdateCredentialsRequest{Connection: conn, Credentials: inV2(keys), Stage: true})
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(review, stored.GetCredentials(), protocmp.Transform(), protocmp.IgnoreFields(review, "update_time", "bot_found", "bot_message")); d != "" || review.GetStaged() == nil {
		t.Errorf("the review differs from what was stored:\n%s", d)
	}
}

// TestVerbsOnKeysMeanARevision sends etags that are current and etags that are not.
func TestVerbsOnKeysMeanARevision(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := as(t, uuid.NewString())
	conn, keys := w.activeV2(ctx, t)
	put := func(etag string) (*integrationv1.Credentials, error) {
		in := inV2(keys)
		in.Etag = etag
		out, err := w.admin.UpdateCredentials(ctx, &integrationv1.UpdateCredentialsRequest{Connection: conn, Credentials: in, Stage: true})
		return out.GetCredentials(), err
	}
	activate := func(etag string) (*integrationv1.Credentials, error) {
		out, err := w.admin.ActivateCredentials(ctx, &integrationv1.ActivateCredentialsRequest{Connection: conn, Etag: etag})
		return out.GetCredentials(), err
	}
	rollBack := func(etag string) (*integrationv1.Credentials, error) {
		out, err := w.admin.RollBackCredentials(ctx, &integrationv1.RollBackCredentialsRequest{Connection: conn, Etag: etag})
		return out.GetCredentials(), err
	}
	read, err := w.admin.GetCredentials(ctx, &integrationv1.GetCredentialsRequest{Connection: conn})
	if err != nil {
		t.Fatal(err)
	}
	first := read.GetCredentials().GetEtag()
	staged, err := put(first)
	if err != nil {
		t.Fatal(err)
	}
	second := staged.GetStaged().GetEtag()
	if got := w.endpoints(t, 0).GetEndpoints()[0].GetSigningKeys(); len(got) != 1 {
		t.Errorf("the same bot secret in two sets: %d signing keys", len(got))
	}
	if _, err := put(first); reason(err) != "ETAG_STALE" {
		t.Errorf("staged over keys that were not read: %v", err)
	}
	if _, err := activate(first); reason(err) != "ETAG_STALE" {
		t.Errorf("activated other keys: %v", err)
	}
	active, err := activate(second)
	if err != nil || active.GetEtag() != second || active.GetPrevious().GetEtag() != first {
		t.Fatalf("%v, %v", active, err)
	}
	if _, err := rollBack(first); reason(err) != "ETAG_STALE" {
		t.Errorf("rolled back other keys: %v", err)
	}
	back, err := rollBack(second)
	if err != nil || back.GetEtag() != first || back.GetStaged().GetEtag() != second || back.GetPrevious() != nil {
		t.Fatalf("%v, %v", back, err)
	}
	if _, err := rollBack(""); reason(err) != "PREVIOUS_CREDENTIALS_MISSING" {
		t.Errorf("%v", err)
	}
	if _, err := w.admin.DiscardCredentials(ctx, &integrationv1.DiscardCredentialsRequest{Connection: conn, Etag: first}); reason(err) != "ETAG_STALE" {
		t.Errorf("discarded other keys: %v", err)
	}
	if _, err := activate(second); err != nil {
		t.Fatal(err)
	}
	if _, err := w.admin.RetireCredentials(ctx, &integrationv1.RetireCredentialsRequest{Connection: conn, Etag: second}); reason(err) != "ETAG_STALE" {
		t.Errorf("retired other keys: %v", err)
	}
	if _, err := rollBack(second); err != nil {
		t.Fatal(err)
	}
	out, err := w.admin.DiscardCredentials(ctx, &integrationv1.DiscardCredentialsRequest{Connection: conn, Etag: second})
	if err != nil || out.GetCredentials().GetStaged() != nil {
		t.Errorf("%v, %v", out, err)
	}
	if _, err := w.admin.RetireCredentials(as(t, uuid.NewString()), &integrationv1.RetireCredentialsRequest{Connection: conn}); reason(err) != "CONNECTION_NOT_FOUND" {
		t.Errorf("another organization's keys: %v", err)
	}
}

// columns is the text of every row of every table of the context but the ledger of uses,
// in which fingerprints alone stand.
func (w *world) columns(t *testing.T) string {
	t.Helper()
	owner := w.db.Owner(t)
	rows, err := owner.Query(t.Context(), `select table_name from information_schema.tables where table_schema = 'integration' and table_name <> 'secret_use'`)
	if err != nil {
		t.Fatal(err)
	}
	tables, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil || len(tables) < 9 {
		t.Fatalf("%d tables, %v", len(tables), err)
	}
	var out strings.Builder
	for _, table := range tables {
		rows, err := owner.Query(t.Context(), `select row_to_json(x)::text || ' ' || encode(convert_to(x::text, 'UTF8'), 'escape') from integration.`+pgx.Identifier{table}.Sanitize()+` x`)
		if err != nil {
			t.Fatal(err)
		}
		texts, err := pgx.CollectRows(rows, pgx.RowTo[string])
		if err != nil {
			t.Fatal(err)
		}
		out.WriteString(unhex(strings.Join(texts, "\n")))
	}
	return out.String()
}
