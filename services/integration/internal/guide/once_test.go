package guide

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"strings"
	"testing"
)

// The menus are spelled here and nowhere else in the context, so that two
// remedies cannot lead two ways.
func TestMenusAreSpelledHereOnly(t *testing.T) {
	read := 0
	err := filepath.WalkDir("../..", func(path string, _ fs.DirEntry, err error) error {
		if err != nil || filepath.Ext(path) != ".go" || strings.HasSuffix(path, "_test.go") || filepath.Base(filepath.Dir(path)) == "guide" {
			return err
		}
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, 0)
		if err != nil {
			return err
		}
		read++
		ast.Inspect(file, func(n ast.Node) bool {
			text, isText := n.(*ast.BasicLit)
			if !isText || text.Kind != token.STRING {
				return true
			}
			for _, menu := range []string{"Developer Console", "「API」", "「ClientApp」", "「サービス」", "Admin >", "Console >"} {
				if strings.Contains(text.Value, menu) {
					t.Errorf("%s spells a menu by itself: %s", path, text.Value)
				}
			}
			return true
		})
		return nil
	})
	if err != nil || read < 50 {
		t.Fatalf("%d files read: %v", read, err)
	}
}
