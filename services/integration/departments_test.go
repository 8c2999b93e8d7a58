package integration_test

import (
	"context"
	"slices"
	"strings"
	"testing"

	"github.com/google/uuid"
	"google.golang.org/protobuf/reflect/protoreflect"

	"github.com/dakoku/dakoku/platform/rpc"
	integrationv1 "github.com/dakoku/dakoku/proto/gen/dakoku/integration/v1"
)

// managing makes calls for a manager of departments.
func managing(t *testing.T, tenant string, departments ...string) context.Context {
	t.Helper()
	return rpc.OutgoingCaller(t.Context(), rpc.Caller{
		Tenant: tenant, Account: uuid.NewString(), Role: "MANAGER", Kind: rpc.KindAccount, Proved: true, Departments: departments,
		Permissions: []string{"integration.read", "integration.write", "links.read", "links.write"},
	}, "en")
}

// member hires somebody for a department and links an account.
func (w *world) member(t *testing.T, tenant, number, department, account string) string {
	t.Helper()
	id := w.staff.hire(tenant, number, account)
	w.staff.moves(id, department)
	_, err := w.admin.UpdateAccountLink(as(t, tenant), &integrationv1.UpdateAccountLinkRequest{
		Employee: id, AccountLink: &integrationv1.AccountLink{LineWorksAccountId: account},
	})
	if err != nil {
		t.Fatal(err)
	}
	return id
}

// aboutOne is every method about one employee's link, done to that employee.
func (w *world) aboutOne(ctx context.Context, employee, sender, account string) map[string]func() error {
	return map[string]func() error{
		"GetAccountLink": func() error {
			_, err := w.admin.GetAccountLink(ctx, &integrationv1.GetAccountLinkRequest{Employee: employee})
			return err
		},
		"UpdateAccountLink": func() error {
			_, err := w.admin.UpdateAccountLink(ctx, &integrationv1.UpdateAccountLinkRequest{
				Employee: employee, AccountLink: &integrationv1.AccountLink{LineWorksAccountId: account},
			})
			return err
		},
		"DeleteAccountLink": func() error {
			_, err := w.admin.DeleteAccountLink(ctx, &integrationv1.DeleteAccountLinkRequest{Employee: employee})
			return err
		},
		"LinkUnlinkedSender": func() error {
			_, err := w.links.LinkUnlinkedSender(ctx, &integrationv1.LinkUnlinkedSenderRequest{Sender: sender, Employee: "employees/" + employee, Replace: true})
			return err
		},
	}
}

// A manager of a department finds the links of its people; others' answer as those of people who are not there.
func TestLinksOfForeignDepartmentsAreAbsent(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	tenant := uuid.NewString()
	own, foreign := w.member(t, tenant, "1", "営業", "own@example"), w.member(t, tenant, "2", "総務", "foreign@example")
	w.member(t, tenant, "3", "営業", "third@example")
	conn, _ := w.activeV2(as(t, tenant), t)
	stranger := w.user(t, "stranger@example")
	w.punch(t, tenant, conn, integrationv1.Credentials_V2, stranger.ID)
	sender := strings.TrimPrefix(w.strangers(t, tenant)[0].GetName(), "unlinkedSenders/")
	ctx := managing(t, tenant, "営業", "企画")
	before := w.dump(t, "account_link", "account_link_change", "unlinked_sender")
	absent := w.aboutOne(ctx, uuid.NewString(), sender, "new@example")
	for method, do := range w.aboutOne(ctx, foreign, sender, "new@example") {
		got, want := do(), absent[method]()
		if reason(got) != "ACCOUNT_LINK_NOT_FOUND" || want == nil || got.Error() != want.Error() {
			t.Errorf("%s: foreign %v, absent %v", method, got, want)
		}
	}
	changes, err := w.links.ListAccountLinkChanges(ctx, &integrationv1.ListAccountLinkChangesRequest{Employee: foreign})
	if err != nil || len(changes.GetChanges()) != 0 {
		t.Errorf("history: %v %v", changes, err)
	}
	_, err = w.admin.UpdateAccountLink(ctx, &integrationv1.UpdateAccountLinkRequest{Employee: own, AccountLink: &integrationv1.AccountLink{LineWorksAccountId: "foreign@example"}})
	if known := rpc.FaultFrom(err); known.Reason() != "ACCOUNT_LINKED_ELSEWHERE" || known.Meta()["employee"] != "" {
		t.Errorf("who has it: %v %v", err, known.Meta())
	}
	_, err = w.links.SyncAccountLinks(ctx, &integrationv1.SyncAccountLinksRequest{Sync: &integrationv1.AccountLinkSync{}})
	if reason(err) != "PERMISSION_MISSING" {
		t.Errorf("sync: %v", err)
	}
	if after := w.dump(t, "account_link", "account_link_change", "unlinked_sender"); after != before {
		t.Errorf("something changed:\n%s\n%s", before, after)
	}
	mine := w.aboutOne(ctx, own, sender, "renamed@example")
	for _, method := range []string{"GetAccountLink", "UpdateAccountLink", "LinkUnlinkedSender", "DeleteAccountLink"} {
		if err := mine[method](); err != nil {
			t.Errorf("%s of the own department: %v", method, err)
		}
	}
}

// Lists, tables, suggestions and runs show the people of the departments only.
func TestListsOfLinksOfADepartment(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	tenant := uuid.NewString()
	own, foreign := w.member(t, tenant, "1", "営業", "own@example"), w.member(t, tenant, "2", "総務", "foreign@example")
	other := w.staff.hire(tenant, "3", "stranger@example")
	w.staff.moves(other, "総務")
	conn, _ := w.activeV2(as(t, tenant), t)
	w.punch(t, tenant, conn, integrationv1.Credentials_V2, w.user(t, "stranger@example").ID)
	listed := func(ctx context.Context) (all []string) {
		out, err := w.admin.ListAccountLinks(ctx, &integrationv1.ListAccountLinksRequest{})
		if err != nil {
			t.Fatal(err)
		}
		for _, l := range out.GetAccountLinks() {
			all = append(all, strings.TrimPrefix(l.GetEmployee(), "employees/"))
		}
		return all
	}
	suggested := func(ctx context.Context) string {
		out, err := w.links.ListUnlinkedSenders(ctx, &integrationv1.ListUnlinkedSendersRequest{})
		if err != nil || len(out.GetUnlinkedSenders()) != 1 {
			t.Fatal(out, err)
		}
		return out.GetUnlinkedSenders()[0].GetSuggestedEmployee()
	}
	ctx := managing(t, tenant, "営業")
	if got := listed(ctx); !slices.Equal(got, []string{own}) || suggested(ctx) != "" {
		t.Errorf("%v, %q", got, suggested(ctx))
	}
	if got := listed(managing(t, tenant, "ない")); got != nil {
		t.Errorf("an empty department: %v", got)
	}
	if suggested(as(t, tenant)) != "employees/"+other || len(listed(as(t, tenant))) != 2 {
		t.Error("an administrator is limited")
	}
	table := &integrationv1.AccountLinkTable{Csv: "employee_number,lineworks_account_id\n1,mine@example\n2,theirs@example\n9,nobodys@example\n"}
	res, err := w.links.ImportAccountLinks(ctx, &integrationv1.ImportAccountLinksRequest{Table: table})
	if err != nil {
		t.Fatal(err)
	}
	rows := res.GetResults()
	if rows[0].GetResult() != integrationv1.LinkResult_CHANGED || rows[1].GetReason() == "" || rows[1].GetReason() != rows[2].GetReason() || rows[1].GetEmployee() != "" {
		t.Errorf("import: %v", rows)
	}
	run := w.sync(t, tenant, true)
	_, err = w.links.GetAccountLinkSync(ctx, &integrationv1.GetAccountLinkSyncRequest{Sync: run})
	if w.ended(t, tenant, run); reason(err) != "SYNC_NOT_FOUND" {
		t.Errorf("a run over everybody: %v", err)
	}
	w.staff.moves(own, "総務")
	w.staff.moves(foreign, "営業")
	if got := listed(ctx); !slices.Equal(got, []string{foreign}) {
		t.Errorf("after they changed places: %v", got)
	}
}

// A method that names an employee is tried above, or is one of these.
func TestEveryMethodAboutAnEmployeeIsLimited(t *testing.T) {
	t.Parallel()
	w := &world{}
	tried := w.aboutOne(t.Context(), "", "", "")
	lists := []string{"ListAccountLinks", "ListAccountLinkChanges", "ListUnlinkedSenders", "ImportAccountLinks", "SyncAccountLinks", "GetAccountLinkSync"}
	for _, file := range []protoreflect.FileDescriptor{integrationv1.File_dakoku_integration_v1_integration_admin_service_proto, integrationv1.File_dakoku_integration_v1_link_admin_service_proto} {
		methods := file.Services().Get(0).Methods()
		for i := range methods.Len() {
			m := methods.Get(i)
			name := string(m.Name())
			if named := namesEmployee(m.Input(), 0) || namesEmployee(m.Output(), 0); named && tried[name] == nil && !slices.Contains(lists, name) {
				t.Errorf("%s names an employee and is not tried", name)
			}
		}
	}
}

// namesEmployee tells whether a message, or one in it, has a field for an employee.
func namesEmployee(m protoreflect.MessageDescriptor, depth int) bool {
	for i := range m.Fields().Len() {
		f := m.Fields().Get(i)
		if strings.Contains(string(f.Name()), "employee") || (f.Message() != nil && depth < 4 && namesEmployee(f.Message(), depth+1)) {
			return true
		}
	}
	return false
}
