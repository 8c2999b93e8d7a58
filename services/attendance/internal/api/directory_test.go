package api

import (
	"fmt"
	"testing"

	"github.com/google/uuid"

	"github.com/dakoku/dakoku/platform/rpc"
	attendancev1 "github.com/dakoku/dakoku/proto/gen/dakoku/attendance/v1"
	"github.com/dakoku/dakoku/services/attendance/internal/store"
)

// The directory shows every employee of the organization once, in the order of ids, and nobody else's.
func TestDirectoryPagesThroughEveryEmployee(t *testing.T) {
	f := setup(t)
	want := map[string]string{}
	for i := range 5 {
		want[f.employee(t, fmt.Sprint(i))] = fmt.Sprint(i)
	}
	other := uuid.NewString()
	f.company(t, other, 31)
	d := NewDirectory(store.New(f.db, nil))
	var token, last string
	for pages := 1; ; pages++ {
		res, err := d.ListDirectory(t.Context(), &attendancev1.ListDirectoryRequest{Tenant: f.tenant, PageSize: 2, PageToken: token})
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range res.GetEntries() {
			if want[e.GetEmployee()] != e.GetEmployeeNumber() || e.GetDisplayName() != "社員"+e.GetEmployeeNumber() || e.GetEmployee() <= last || !e.GetActive() {
				t.Errorf("entry %v after %s", e, last)
			}
			last = e.GetEmployee()
			delete(want, e.GetEmployee())
		}
		if token = res.GetNextPageToken(); token == "" {
			if pages != 3 {
				t.Errorf("%d pages", pages)
			}
			break
		}
		if _, err := d.ListDirectory(t.Context(), &attendancev1.ListDirectoryRequest{Tenant: other, PageToken: token}); rpc.FaultFrom(err).Reason() != "PAGE_TOKEN_INVALID" {
			t.Errorf("another organization's token: %v", err)
		}
	}
	if len(want) != 0 {
		t.Errorf("missing: %v", want)
	}
	if res, err := d.ListDirectory(t.Context(), &attendancev1.ListDirectoryRequest{Tenant: other}); err != nil || len(res.GetEntries()) != 0 {
		t.Errorf("another organization sees %v, %v", res, err)
	}
}
