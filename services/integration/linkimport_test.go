package integration_test

import (
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/google/uuid"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/proto"

	integrationv1 "github.com/dakoku/dakoku/proto/gen/dakoku/integration/v1"

	"github.com/dakoku/dakoku/platform/rpc"
)

const head = "employee_number,lineworks_account_id\n"

func (w *world) load(t *testing.T, tenant, csv string, only bool) *integrationv1.ImportAccountLinksResponse {
	t.Helper()
	out, err := w.links.ImportAccountLinks(as(t, tenant), &integrationv1.ImportAccountLinksRequest{
		Table: &integrationv1.AccountLinkTable{Csv: csv}, ValidateOnly: only,
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// dump is every row of a table, as text.
func (w *world) dump(t *testing.T, tables ...string) string {
	t.Helper()
	var all []string
	for _, table := range tables {
		var text string
		err := w.db.Owner(t).QueryRow(t.Context(), `select coalesce(string_agg(t::text, chr(10) order by t::text), '') from integration.`+table+` t`).Scan(&text)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, text)
	}
	return strings.Join(all, "\n--\n")
}

// Checking gives the very results of the run that follows and stores nothing.
func TestImportRowByRow(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	tenant := uuid.NewString()
	ctx := as(t, tenant)
	taro, hana, jiro, saki := w.staff.hire(tenant, "1", ""), w.staff.hire(tenant, "2", ""), w.staff.hire(tenant, "3", ""), w.staff.hire(tenant, "4", "")
	w.staff.add(tenant, "5", "", false)
	w.staff.hire(tenant, "6", "")
	w.staff.hire(tenant, "7", "")
	w.staff.hire(tenant, "8", "")
	for employee, account := range map[string]string{taro: "a@x", hana: "b@x", jiro: "c@x"} {
		if _, err := w.admin.UpdateAccountLink(ctx, &integrationv1.UpdateAccountLinkRequest{
			Employee: employee, AccountLink: &integrationv1.AccountLink{LineWorksAccountId: account},
		}); err != nil {
			t.Fatal(err)
		}
	}
	csv := "\ufeff社員番号,LINE WORKSのアカウントID\r\n" +
		"1,b@x\r\n2,\"A@x\"\r\n3,c@x\r\n4,new@x\r\n5,d@x\r\n99,e@x\r\n6,太郎\r\n7,twice@x\r\n8,twice@x\r\n"
	tables := []string{"account_link", "account_link_change", "unlinked_sender"}
	before := w.dump(t, tables...)
	checked := w.load(t, tenant, csv, true)
	if w.dump(t, tables...) != before {
		t.Error("checking stored something")
	}
	done := w.load(t, tenant, csv, false)
	if !proto.Equal(checked, done) {
		t.Errorf("checking and doing differ:\n%v\n%v", checked, done)
	}
	var got []string
	for _, r := range done.GetResults() {
		got = append(got, strings.TrimSpace(fmt.Sprint(r.GetLine(), " ", r.GetResult(), " ", r.GetReason())))
		if (r.GetResult() == integrationv1.LinkResult_FAILED) != (r.GetMessage() != "") {
			t.Errorf("line %d says %q", r.GetLine(), r.GetMessage())
		}
	}
	same(t, "results", got, "2 CHANGED", "3 CHANGED", "4 UNCHANGED", "5 CREATED", "6 FAILED EMPLOYEE_INACTIVE", "7 FAILED EMPLOYEE_NOT_FOUND",
		"8 FAILED NOT_ASCII", "9 FAILED ACCOUNT_TWICE", "10 FAILED ACCOUNT_TWICE")
	if c := done.GetCounts(); c.GetCreated() != 1 || c.GetChanged() != 2 || c.GetUnchanged() != 1 || c.GetFailed() != 5 {
		t.Errorf("counts %v", c)
	}
	for employee, account := range map[string]string{taro: "b@x", hana: "a@x", jiro: "c@x", saki: "new@x"} {
		if l := w.linkOf(t, tenant, employee); l.GetLineWorksAccountId() != account {
			t.Errorf("%v, want %s", l, account)
		}
	}
	same(t, "history", w.verbs(t, tenant, taro), "LINKED a@x by EDIT", "LINKED b@x by IMPORT")
}

func TestImportOfAnotherLinkAndOfNonsense(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	tenant := uuid.NewString()
	w.staff.hire(tenant, "1", "")
	w.link(t, tenant, "a@x")
	if r := w.load(t, tenant, head+"1,a@x\n", false).GetResults()[0]; r.GetReason() != "ACCOUNT_LINKED_ELSEWHERE" || r.GetEmployee() == "" || r.GetHolder() == "" {
		t.Errorf("%v", r)
	}
	english := rpc.OutgoingCaller(t.Context(), rpc.Caller{Tenant: tenant, Account: "a", Kind: rpc.KindAPIKey, Permissions: []string{"links.write"}}, "en")
	out, err := w.links.ImportAccountLinks(english, &integrationv1.ImportAccountLinksRequest{Table: &integrationv1.AccountLinkTable{Csv: head + "1,a@x\n"}})
	if err != nil || !strings.Contains(out.GetResults()[0].GetMessage(), "another employee") {
		t.Errorf("in English: %v, %v", out, err)
	}
	_, err = w.links.ImportAccountLinks(as(t, tenant), &integrationv1.ImportAccountLinksRequest{Table: &integrationv1.AccountLinkTable{Csv: "a;b\n"}})
	if fields(err)["csv"] != "COLUMN_MISSING" {
		t.Errorf("%v", err)
	}
}

// Two thousand rows are one transaction of a few statements.
func TestImportOfAWholeCompany(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	tenant := uuid.NewString()
	var csv strings.Builder
	csv.WriteString(head)
	for i := range 2000 {
		w.staff.hire(tenant, fmt.Sprint(i), "")
		fmt.Fprintf(&csv, "%d,u%d@x\n", i, i)
	}
	if c := w.load(t, tenant, csv.String(), false).GetCounts(); c.GetCreated() != 2000 {
		t.Fatalf("%v", c)
	}
	if c := w.load(t, tenant, csv.String(), false).GetCounts(); c.GetUnchanged() != 2000 {
		t.Errorf("again: %v", c)
	}
	if w.staff.calls != 4 {
		t.Errorf("%d questions to attendance for two imports of 2 pages", w.staff.calls)
	}
}

// untilThere repeats a call that a busy machine did not get to in time.
func untilThere[A any](call func() (A, error)) (A, error) {
	for {
		if out, err := call(); status.Code(err) != codes.Unavailable {
			return out, err
		}
	}
}

// Two processes import tables that want the same accounts for other people: at
// every moment and in the end each account has one employee, and the history of
// every employee ends with what is stored.
func TestImportsRace(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	first := w.links
	w.start(t) // a second process on the same database
	tenant := uuid.NewString()
	const people = 40
	employees := make([]string, people)
	for i := range people {
		employees[i] = w.staff.hire(tenant, fmt.Sprint(i), "")
	}
	table := func(shift int) string {
		var csv strings.Builder
		csv.WriteString(head)
		for i := range people {
			fmt.Fprintf(&csv, "%d,u%d@x\n", i, (i+shift)%people)
		}
		return csv.String()
	}
	ctx := as(t, tenant)
	var all sync.WaitGroup
	for i, client := range []integrationv1.LinkAdminServiceClient{first, w.links, first, w.links} {
		all.Go(func() {
			for round := range 3 {
				out, err := untilThere(func() (*integrationv1.ImportAccountLinksResponse, error) {
					return client.ImportAccountLinks(ctx, &integrationv1.ImportAccountLinksRequest{Table: &integrationv1.AccountLinkTable{Csv: table(i*7 + round)}})
				})
				if err != nil || out.GetCounts().GetFailed() != 0 {
					t.Errorf("%v, %v", out.GetCounts(), err)
				}
			}
		})
		all.Go(func() {
			for range 6 {
				_, err := untilThere(func() (*integrationv1.UpdateAccountLinkResponse, error) {
					return w.admin.UpdateAccountLink(ctx, &integrationv1.UpdateAccountLinkRequest{
						Employee: employees[i], AccountLink: &integrationv1.AccountLink{LineWorksAccountId: fmt.Sprintf("u%d@x", people+i)},
					})
				})
				if err != nil {
					t.Error(err)
				}
			}
		})
	}
	all.Wait()
	w.consistent(t, tenant, employees)
}

// consistent requires that each account has one employee, and that each history
// ends with what is stored.
func (w *world) consistent(t *testing.T, tenant string, employees []string) {
	t.Helper()
	taken := map[string]bool{}
	for _, employee := range employees {
		l := w.linkOf(t, tenant, employee)
		verbs := w.verbs(t, tenant, employee)
		if last := strings.Fields(verbs[len(verbs)-1]); last[1] != l.GetLineWorksAccountId() || taken[l.GetLineWorksAccountId()] {
			t.Errorf("%v after %s", l, last)
		}
		taken[l.GetLineWorksAccountId()] = true
	}
}

// One process syncs with the directory while the other imports a table that
// wants the accounts for other people, and events come in.
func TestSyncAndImportRace(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	first, machine := w.links, w.machine
	w.start(t)
	tenant := uuid.NewString()
	ctx := as(t, tenant)
	conn, _ := w.activeV2(ctx, t)
	const people = 40
	employees := make([]string, people)
	events := &integrationv1.ResolveSendersRequest{}
	var csv strings.Builder
	csv.WriteString(head)
	for i := range people {
		address := fmt.Sprintf("u%d@example", i)
		employees[i] = w.staff.hire(tenant, fmt.Sprint(i), address)
		events.Senders = append(events.Senders, &integrationv1.Sender{
			Tenant: tenant, Connection: conn, ApiVersion: integrationv1.Credentials_V2, User: w.user(t, address).ID,
		})
		fmt.Fprintf(&csv, "%d,u%d@example\n", i, (i+1)%people)
	}
	id := w.sync(t, tenant, false)
	var all sync.WaitGroup
	for range 3 {
		all.Go(func() {
			if _, err := first.ImportAccountLinks(ctx, &integrationv1.ImportAccountLinksRequest{Table: &integrationv1.AccountLinkTable{Csv: csv.String()}}); err != nil {
				t.Error(err)
			}
		})
		all.Go(func() {
			if _, err := machine.ResolveSenders(ctx, events); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	if run := w.ended(t, tenant, id); run.GetState() != integrationv1.AccountLinkSync_DONE || run.GetEmployeesCompared() != people {
		t.Errorf("%v", run)
	}
	w.load(t, tenant, csv.String(), false)
	w.consistent(t, tenant, employees)
}
