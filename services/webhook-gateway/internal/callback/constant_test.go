package callback_test

import (
	_ "embed" // of what is read below
	"go/ast"
	"go/parser"
	"go/token"
	"testing"
)

// source is what this test was built with.
//
//go:embed verify.go
var source string

// How long Verify takes must not tell where a signature is wrong. Thirty-two bytes are
// compared within nanoseconds either way, which no clock of a busy machine tells apart:
// so this reads the source. Nothing may be compared with == or byte by byte, and what
// hmac.Equal says is asked first, so that nothing ends the comparison before it.
func TestSignaturesAreComparedInConstantTime(t *testing.T) {
	file, err := parser.ParseFile(token.NewFileSet(), "verify.go", source, 0)
	if err != nil {
		t.Fatal(err)
	}
	verify, ok := file.Scope.Lookup("Verify").Decl.(*ast.FuncDecl)
	if !ok {
		t.Fatal("no function Verify")
	}
	ast.Inspect(verify, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.BinaryExpr:
			if n.Op == token.EQL || n.Op == token.NEQ {
				t.Errorf("Verify compares with %s", n.Op)
			}
		case *ast.IfStmt, *ast.ForStmt, *ast.RangeStmt, *ast.SwitchStmt:
			t.Error("Verify takes a way that depends on what it is given")
		}
		return true
	})
	results := verify.Body.List[len(verify.Body.List)-1].(*ast.ReturnStmt).Results
	if first := called(leftmost(results[0])); first != "hmac.Equal" {
		t.Errorf("Verify asks %q first, want hmac.Equal", first)
	}
}

// leftmost is what is evaluated first of a && b && c.
func leftmost(e ast.Expr) ast.Expr {
	for {
		both, ok := e.(*ast.BinaryExpr)
		if !ok {
			return e
		}
		e = both.X
	}
}

// called is the name of the function of a package that an expression calls.
func called(e ast.Expr) string {
	call, ok := e.(*ast.CallExpr)
	if !ok {
		return ""
	}
	name, ok := call.Fun.(*ast.SelectorExpr)
	if !ok {
		return ""
	}
	pkg, ok := name.X.(*ast.Ident)
	if !ok {
		return ""
	}
	return pkg.Name + "." + name.Sel.Name
}
