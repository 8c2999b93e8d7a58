package integration_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"
	"google.golang.org/protobuf/testing/protocmp"
	"google.golang.org/protobuf/types/known/fieldmaskpb"
	"google.golang.org/protobuf/types/known/timestamppb"

	integrationv1 "github.com/dakoku/dakoku/proto/gen/dakoku/integration/v1"

	"github.com/dakoku/dakoku/platform/rpc"
)

func TestConnectionsAreRenamed(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := as(t, uuid.NewString())
	conn := w.connection(ctx, t)
	update := func(name, etag string, only bool, mask ...string) (*integrationv1.Connection, error) {
		out, err := w.admin.UpdateConnection(ctx, &integrationv1.UpdateConnectionRequest{
			ConnectionId: conn, Connection: &integrationv1.Connection{DisplayName: name, Etag: etag}, ValidateOnly: only,
			UpdateMask: &fieldmaskpb.FieldMask{Paths: mask},
		})
		return out.GetConnection(), err
	}
	same, err := update("", "", false)
	if err != nil || same.GetDisplayName() != "本社" {
		t.Fatalf("nothing given: %v, %v", same, err)
	}
	if checked, err := update("支社", same.GetEtag(), true); err != nil || checked.GetDisplayName() != "支社" {
		t.Errorf("checked: %v, %v", checked, err)
	}
	version := w.endpoints(t, 0).GetVersion()
	renamed, err := update(" 支社 ", same.GetEtag(), false, "display_name", "etag", "figures.callbacks")
	if err != nil || renamed.GetDisplayName() != "支社" || renamed.GetEtag() == same.GetEtag() || renamed.GetState() != integrationv1.Connection_DRAFT {
		t.Fatalf("renamed: %v, %v", renamed, err)
	}
	if again, err := update("支社", "", false); err != nil || again.GetEtag() != renamed.GetEtag() {
		t.Errorf("the same name again: %v, %v", again, err)
	}
	if kept, err := update("x", "", false, "etag"); err != nil || kept.GetDisplayName() != "支社" {
		t.Errorf("not in the mask: %v, %v", kept, err)
	}
	if _, err := update("x", same.GetEtag(), false); reason(err) != "ETAG_STALE" {
		t.Errorf("stale: %v", err)
	}
	if _, err := update("", "", false, "display_name"); fields(err)["displayName"] != "REQUIRED" {
		t.Errorf("emptied: %v", err)
	}
	if _, err := update("x", "", false, "colour"); fields(err)["updateMask"] != "UNKNOWN_FIELD" {
		t.Errorf("unknown field: %v", err)
	}
	if !w.endpoints(t, version).GetUnchanged() {
		t.Error("a name moved the table of endpoints")
	}
	_, err = w.admin.UpdateConnection(as(t, uuid.NewString()), &integrationv1.UpdateConnectionRequest{
		ConnectionId: conn, Connection: &integrationv1.Connection{DisplayName: "x"},
	})
	if reason(err) != "CONNECTION_NOT_FOUND" {
		t.Errorf("another organization: %v", err)
	}
}

func TestConnectionsAreDeleted(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	tenant := uuid.NewString()
	ctx := as(t, tenant)
	conn, keys := w.activeV2(ctx, t)
	w.link(t, tenant, "linked-by-id")
	remove := func(etag string) error {
		_, err := w.admin.DeleteConnection(ctx, &integrationv1.DeleteConnectionRequest{Connection: conn, Etag: etag})
		return err
	}
	if err := remove(""); reason(err) != "CONNECTION_STATE" || rpc.FaultFrom(err).Meta()["state"] != "ACTIVE" || rpc.FaultFrom(err).Meta()["allowed"] != "disable" {
		t.Fatalf("active: %v", err)
	}
	disabled, err := w.admin.DisableConnection(ctx, &integrationv1.DisableConnectionRequest{Connection: conn})
	if err != nil {
		t.Fatal(err)
	}
	if err := remove("0123456789abcdef"); reason(err) != "ETAG_STALE" {
		t.Errorf("stale: %v", err)
	}
	if err := remove(disabled.GetConnection().GetEtag()); err != nil {
		t.Fatal(err)
	}
	if err := remove(""); reason(err) != "CONNECTION_NOT_FOUND" {
		t.Errorf("twice: %v", err)
	}
	_, get := w.admin.GetConnection(ctx, &integrationv1.GetConnectionRequest{Connection: conn})
	_, issue := w.admin.IssueToken(ctx, &integrationv1.IssueTokenRequest{Connection: conn})
	_, activate := w.admin.ActivateConnection(ctx, &integrationv1.ActivateConnectionRequest{Connection: conn})
	_, hours := w.admin.ListConnectionHours(ctx, &integrationv1.ListConnectionHoursRequest{Connection: conn})
	for i, err := range []error{get, issue, activate, hours} {
		if reason(err) != "CONNECTION_NOT_FOUND" {
			t.Errorf("call %d: %v", i, err)
		}
	}
	list, err := w.admin.ListConnections(ctx, &integrationv1.ListConnectionsRequest{})
	if err != nil || len(list.GetConnections()) != 0 || len(w.endpoints(t, 0).GetEndpoints()) != 0 {
		t.Errorf("still listed: %v, %v", list, err)
	}
	var left int
	if err := w.db.Owner(t).QueryRow(t.Context(), `select (select count(*) from integration.credentials) + (select count(*) from integration.access_token)
		+ (select count(*) from integration.callback_token where revoked_at is null) + (select count(*) from integration.connection_bot)`).Scan(&left); err != nil || left != 0 {
		t.Errorf("%d secrets and tokens are left, %v", left, err)
	}
	// The bot is free for a new connection, and links stay.
	next := w.connection(ctx, t)
	w.activate(ctx, t, next, inV2(keys))
	if got := w.resolve(t, tenant, next, integrationv1.Credentials_V2, "linked-by-id")[0]; got.GetState() != linked {
		t.Errorf("the link is gone: %v", got)
	}
}

func TestIntegrationsAreAlwaysListed(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := as(t, uuid.NewString())
	check := func(state integrationv1.Connection_State, n int32) {
		t.Helper()
		out, err := w.admin.ListIntegrations(ctx, &integrationv1.ListIntegrationsRequest{})
		want := []*integrationv1.IntegrationOffer{{Service: integrationv1.Connection_LINE_WORKS, DisplayName: "LINE WORKS", State: state, Connections: n}}
		if d := cmp.Diff(want, out.GetIntegrations(), protocmp.Transform()); err != nil || d != "" {
			t.Errorf("%v %s", err, d)
		}
	}
	check(integrationv1.Connection_STATE_UNSPECIFIED, 0)
	draft := w.connection(ctx, t)
	check(integrationv1.Connection_DRAFT, 1)
	w.activeV2(ctx, t)
	check(integrationv1.Connection_ACTIVE, 2)
	if _, err := w.admin.DeleteConnection(ctx, &integrationv1.DeleteConnectionRequest{Connection: draft}); err != nil {
		t.Fatal(err)
	}
	check(integrationv1.Connection_ACTIVE, 1)
	// One bot without keys that work is not hidden by another that works.
	broken, _ := w.activeV2(ctx, t)
	if _, err := w.db.Owner(t).Exec(t.Context(), `update integration.connection set state = 'BROKEN', state_reason = 'X' where id = $1`, broken); err != nil {
		t.Fatal(err)
	}
	check(integrationv1.Connection_BROKEN, 2)
}

// Reports add up over reporters; one that comes twice, late or for a stranger
// changes nothing.
func TestFiguresAndHours(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	tenant := uuid.NewString()
	ctx := as(t, tenant)
	conn, other := w.connection(ctx, t), w.connection(ctx, t)
	hour := time.Now().UTC().Truncate(time.Hour)
	first, second := uuid.NewString(), uuid.NewString()
	seen := func(back time.Duration, callbacks, failures, unmatched int64) *integrationv1.TrafficHour {
		return &integrationv1.TrafficHour{
			Tenant: tenant, Connection: conn, Hour: timestamppb.New(hour.Add(-back)), Callbacks: callbacks, SignatureFailures: failures,
			UnmatchedTexts: unmatched, LastCallbackTime: timestamppb.New(hour.Add(-back - time.Hour).Add(time.Duration(callbacks) * time.Second)),
		}
	}
	report := func(reporter string, hours ...*integrationv1.TrafficHour) {
		t.Helper()
		if _, err := w.machine.ReportTraffic(t.Context(), &integrationv1.ReportTrafficRequest{Reporter: reporter, Hours: hours}); err != nil {
			t.Fatal(err)
		}
	}
	stranger, foreign := seen(0, 1000, 1000, 1000), seen(0, 1000, 1000, 1000)
	stranger.Connection, foreign.Tenant = uuid.NewString(), uuid.NewString()
	report(first, seen(0, 10, 1, 2), seen(2*time.Hour, 5, 0, 0), stranger, foreign, seen(30*time.Hour, 7, 7, 7),
		seen(100*24*time.Hour, 1000, 0, 0), seen(-48*time.Hour, 1000, 0, 0))
	report(second, seen(0, 3, 0, 0))
	report(first, seen(0, 10, 1, 2))
	report(first, seen(0, 11, 1, 2))
	report(first, seen(0, 8, 0, 1)) // late

	got, err := w.admin.GetConnection(ctx, &integrationv1.GetConnectionRequest{Connection: conn})
	if err != nil {
		t.Fatal(err)
	}
	want := &integrationv1.Connection_Figures{
		LastCallbackTime: timestamppb.New(hour.Add(-time.Hour + 11*time.Second)), Callbacks: 11 + 3 + 5, SignatureFailures: 1, UnmatchedTexts: 2,
	}
	ignore := protocmp.IgnoreFields(want, "rate_limit")
	if d := cmp.Diff(want, got.GetConnection().GetFigures(), protocmp.Transform(), ignore); d != "" {
		t.Error(d)
	}
	list, err := w.admin.ListConnections(ctx, &integrationv1.ListConnectionsRequest{})
	if err != nil || len(list.GetConnections()) != 2 {
		t.Fatal(list, err)
	}
	if d := cmp.Diff(want, list.GetConnections()[0].GetFigures(), protocmp.Transform(), ignore); d != "" {
		t.Error(d)
	}
	if f := list.GetConnections()[1].GetFigures(); f.GetCallbacks() != 0 || f.GetLastCallbackTime() != nil || list.GetConnections()[1].GetName() != "connections/"+other {
		t.Errorf("the other connection: %v", f)
	}
	for n, callbacks := range map[int32]int64{0: 19, 2: 14, 48: 26, 2160: 26} {
		out, err := w.admin.ListConnectionHours(ctx, &integrationv1.ListConnectionHoursRequest{Connection: conn, Hours: n})
		if err != nil {
			t.Fatal(err)
		}
		length := int(n)
		if n == 0 {
			length = 24
		}
		var sum int64
		for i, h := range out.GetHours() {
			sum += h.GetCallbacks()
			if back := len(out.GetHours()) - 1 - i; !h.GetHour().AsTime().Equal(hour.Add(-time.Duration(back) * time.Hour)) {
				t.Fatalf("hour %d is %s", i, h.GetHour().AsTime())
			}
		}
		if sum != callbacks || len(out.GetHours()) != length {
			t.Errorf("%d hours: %d callbacks in %d hours", n, sum, len(out.GetHours()))
		}
	}
}

// What waits, what arrived and what pauses is in the figures as well.
func TestFiguresOfReplies(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	tenant := uuid.NewString()
	ctx := as(t, tenant)
	person := w.user(t, "taro@example")
	conn, keys := w.activeV2(ctx, t)
	w.send(t, reply(tenant, conn, key(t), integrationv1.Credentials_V2, person.ID, "1"))
	eventually(t, "the message", func() bool { return len(w.shown(t, person.ID, keys.BotID)) == 1 })
	w.punch(t, tenant, conn, integrationv1.Credentials_V2, person.ID)
	figures := func() *integrationv1.Connection_Figures {
		got, err := w.admin.GetConnection(ctx, &integrationv1.GetConnectionRequest{Connection: conn})
		if err != nil {
			t.Fatal(err)
		}
		return got.GetConnection().GetFigures()
	}
	eventually(t, "the figures", func() bool {
		f := figures()
		return f.GetLastReplyTime() != nil && f.GetAccessTokenExpireTime() != nil && f.GetUnlinkedSenders() == 1 && f.GetQueuedReplies() == 0 &&
			f.GetRateLimit().GetLimit() > 0 && f.GetRateLimit().GetRemaining() > 0 && f.GetFailedReplies() == 0 && f.GetSendingPausedUntilTime() == nil
	})
	if _, err := w.db.Owner(t).Exec(t.Context(), `update integration.gate set closed_until = now() + interval '1 hour', reason = 'X', failures = 1;
		insert into integration.gate select tenant_id, id, now() + interval '1 hour', 1, 'X' from integration.connection on conflict do nothing`); err != nil {
		t.Fatal(err)
	}
	w.send(t, reply(tenant, conn, key(t), integrationv1.Credentials_V2, person.ID, "2"))
	f := figures()
	if f.GetQueuedReplies() != 1 || f.GetOldestQueuedReplyTime() == nil || f.GetSendingPauseReason() != "X" || f.GetSendingPausedUntilTime() == nil {
		t.Errorf("paused: %v", f)
	}
	if _, err := w.admin.DisableConnection(ctx, &integrationv1.DisableConnectionRequest{Connection: conn}); err != nil {
		t.Fatal(err)
	}
	out, err := w.admin.ListConnectionHours(ctx, &integrationv1.ListConnectionHoursRequest{Connection: conn, Hours: 2})
	if err != nil || out.GetHours()[0].GetSentReplies()+out.GetHours()[1].GetSentReplies() != 1 {
		t.Errorf("hours: %v, %v", out, err)
	}
	if _, err := w.admin.DeleteConnection(ctx, &integrationv1.DeleteConnectionRequest{Connection: conn}); err != nil {
		t.Fatal(err)
	}
	var given int
	err = w.db.Owner(t).QueryRow(t.Context(), `select count(*) from integration.outbound_message where state = 'FAILED' and reason = 'CONNECTION_DELETED' and content is null`).Scan(&given)
	if err != nil || given != 1 {
		t.Errorf("%d waiting answers given up, %v", given, err)
	}
}
