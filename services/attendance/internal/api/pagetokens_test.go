package api

import (
	"context"
	"testing"

	"google.golang.org/protobuf/reflect/protoreflect"

	"github.com/dakoku/dakoku/platform/page"
	"github.com/dakoku/dakoku/platform/rpc"
	attendancev1 "github.com/dakoku/dakoku/proto/gen/dakoku/attendance/v1"
	"github.com/dakoku/dakoku/services/attendance/internal/store"
)

const pageID = "0195f000-0000-7000-8000-0000000000ab"

// hostile are values that somebody may put into a token; none is what we write.
var hostile = []string{
	"", "x", "urn:uuid:" + pageID, "{" + pageID + "}", "0195F000-0000-7000-8000-0000000000AB", "0195f000000070008000000000000000", "a\x00b",
	"now", "infinity", "0000-01-01T00:00:00Z", "294277-01-01T00:00:00Z", "2026-11-23T00:00:00,5Z", "0", "-1", "+1", "9223372036854775808", "\u2028",
}

// list is one list with the values that its tokens hold. One value of two lists
// is an employee number, which is any text.
type list struct {
	id     page.List
	values []string
	free   int // the place of the employee number; -1 without one
	ask    func(ctx context.Context, token string) error
}

func (f *fixture) lists() map[string]list {
	directory := NewDirectory(store.New(f.db, nil))
	return map[string]list{
		"ListEmployees": {page.Of("employees"), []string{"1"}, 0, func(ctx context.Context, token string) error {
			_, err := f.admin.ListEmployees(ctx, &attendancev1.ListEmployeesRequest{PageToken: token})
			return err
		}},
		"ListPunches": {page.Of("punches", "", "", "", "", ""), []string{"2026-11-23", "2026-11-23T00:00:00Z", pageID}, -1, func(ctx context.Context, token string) error {
			_, err := f.admin.ListPunches(ctx, &attendancev1.ListPunchesRequest{PageToken: token})
			return err
		}},
		"ListHeldPunches": {page.Of("heldPunches", "", ""), []string{"2026-11-23T00:00:00Z", pageID}, -1, func(ctx context.Context, token string) error {
			_, err := f.admin.ListHeldPunches(ctx, &attendancev1.ListHeldPunchesRequest{PageToken: token})
			return err
		}},
		"ListCorrectionRequests": {page.Of("correctionRequests", "", ""), []string{"2026-11-23T00:00:00Z", pageID}, -1, func(ctx context.Context, token string) error {
			_, err := f.admin.ListCorrectionRequests(ctx, &attendancev1.ListCorrectionRequestsRequest{PageToken: token})
			return err
		}},
		"ListTimesheets": {page.Of("timesheets", "", attendancev1.Timesheet_STATE_UNSPECIFIED.String(), ""), []string{"2026-11", "1"}, 1, func(ctx context.Context, token string) error {
			_, err := f.admin.ListTimesheets(ctx, &attendancev1.ListTimesheetsRequest{PageToken: token})
			return err
		}},
		"ListWorkRulesVersions": {page.Of("workRules"), []string{"17"}, -1, func(ctx context.Context, token string) error {
			_, err := f.admin.ListWorkRulesVersions(ctx, &attendancev1.ListWorkRulesVersionsRequest{PageToken: token})
			return err
		}},
		"ListRetentionVersions": {page.Of("retention"), []string{"17"}, -1, func(ctx context.Context, token string) error {
			_, err := f.admin.ListRetentionVersions(ctx, &attendancev1.ListRetentionVersionsRequest{PageToken: token})
			return err
		}},
		"ListLegalHolds": {page.Of("legalHolds"), []string{pageID}, -1, func(ctx context.Context, token string) error {
			_, err := f.admin.ListLegalHolds(ctx, &attendancev1.ListLegalHoldsRequest{PageToken: token})
			return err
		}},
		"PreviewPurge": {page.Of("purge"), []string{pageID, "2026-11"}, -1, func(ctx context.Context, token string) error {
			_, err := f.admin.PreviewPurge(ctx, &attendancev1.PreviewPurgeRequest{PageToken: token})
			return err
		}},
		"ListDepartmentMembers": {page.Of("members", f.tenant, "営業"), []string{pageID}, -1, func(ctx context.Context, token string) error {
			_, err := NewMembers(store.New(f.db, nil)).ListDepartmentMembers(ctx,
				&attendancev1.ListDepartmentMembersRequest{Tenant: f.tenant, Departments: []string{"営業"}, PageToken: token})
			return err
		}},
		"ListDirectory": {page.Of("directory", f.tenant), []string{pageID}, -1, func(ctx context.Context, token string) error {
			_, err := directory.ListDirectory(ctx, &attendancev1.ListDirectoryRequest{Tenant: f.tenant, PageToken: token})
			return err
		}},
	}
}

// A token that somebody has made by hand is refused for what it is by every list.
func TestCraftedPageTokens(t *testing.T) {
	f := setup(t)
	for name, of := range f.lists() {
		ask := func(values ...string) error {
			token, err := of.id.Token(values...)
			if err != nil {
				t.Fatal(err)
			}
			return of.ask(f.ctx(t), token)
		}
		if err := ask(of.values...); err != nil {
			t.Errorf("%s: an honest token: %v", name, err)
		}
		for place := range of.values {
			for _, bad := range hostile {
				values := append([]string(nil), of.values...)
				values[place] = bad
				err := ask(values...)
				refused := err != nil && rpc.FaultFrom(err).Reason() == "PAGE_TOKEN_INVALID"
				if text := place == of.free && bad != "a\x00b"; (text && err != nil) || (!text && !refused) {
					t.Errorf("%s, %q in place %d: %v", name, bad, place, err)
				}
			}
		}
	}
}

// No list is forgotten above.
func TestEveryListIsTriedWithCraftedTokens(t *testing.T) {
	tried := setup(t).lists()
	files := []protoreflect.FileDescriptor{
		attendancev1.File_dakoku_attendance_v1_attendance_admin_service_proto, attendancev1.File_dakoku_attendance_v1_employee_directory_service_proto,
		attendancev1.File_dakoku_attendance_v1_attendance_service_proto,
	}
	for _, file := range files {
		for i := range file.Services().Len() {
			methods := file.Services().Get(i).Methods()
			for j := range methods.Len() {
				name := string(methods.Get(j).Name())
				if _, known := tried[name]; !known && methods.Get(j).Input().Fields().ByName("page_token") != nil {
					t.Errorf("%s is not tried", name)
				}
			}
		}
	}
}
