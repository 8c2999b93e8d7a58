package eventadmin

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgconn"

	"github.com/dakoku/dakoku/platform/audit"
	"github.com/dakoku/dakoku/platform/fault"
	"github.com/dakoku/dakoku/platform/rpc"
	"github.com/dakoku/dakoku/platform/seal"
	auditv1 "github.com/dakoku/dakoku/proto/gen/dakoku/audit/v1"
	gatewayv1 "github.com/dakoku/dakoku/proto/gen/dakoku/gateway/v1"
	"github.com/dakoku/dakoku/services/webhook-gateway/internal/inbox"
)

// Release answers with the first row.
func (l *lister) Release(_ context.Context, r inbox.Release) (inbox.Accepted, error) {
	l.tenant, l.released = r.Tenant, r
	return l.rows[0], l.err
}

// asAdministrator is a call of somebody whom the audit can name.
func asAdministrator(t *testing.T) context.Context {
	return rpc.WithCaller(t.Context(), rpc.Caller{Tenant: "t1", Account: "a1", Kind: rpc.KindAccount})
}

func TestAReleasedEventAsShown(t *testing.T) {
	row := accepted()
	row.Outcome, row.Employee, row.Punch, row.Released = "PENDING", "", "", time.UnixMilli(3000)
	l := &lister{rows: []inbox.Accepted{row}}
	for _, name := range []string{id, "events/" + id, "events/" + strings.ToUpper(id)} {
		got, err := (&Service{Inbox: l, Replies: &answers{}}).ReleaseEvent(asAdministrator(t), &gatewayv1.ReleaseEventRequest{Event: name})
		if err != nil || got.GetEvent().GetReleaseTime().AsTime() != row.Released.UTC() || got.GetEvent().GetOutcome() != gatewayv1.Event_PENDING || got.GetEvent().GetReply() != nil {
			t.Errorf("%s: %v %v", name, got, err)
		}
		if l.released.ID != id || l.released.Tenant != "t1" || !strings.Contains(l.released.Origin, `"a1"`) {
			t.Errorf("%+v", l.released)
		}
	}
}

// What names no event reaches no database.
func TestWhatIsNoIdIsNoEvent(t *testing.T) {
	l := &lister{rows: []inbox.Accepted{accepted()}}
	for _, name := range []string{"", "events/", "x", "{" + id + "}", "punches/" + id, "events/\x00"} {
		_, err := (&Service{Inbox: l}).ReleaseEvent(asAdministrator(t), &gatewayv1.ReleaseEventRequest{Event: name})
		if !fault.HasReason(err, "EVENT_NOT_FOUND") || l.tenant != "" {
			t.Errorf("%q: %v", name, err)
		}
	}
	if _, err := (&Service{Inbox: l}).ReleaseEvent(t.Context(), &gatewayv1.ReleaseEventRequest{Event: id}); err == nil || l.tenant != "" {
		t.Error("no caller:", err)
	}
}

// Each refusal says in both languages what to do, and names what it is about.
func TestWhyAnEventIsNotReleased(t *testing.T) {
	for _, tt := range []struct {
		err            error
		reason, ja, en string
		key, value     string
	}{
		{inbox.ErrMissing, "EVENT_NOT_FOUND", "一覧", "list", "", ""},
		{inbox.ErrNotQuarantined, "EVENT_NOT_QUARANTINED", "QUARANTINED", "QUARANTINED", "outcome", "RECORDED"},
		{inbox.ErrNotReleasable, "EVENT_NOT_RELEASABLE", "手動", "by hand", "reason", "NOT_UTF8"},
		{inbox.ErrErased, "EVENT_BODY_ERASED", "90日", "90 days", "", ""},
		{inbox.ErrAhead, "EVENT_AHEAD", "時計", "clock", "issuedTime", "1970-01-01T00:00:01Z"},
		{inbox.ErrTwice, "EVENT_TWICE", "別に受信", "another time", "", ""},
		{inbox.ErrBotUnknown, "EVENT_BOT_UNKNOWN", "Bot", "bot", "", ""},
		{seal.ErrAway, "UNAVAILABLE", "しばらく", "later", "", ""},
		{&pgconn.PgError{Code: "57P01"}, "UNAVAILABLE", "しばらく", "later", "", ""},
	} {
		row := accepted()
		row.Reason, row.Issued = "NOT_UTF8", time.UnixMilli(1000).UTC()
		l := &lister{rows: []inbox.Accepted{row}, err: tt.err}
		_, err := (&Service{Inbox: l}).ReleaseEvent(asAdministrator(t), &gatewayv1.ReleaseEventRequest{Event: id})
		f, _ := fault.From(err)
		if f == nil || f.Reason() != tt.reason || !strings.Contains(f.Text().JA, tt.ja) || !strings.Contains(f.Text().EN, tt.en) || f.Meta()[tt.key] != tt.value || !errors.Is(err, tt.err) {
			t.Errorf("%v: %v", tt.err, err)
		}
	}
}

// The audit is the caller's organization's.
func TestTheAuditOfTheCallersOrganization(t *testing.T) {
	of := ""
	a := &Audit{Trail: func(_ context.Context, tenant string, _ audit.Query) ([]audit.Entry, error) {
		of = tenant
		return []audit.Entry{{ID: id, ActorKind: "account", Actor: "a1", Action: "RELEASE_EVENT", ChangeCount: 1, Changes: []audit.Change{{Resource: "events/" + id, Before: "{}"}}}}, nil
	}}
	got, err := a.ListAuditTrail(asked(t), &gatewayv1.ListAuditTrailRequest{Query: &auditv1.TrailQuery{}})
	if err != nil || of != "t1" || len(got.GetEntries()) != 1 || got.GetEntries()[0].GetChanges()[0].GetResource() != "events/"+id {
		t.Error(of, got, err)
	}
	if _, err := a.ListAuditTrail(t.Context(), &gatewayv1.ListAuditTrailRequest{}); err == nil {
		t.Error("no caller")
	}
}
