package integration_test

import (
	"encoding/hex"
	"fmt"
	"strings"
	"testing"

	"github.com/google/uuid"

	"github.com/dakoku/dakoku/platform/rpc"
	integrationv1 "github.com/dakoku/dakoku/proto/gen/dakoku/integration/v1"
)

func hexOf(b []byte) string { return hex.EncodeToString(b) }

// An inactive employee is refused wherever a link is made, as in a table.
func TestTheInactiveAreNotLinked(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	tenant := uuid.NewString()
	ctx := as(t, tenant)
	conn, _ := w.activeV2(ctx, t)
	w.punch(t, tenant, conn, integrationv1.Credentials_V2, "nobody-knows")
	sender := strings.TrimPrefix(w.strangers(t, tenant)[0].GetName(), "unlinkedSenders/")
	old, taro := w.staff.add(tenant, "1", "", false), w.staff.hire(tenant, "2", "")
	link := func(employee string, only bool) error {
		_, err := w.admin.UpdateAccountLink(ctx, &integrationv1.UpdateAccountLinkRequest{
			Employee: employee, AccountLink: &integrationv1.AccountLink{LineWorksAccountId: "x@example"}, ValidateOnly: only,
		})
		return err
	}
	for _, only := range []bool{true, false} {
		if err := link(strings.ToUpper(old), only); reason(err) != "EMPLOYEE_INACTIVE" {
			t.Errorf("only checking %v: %v", only, err)
		}
	}
	_, err := w.links.LinkUnlinkedSender(ctx, &integrationv1.LinkUnlinkedSenderRequest{Sender: sender, Employee: "employees/" + old})
	if reason(err) != "EMPLOYEE_INACTIVE" || len(w.strangers(t, tenant)) != 1 {
		t.Errorf("a sender: %v", err)
	}
	if err := link(taro, false); err != nil {
		t.Errorf("an active one: %v", err)
	}
}

func TestLinksAreOneToOne(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	tenant := uuid.NewString()
	ctx := as(t, tenant)
	put := func(employee, account, etag string, only bool) (*integrationv1.AccountLink, error) {
		out, err := w.admin.UpdateAccountLink(ctx, &integrationv1.UpdateAccountLinkRequest{
			Employee: employee, AccountLink: &integrationv1.AccountLink{LineWorksAccountId: account, Etag: etag}, ValidateOnly: only,
		})
		return out.GetAccountLink(), err
	}
	taro, hanako := uuid.NewString(), uuid.NewString()
	if _, err := put(taro, " Taro@Example ", "", true); err != nil {
		t.Fatal(err)
	}
	if _, err := w.admin.GetAccountLink(ctx, &integrationv1.GetAccountLinkRequest{Employee: taro}); reason(err) != "ACCOUNT_LINK_NOT_FOUND" {
		t.Errorf("checking stored a link: %v", err)
	}
	made, err := put(taro, " Taro@Example ", "", false)
	if err != nil || made.GetLineWorksAccountId() != "taro@example" || made.GetName() != "employees/"+taro+"/accountLink" {
		t.Fatalf("%v, %v", made, err)
	}
	for _, only := range []bool{true, false} {
		_, err = put(hanako, "TARO@example", "", only)
		if f := rpc.FaultFrom(err); f == nil || f.Reason() != "ACCOUNT_LINKED_ELSEWHERE" || f.Meta()["employee"] != "employees/"+taro {
			t.Errorf("the same account twice: %v", err)
		}
	}
	if _, err := put(taro, "taro2@example", "feed", false); reason(err) != "ETAG_STALE" {
		t.Errorf("stale: %v", err)
	}
	moved, err := put(taro, "taro2@example", made.GetEtag(), false)
	if err != nil || moved.GetEtag() == made.GetEtag() {
		t.Fatalf("%v, %v", moved, err)
	}
	if _, err := put(hanako, "taro@example", "", false); err != nil {
		t.Errorf("a freed account: %v", err)
	}
	if _, err := w.admin.DeleteAccountLink(ctx, &integrationv1.DeleteAccountLinkRequest{Employee: taro, Etag: made.GetEtag()}); reason(err) != "ETAG_STALE" {
		t.Errorf("removed as it was before: %v", err)
	}
	if got := w.linkOf(t, tenant, taro); got.GetEtag() != moved.GetEtag() {
		t.Errorf("after a refusal: %v", got)
	}
	if _, err := w.admin.DeleteAccountLink(ctx, &integrationv1.DeleteAccountLinkRequest{Employee: taro}); err != nil {
		t.Fatal(err)
	}
	if _, err := w.admin.DeleteAccountLink(ctx, &integrationv1.DeleteAccountLinkRequest{Employee: taro}); reason(err) != "ACCOUNT_LINK_NOT_FOUND" {
		t.Errorf("deleted twice: %v", err)
	}
	_, err = put(hanako, "花子@example", "", false)
	if got := fields(err)["lineWorksAccountId"]; got != "NOT_ASCII" {
		t.Errorf("bad account: %v", err)
	}
}

func TestPages(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := as(t, uuid.NewString())
	for i := range 7 {
		w.connection(ctx, t)
		_, err := w.admin.UpdateAccountLink(ctx, &integrationv1.UpdateAccountLinkRequest{
			Employee: uuid.NewString(), AccountLink: &integrationv1.AccountLink{LineWorksAccountId: fmt.Sprintf("u%d@example", i)},
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	connections, links := map[string]bool{}, map[string]bool{}
	var connPage, linkPage string
	for range 3 {
		c, err := w.admin.ListConnections(ctx, &integrationv1.ListConnectionsRequest{PageSize: 3, PageToken: connPage})
		if err != nil {
			t.Fatal(err)
		}
		l, err := w.admin.ListAccountLinks(ctx, &integrationv1.ListAccountLinksRequest{PageSize: 3, PageToken: linkPage})
		if err != nil {
			t.Fatal(err)
		}
		for _, one := range c.GetConnections() {
			connections[one.GetName()] = true
		}
		for _, one := range l.GetAccountLinks() {
			links[one.GetName()] = true
		}
		connPage, linkPage = c.GetNextPageToken(), l.GetNextPageToken()
	}
	if len(connections) != 7 || len(links) != 7 || connPage != "" || linkPage != "" {
		t.Errorf("%d connections, %d links in three pages", len(connections), len(links))
	}
	first, err := w.admin.ListConnections(ctx, &integrationv1.ListConnectionsRequest{PageSize: 1})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.admin.ListAccountLinks(ctx, &integrationv1.ListAccountLinksRequest{PageToken: first.GetNextPageToken()}); reason(err) != "PAGE_TOKEN_INVALID" {
		t.Errorf("a token of another list: %v", err)
	}
	if _, err := w.admin.ListConnections(ctx, &integrationv1.ListConnectionsRequest{PageToken: "x"}); reason(err) != "PAGE_TOKEN_INVALID" {
		t.Errorf("nonsense: %v", err)
	}
}

// A link that was removed and made anew is another one: who read the first may neither replace nor remove the second, not
// even when both were made in one millisecond.
func TestALinkMadeAnewHasAnotherEtag(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx, employee := as(t, uuid.NewString()), uuid.NewString()
	put := func(account, etag string) (string, error) {
		out, err := w.admin.UpdateAccountLink(ctx, &integrationv1.UpdateAccountLinkRequest{
			Employee: employee, AccountLink: &integrationv1.AccountLink{LineWorksAccountId: account, Etag: etag},
		})
		return out.GetAccountLink().GetEtag(), err
	}
	remove := func(etag string) error {
		_, err := w.admin.DeleteAccountLink(ctx, &integrationv1.DeleteAccountLinkRequest{Employee: employee, Etag: etag})
		return err
	}
	first, err := put("a1@example", "")
	if err != nil || remove(first) != nil {
		t.Fatal(err)
	}
	if _, err := put("c3@example", first); reason(err) != "ETAG_STALE" {
		t.Errorf("in place of none: %v", err)
	}
	second, err := put("b2@example", "")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := put("c3@example", first); reason(err) != "ETAG_STALE" {
		t.Errorf("replaced as the first: %v", err)
	}
	if err := remove(first); reason(err) != "ETAG_STALE" {
		t.Errorf("removed as the first: %v", err)
	}
	if _, err := put("c3@example", second); err != nil {
		t.Errorf("replaced as it is: %v", err)
	}
}
