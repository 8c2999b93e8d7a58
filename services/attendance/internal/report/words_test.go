package report

import (
	"os"
	"strings"
	"testing"
)

// Each column is described for who opens the table, in the table's order.
func TestEveryColumnIsDescribed(t *testing.T) {
	text, err := os.ReadFile("../../../../docs/operations.md")
	if err != nil {
		t.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(text), "## Columns of the report")
	for i, ja := range japanese.headers {
		var found bool
		if _, rest, found = strings.Cut(rest, "\n| "+ja+" | "+english.headers[i]+" | "); !found {
			t.Errorf("%s (%s) is not described, or not in its place", ja, english.headers[i])
		}
	}
	for _, word := range []string{japanese.warning, english.warning} {
		if !strings.Contains(rest, word) {
			t.Errorf("%s is not described", word)
		}
	}
}
