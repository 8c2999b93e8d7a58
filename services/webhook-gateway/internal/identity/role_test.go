package identity

import (
	"slices"
	"strings"
	"testing"

	_ "github.com/dakoku/dakoku/proto/gen/dakoku/attendance/v1"
	_ "github.com/dakoku/dakoku/proto/gen/dakoku/gateway/v1"
	_ "github.com/dakoku/dakoku/proto/gen/dakoku/identity/v1"
	_ "github.com/dakoku/dakoku/proto/gen/dakoku/integration/v1"
	optionsv1 "github.com/dakoku/dakoku/proto/gen/dakoku/options/v1"
	"github.com/google/go-cmp/cmp"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/reflect/protoregistry"
)

// A method whose permission nobody can hold, or that has none, is a mistake.
func TestEveryDeclaredPermissionIsInTheTable(t *testing.T) {
	methods := 0
	protoregistry.GlobalFiles.RangeFiles(func(file protoreflect.FileDescriptor) bool {
		for i := range file.Services().Len() {
			service := file.Services().Get(i)
			if !strings.HasPrefix(string(service.FullName()), "dakoku.") {
				continue
			}
			for j := range service.Methods().Len() {
				methods++
				checkPermission(t, service.Methods().Get(j))
			}
		}
		return true
	})
	if methods < 35 {
		t.Errorf("only %d methods found", methods)
	}
}

func checkPermission(t *testing.T, method protoreflect.MethodDescriptor) {
	permission, _ := proto.GetExtension(method.Options(), optionsv1.E_Permission).(string)
	own, _ := proto.GetExtension(method.Options(), optionsv1.E_OwnPermission).(string)
	known := append(Permissions(), "public", "session")
	if name := string(method.Parent().Name()); !strings.HasSuffix(name, "AdminService") && !strings.HasSuffix(name, "AuditService") && name != "IdentityService" {
		known = []string{"machine"}
	}
	if !slices.Contains(known, permission) {
		t.Errorf("%s declares %q", method.FullName(), permission)
	}
	if own != "" && !slices.Contains(OwnPermissions(), own) {
		t.Errorf("%s declares %q for own data", method.FullName(), own)
	}
}

func TestWhatEachRoleMayDo(t *testing.T) {
	golden := map[Role]string{
		Administrator: "accounts.read accounts.write apiKeys.read apiKeys.write audit.read corrections.request employees.read employees.write events.read events.write integration.read integration.write " +
			"links.read links.write organization.read organization.write punches.read punches.write settings.read settings.write timesheets.read timesheets.review timesheets.submit",
		Manager: "corrections.request employees.read employees.write events.read integration.read integration.write links.read links.write organization.read " +
			"punches.read punches.write settings.read settings.write timesheets.read timesheets.review timesheets.submit",
		Auditor:          "accounts.read apiKeys.read audit.read employees.read events.read integration.read links.read organization.read punches.read settings.read timesheets.read",
		Employee:         "corrections.requestOwn punches.readOwn punches.writeOwn timesheets.readOwn timesheets.submitOwn",
		EmployeeReadOnly: "corrections.requestOwn punches.readOwn timesheets.readOwn",
		"":               "",
		"OWNER":          "",
	}
	for role, want := range golden {
		if diff := cmp.Diff(want, strings.Join(role.Permissions(), " ")); diff != "" {
			t.Errorf("%s: %s", role, diff)
		}
	}
}
