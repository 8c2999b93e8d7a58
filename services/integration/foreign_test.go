package integration_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/uuid"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/encoding/prototext"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/reflect/protoregistry"
	"google.golang.org/protobuf/types/known/timestamppb"

	integrationv1 "github.com/dakoku/dakoku/proto/gen/dakoku/integration/v1"
)

// property is what an organization has: one of everything that can be named.
type property struct {
	tenant, conn, token, employee, user, sender, sync string
}

func newProperty(t *testing.T, w *world) property {
	t.Helper()
	p := property{tenant: uuid.NewString()}
	ctx := as(t, p.tenant)
	conn, keys := w.activeV2(ctx, t)
	if _, err := w.admin.UpdateCredentials(ctx, &integrationv1.UpdateCredentialsRequest{Connection: conn, Credentials: inV2(keys), Stage: true}); err != nil {
		t.Fatal(err)
	}
	p.conn, p.token = conn, w.endpoints(t, 0).GetEndpoints()[0].GetToken()
	p.user, p.employee = w.user(t, "owner@example").ID, w.staff.hire(p.tenant, "1", "owner@example")
	p.sync = w.sync(t, p.tenant, false)
	w.ended(t, p.tenant, p.sync)
	w.punch(t, p.tenant, conn, integrationv1.Credentials_V2, p.user, "a-stranger-of-the-owner")
	p.sender = strings.TrimPrefix(w.strangers(t, p.tenant)[0].GetName(), "unlinkedSenders/")
	return p
}

// rows are everything that is stored of the organization, in whatever table.
func (w *world) rows(t *testing.T, tenant string) string {
	t.Helper()
	owner := w.db.Owner(t)
	var tables []string
	err := owner.QueryRow(t.Context(), `select array_agg(table_name::text order by table_name) from information_schema.columns
		where table_schema = 'integration' and column_name = 'tenant_id'`).Scan(&tables)
	if err != nil || len(tables) < 15 {
		t.Fatalf("%v, %v", tables, err)
	}
	var all strings.Builder
	for _, table := range tables {
		var text string
		if err := owner.QueryRow(t.Context(), `select coalesce(string_agg(t::text, chr(10) order by t::text), '') from integration.`+table+` t where tenant_id = $1`, tenant).Scan(&text); err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(&all, "%s\n%s\n", table, text)
	}
	return all.String()
}

// try is a call with another organization's ids, and the reason of its refusal;
// none when it succeeds and shows nothing.
type try struct {
	req  proto.Message
	want string
}

const gone = "CONNECTION_NOT_FOUND"

// tries name the owner's ids. The stranger's link of the owner's employee is one
// of the stranger's own: who works where is not known here. There is an entry
// for every method, of callers of organizations and of the public door.
func (p property) tries(stranger string) map[string]try {
	v2 := integrationv1.Credentials_V2
	link := &integrationv1.AccountLink{LineWorksAccountId: "stranger@example"}
	keys := &integrationv1.Credentials{ApiVersion: v2, BotSecret: "a-secret-of-a-stranger"}
	return map[string]try{
		"CreateConnection": {&integrationv1.CreateConnectionRequest{Connection: &integrationv1.Connection{
			Name: "connections/" + p.conn, Service: integrationv1.Connection_LINE_WORKS, DisplayName: "本社"}}, ""},
		"ListConnections":        {&integrationv1.ListConnectionsRequest{}, ""},
		"GetConnection":          {&integrationv1.GetConnectionRequest{Connection: p.conn}, gone},
		"ListIntegrations":       {&integrationv1.ListIntegrationsRequest{}, ""},
		"UpdateConnection":       {&integrationv1.UpdateConnectionRequest{ConnectionId: p.conn, Connection: &integrationv1.Connection{DisplayName: "x"}}, gone},
		"DeleteConnection":       {&integrationv1.DeleteConnectionRequest{Connection: p.conn}, gone},
		"ListConnectionHours":    {&integrationv1.ListConnectionHoursRequest{Connection: p.conn}, gone},
		"TestConnection":         {&integrationv1.TestConnectionRequest{Connection: p.conn}, gone},
		"RegisterCallback":       {&integrationv1.RegisterCallbackRequest{Connection: p.conn, Token: p.token}, gone},
		"RegisterMenu":           {&integrationv1.RegisterMenuRequest{Connection: p.conn}, gone},
		"ActivateConnection":     {&integrationv1.ActivateConnectionRequest{Connection: p.conn}, gone},
		"DisableConnection":      {&integrationv1.DisableConnectionRequest{Connection: p.conn}, gone},
		"IssueToken":             {&integrationv1.IssueTokenRequest{Connection: p.conn}, gone},
		"ListTokens":             {&integrationv1.ListTokensRequest{Connection: p.conn}, gone},
		"RevokeToken":            {&integrationv1.RevokeTokenRequest{Connection: p.conn, Token: p.token}, "TOKEN_NOT_FOUND"},
		"UpdateCredentials":      {&integrationv1.UpdateCredentialsRequest{Connection: p.conn, Credentials: keys}, gone},
		"ActivateCredentials":    {&integrationv1.ActivateCredentialsRequest{Connection: p.conn}, gone},
		"RollBackCredentials":    {&integrationv1.RollBackCredentialsRequest{Connection: p.conn}, gone},
		"RetireCredentials":      {&integrationv1.RetireCredentialsRequest{Connection: p.conn}, gone},
		"DiscardCredentials":     {&integrationv1.DiscardCredentialsRequest{Connection: p.conn}, gone},
		"ListSecretUses":         {&integrationv1.ListSecretUsesRequest{Connection: p.conn}, gone},
		"GetCredentials":         {&integrationv1.GetCredentialsRequest{Connection: p.conn}, gone},
		"UpdateAccountLink":      {&integrationv1.UpdateAccountLinkRequest{Employee: p.employee, AccountLink: link}, ""},
		"GetAccountLink":         {&integrationv1.GetAccountLinkRequest{Employee: p.employee}, ""},
		"DeleteAccountLink":      {&integrationv1.DeleteAccountLinkRequest{Employee: p.employee}, ""},
		"ListAccountLinks":       {&integrationv1.ListAccountLinksRequest{}, ""},
		"ImportAccountLinks":     {&integrationv1.ImportAccountLinksRequest{Table: &integrationv1.AccountLinkTable{Csv: "employee_number,lineworks_account_id\n1,x@example\n"}}, ""},
		"SyncAccountLinks":       {&integrationv1.SyncAccountLinksRequest{Sync: &integrationv1.AccountLinkSync{Connection: "connections/" + p.conn}}, gone},
		"GetAccountLinkSync":     {&integrationv1.GetAccountLinkSyncRequest{Sync: p.sync}, "SYNC_NOT_FOUND"},
		"ListAccountLinkChanges": {&integrationv1.ListAccountLinkChangesRequest{Employee: p.employee}, ""},
		"ListUnlinkedSenders":    {&integrationv1.ListUnlinkedSendersRequest{}, ""},
		"LinkUnlinkedSender":     {&integrationv1.LinkUnlinkedSenderRequest{Sender: p.sender, Employee: uuid.NewString(), Replace: true}, "UNLINKED_SENDER_NOT_FOUND"},
		"ResolveSenders": {&integrationv1.ResolveSendersRequest{Senders: []*integrationv1.Sender{
			{Tenant: stranger, Connection: p.conn, ApiVersion: v2, User: p.user}}}, ""},
		"ReportUnlinkedSenders": {&integrationv1.ReportUnlinkedSendersRequest{Senders: []*integrationv1.Sender{
			{Tenant: stranger, Connection: p.conn, ApiVersion: v2, User: p.user}}}, ""},
		"SendReplies":     {&integrationv1.SendRepliesRequest{Replies: []*integrationv1.Reply{reply(stranger, p.conn, make([]byte, 32), v2, p.user, "x")}}, gone},
		"BatchGetReplies": {&integrationv1.BatchGetRepliesRequest{Tenant: stranger, EventKeys: [][]byte{make([]byte, 32)}}, ""},
		"ReportTraffic": {&integrationv1.ReportTrafficRequest{Reporter: uuid.NewString(), Hours: []*integrationv1.TrafficHour{
			{Tenant: stranger, Connection: p.conn, Hour: timestamppb.Now(), Callbacks: 7}}}, ""},
		// The table of the public door is of all organizations: it is asked before
		// anybody knows whose callback it is. Nobody else may read it.
		"ListEndpoints": {&integrationv1.ListEndpointsRequest{}, "all"},
	}
}

// A caller of another organization who knows every id of the owner finds nothing
// and changes nothing, whatever method it is.
func TestNobodyReachesAnotherOrganization(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	owner, stranger := newProperty(t, w), uuid.NewString()
	before := w.rows(t, owner.tenant)
	tries := owner.tries(stranger)
	for _, file := range []protoreflect.FileDescriptor{
		integrationv1.File_dakoku_integration_v1_integration_admin_service_proto,
		integrationv1.File_dakoku_integration_v1_link_admin_service_proto,
		integrationv1.File_dakoku_integration_v1_integration_service_proto,
	} {
		service := file.Services().Get(0)
		conn := w.adminConn
		if service.Name() == "IntegrationService" {
			conn = w.publicConn
		}
		for i := range service.Methods().Len() {
			method := service.Methods().Get(i)
			c, listed := tries[string(method.Name())]
			if !listed {
				t.Errorf("%s: what does it show of another organization?", method.FullName())
				continue
			}
			delete(tries, string(method.Name()))
			if c.want == "all" {
				continue
			}
			owner.attempt(t, conn, stranger, method, c)
			if w.rows(t, owner.tenant) != before {
				t.Fatalf("%s changed rows of another organization", method.Name())
			}
		}
	}
	for name := range tries {
		t.Errorf("%s is no method", name)
	}
}

func (p property) attempt(t *testing.T, conn *grpc.ClientConn, stranger string, method protoreflect.MethodDescriptor, c try) {
	t.Helper()
	kind, err := protoregistry.GlobalTypes.FindMessageByName(method.Output().FullName())
	if err != nil {
		t.Fatal(err)
	}
	out := kind.New().Interface()
	path := "/" + string(method.Parent().FullName()) + "/" + string(method.Name())
	err = conn.Invoke(as(t, stranger), path, c.req, out)
	if reason(err) != c.want {
		t.Errorf("%s: %v, want %q", method.Name(), err, c.want)
	}
	if code := status.Code(err); err != nil && code != codes.NotFound { // anything else would tell that it is there
		t.Errorf("%s: %s, want what is absent", method.Name(), code)
	}
	shown := prototext.Format(out) + fmt.Sprint(err)
	for _, id := range []string{p.tenant, p.conn, p.token, p.user, p.sender, p.sync, "owner@example", "a-stranger-of-the-owner"} {
		if strings.Contains(shown, id) {
			t.Errorf("%s shows %s of another organization: %s", method.Name(), id, shown)
		}
	}
}
