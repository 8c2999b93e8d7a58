package integration_test

import (
	"context"
	"strings"
	"testing"

	"github.com/google/uuid"

	integrationv1 "github.com/dakoku/dakoku/proto/gen/dakoku/integration/v1"

	"github.com/dakoku/dakoku/platform/rpc"
)

// told is what either way says about an account that another has: the
// employee it names and its words.
func (w *world) told(ctx context.Context, t *testing.T, employee, number, account string) map[string][2]string {
	t.Helper()
	out := map[string][2]string{}
	res, err := w.links.ImportAccountLinks(ctx, &integrationv1.ImportAccountLinksRequest{
		Table: &integrationv1.AccountLinkTable{Csv: head + number + "," + account + "\n"}, ValidateOnly: true,
	})
	if err != nil || res.GetResults()[0].GetReason() != "ACCOUNT_LINKED_ELSEWHERE" {
		t.Fatal(res, err)
	}
	out["import"] = [2]string{res.GetResults()[0].GetHolder(), res.GetResults()[0].GetMessage()}
	_, err = w.admin.UpdateAccountLink(ctx, &integrationv1.UpdateAccountLinkRequest{
		Employee: employee, AccountLink: &integrationv1.AccountLink{LineWorksAccountId: account},
	})
	f := rpc.FaultFrom(err)
	if f == nil || f.Reason() != "ACCOUNT_LINKED_ELSEWHERE" {
		t.Fatal(err)
	}
	out["edit"] = [2]string{f.Meta()["employee"], f.Text().JA}
	return out
}

// Whoever has the account is named with number and name, in the caller's
// language, alike whether one link is made or many; not to somebody who may not
// see them, and not when attendance does not list them.
func TestWhoHasTheAccountIsNamed(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	tenant := uuid.NewString()
	holder, other := w.staff.hire(tenant, "1002", ""), w.member(t, tenant, "1003", "営業", "other@x")
	w.staff.call(holder, "山田 花子")
	w.staff.moves(holder, "総務")
	if _, err := w.admin.UpdateAccountLink(as(t, tenant), &integrationv1.UpdateAccountLinkRequest{
		Employee: holder, AccountLink: &integrationv1.AccountLink{LineWorksAccountId: "taken@x"},
	}); err != nil {
		t.Fatal(err)
	}
	for language, want := range map[string]string{"ja": "別の従業員(社員番号 1002 山田 花子)に紐付いています", "en": "linked to another employee (employee number 1002, 山田 花子)"} {
		for way, got := range w.told(inLanguage(t, tenant, language), t, other, "1003", "taken@x") {
			if got[0] != "employees/"+holder || !strings.Contains(got[1], want) {
				t.Errorf("%s in %s: %q", way, language, got)
			}
		}
	}
	for way, got := range w.told(managing(t, tenant, "営業"), t, other, "1003", "taken@x") {
		if got[0] != "" || strings.Contains(got[1], "1002") || strings.Contains(got[1], "山田") {
			t.Errorf("%s to a manager of another department: %q", way, got)
		}
	}
}
