package integration_test

import (
	"context"
	"slices"
	"strings"
	"testing"

	"github.com/google/uuid"
	"google.golang.org/grpc"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/reflect/protoregistry"

	integrationv1 "github.com/dakoku/dakoku/proto/gen/dakoku/integration/v1"
)

// noted counts the rows of the audit of an organization.
func (w *world) noted(t *testing.T, tenant string) (n int) {
	t.Helper()
	if err := w.db.Owner(t).QueryRow(t.Context(), `select count(*) from integration.audit_events where tenant_id = $1`, tenant).Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}

// administration is every method for administrators, by name.
func administration() map[string]protoreflect.MethodDescriptor {
	all := map[string]protoreflect.MethodDescriptor{}
	for _, file := range []protoreflect.FileDescriptor{
		integrationv1.File_dakoku_integration_v1_integration_admin_service_proto, integrationv1.File_dakoku_integration_v1_link_admin_service_proto,
	} {
		methods := file.Services().Get(0).Methods()
		for i := range methods.Len() {
			all[string(methods.Get(i).Name())] = methods.Get(i)
		}
	}
	return all
}

func invoke(ctx context.Context, t *testing.T, conn *grpc.ClientConn, method protoreflect.MethodDescriptor, req proto.Message) (proto.Message, error) {
	t.Helper()
	kind, err := protoregistry.GlobalTypes.FindMessageByName(method.Output().FullName())
	if err != nil {
		t.Fatal(err)
	}
	out := kind.New().Interface()
	return out, conn.Invoke(ctx, "/"+string(method.Parent().FullName())+"/"+string(method.Name()), req, out)
}

// Each change is noted exactly once, and so is each look at tokens; what only reads or is refused is not.
func TestEachChangeIsNotedOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	p := newProperty(t, w)
	ctx, methods := as(t, p.tenant), administration()
	stranger := uuid.NewString()
	for name, c := range p.tries(stranger) {
		if m := methods[name]; m != nil && c.want != "" {
			_, err := invoke(as(t, stranger), t, w.adminConn, m, c.req)
			if reason(err) != c.want || w.noted(t, stranger) != 0 {
				t.Errorf("%s refused is noted: %v", name, err)
			}
		}
	}
	w.staff.hire(p.tenant, "2", "two@example")
	_, keys := w.activeV2(as(t, uuid.NewString()), t)
	conn, fresh := p.conn, uuid.NewString()
	staged := &integrationv1.UpdateCredentialsRequest{Connection: conn, Credentials: inV2(keys), Stage: true}
	var tried []string
	for _, c := range []struct {
		method string
		req    proto.Message
		more   int
	}{
		{"CreateConnection", &integrationv1.CreateConnectionRequest{Connection: &integrationv1.Connection{Service: integrationv1.Connection_LINE_WORKS, DisplayName: "支社"}}, 1},
		{"UpdateConnection", &integrationv1.UpdateConnectionRequest{ConnectionId: conn, Connection: &integrationv1.Connection{DisplayName: "x"}}, 1},
		{"DisableConnection", &integrationv1.DisableConnectionRequest{Connection: conn}, 1},
		{"ActivateConnection", &integrationv1.ActivateConnectionRequest{Connection: conn}, 1},
		{"IssueToken", &integrationv1.IssueTokenRequest{Connection: conn}, 1},
		{"ListTokens", &integrationv1.ListTokensRequest{Connection: conn}, 1},
		{"TestConnection", &integrationv1.TestConnectionRequest{Connection: conn}, 1},
		{"RegisterCallback", &integrationv1.RegisterCallbackRequest{Connection: conn}, 1},
		{"RegisterMenu", &integrationv1.RegisterMenuRequest{Connection: conn}, 1},
		{"DiscardCredentials", &integrationv1.DiscardCredentialsRequest{Connection: conn}, 1},
		{"UpdateCredentials", staged, 1},
		{"ActivateCredentials", &integrationv1.ActivateCredentialsRequest{Connection: conn}, 1},
		{"RollBackCredentials", &integrationv1.RollBackCredentialsRequest{Connection: conn}, 1},
		{"ActivateCredentials", &integrationv1.ActivateCredentialsRequest{Connection: conn}, 1},
		{"RetireCredentials", &integrationv1.RetireCredentialsRequest{Connection: conn}, 1},
		{"UpdateAccountLink", &integrationv1.UpdateAccountLinkRequest{Employee: fresh, AccountLink: &integrationv1.AccountLink{LineWorksAccountId: "new@example"}}, 1},
		{"DeleteAccountLink", &integrationv1.DeleteAccountLinkRequest{Employee: fresh}, 1},
		{"LinkUnlinkedSender", &integrationv1.LinkUnlinkedSenderRequest{Sender: p.sender, Employee: fresh}, 1},
		{"ImportAccountLinks", &integrationv1.ImportAccountLinksRequest{Table: &integrationv1.AccountLinkTable{Csv: "employee_number,lineworks_account_id\n1,x@example\n2,y@example\n"}}, 1},
		{"SyncAccountLinks", &integrationv1.SyncAccountLinksRequest{Sync: &integrationv1.AccountLinkSync{Connection: "connections/" + conn}, ValidateOnly: true}, 1},
		{"RevokeToken", &integrationv1.RevokeTokenRequest{Connection: conn, Token: p.token}, 1},
		{"DisableConnection", &integrationv1.DisableConnectionRequest{Connection: conn}, 1},
		{"DeleteConnection", &integrationv1.DeleteConnectionRequest{Connection: conn}, 1},
	} {
		before := w.noted(t, p.tenant)
		_, err := invoke(ctx, t, w.adminConn, methods[c.method], c.req)
		if got := w.noted(t, p.tenant) - before; got != c.more || err != nil {
			t.Errorf("%s is noted %d times, want %d: %v", c.method, got, c.more, err)
		}
		if slices.Contains([]string{"TestConnection", "RegisterCallback", "RegisterMenu"}, c.method) {
			if of, want := w.actedOn(t, p.tenant), "connections/"+conn; of != want {
				t.Errorf("%s is noted of %q, want %s", c.method, of, want)
			}
		}
		tried = append(tried, c.method)
	}
	w.unspoken(t, keys.BotSecret, keys.ClientSecret, keys.PrivateKey[40:80], "dkt_")
	for name := range methods {
		if !strings.HasPrefix(name, "Get") && !strings.HasPrefix(name, "List") && !slices.Contains(tried, name) {
			t.Errorf("%s is not tried", name)
		}
	}
}

// actedOn are the resources of what was noted last.
func (w *world) actedOn(t *testing.T, tenant string) (of string) {
	t.Helper()
	err := w.db.Owner(t).QueryRow(t.Context(), `select coalesce(string_agg(distinct resource, ' '), '') from integration.audit_changes
		where event_id = (select event_id from integration.audit_changes where tenant_id = $1 order by place desc limit 1)`, tenant).Scan(&of)
	if err != nil {
		t.Fatal(err)
	}
	return of
}

// unspoken looks for secrets in the audit, whose columns of bytes would be text.
func (w *world) unspoken(t *testing.T, secrets ...string) {
	t.Helper()
	for _, secret := range append(secrets, `"\\x`) {
		var in string
		err := w.db.Owner(t).QueryRow(t.Context(), `select coalesce(string_agg(distinct entity, ','), '') from integration.audit_changes
			where position($1 in coalesce(before::text, '') || coalesce(after::text, '')) > 0`, secret).Scan(&in)
		if err != nil || in != "" {
			t.Errorf("a secret is in the audit of %s: %v", in, err)
		}
	}
}
