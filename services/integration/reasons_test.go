package integration_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"

	integrationv1 "github.com/dakoku/dakoku/proto/gen/dakoku/integration/v1"
	optionsv1 "github.com/dakoku/dakoku/proto/gen/dakoku/options/v1"
)

// kinds are the statuses of fault kinds.
var kinds = map[string]string{
	"InvalidArgument": "INVALID_ARGUMENT", "NotFound": "NOT_FOUND", "Exists": "ALREADY_EXISTS", "Precondition": "FAILED_PRECONDITION",
	"Aborted": "ABORTED", "Unavailable": "UNAVAILABLE", "Unauthenticated": "UNAUTHENTICATED",
	"Denied": "PERMISSION_DENIED",
}

// TestReasonsAreInTheContract walks every fault.New of the service. A reason is
// in the enum with the status of its kind, or it is the bare name of a status,
// which any service may answer.
func TestReasonsAreInTheContract(t *testing.T) {
	t.Parallel()
	statuses := map[string]string{"UNAVAILABLE": "UNAVAILABLE", "UNAUTHENTICATED": "UNAUTHENTICATED"}
	values := integrationv1.ErrorReason(0).Descriptor().Values()
	for i := range values.Len() {
		statuses[string(values.Get(i).Name())] = statusOf(values.Get(i))
	}
	found := 0
	for _, call := range faults(t) {
		found++
		kind := call.Args[0].(*ast.SelectorExpr).Sel.Name
		reason, err := strconv.Unquote(call.Args[1].(*ast.BasicLit).Value)
		if err != nil {
			t.Fatal(err)
		}
		if status, known := statuses[reason]; !known || status != kinds[kind] {
			t.Errorf("reason %s of kind %s: the contract says %q", reason, kind, status)
		}
	}
	if found < 10 {
		t.Errorf("only %d faults found", found)
	}
}

func statusOf(v protoreflect.EnumValueDescriptor) string {
	status, _ := proto.GetExtension(v.Options(), optionsv1.E_Status).(string)
	return status
}

func faults(t *testing.T) []*ast.CallExpr {
	t.Helper()
	var out []*ast.CallExpr
	err := filepath.WalkDir(".", func(path string, _ fs.DirEntry, err error) error {
		if err != nil || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return err
		}
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, 0)
		if err != nil {
			return err
		}
		ast.Inspect(file, func(n ast.Node) bool {
			if call, ok := n.(*ast.CallExpr); ok && isFaultNew(call) {
				out = append(out, call)
			}
			return true
		})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func isFaultNew(call *ast.CallExpr) bool {
	selector, ok := call.Fun.(*ast.SelectorExpr)
	if !ok || selector.Sel.Name != "New" {
		return false
	}
	pkg, ok := selector.X.(*ast.Ident)
	return ok && pkg.Name == "fault"
}
