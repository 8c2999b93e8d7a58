package e2e

import (
	"bytes"
	"os"
	"testing"
)

// What is shipped has no failpoints: neither their names nor the variable that arms
// them are in a program that is built without the tag.
func TestReleasesHaveNoFailpoints(t *testing.T) {
	t.Parallel()
	for _, pkg := range []string{
		"services/webhook-gateway/cmd/webhook-gateway", "services/webhook-gateway/cmd/admin-gateway",
		"services/integration/cmd/integration", "services/attendance/cmd/attendance", "system/cmd/dakoku",
	} {
		binary, err := os.ReadFile(program(t, pkg))
		if err != nil {
			t.Fatal(err)
		}
		for _, word := range []string{"FAILPOINTS", "gw.inbox", "gw.spool.synced", "out.http.write", "tok.save", "cred.turn", "purge.texts", ".precommit"} {
			if bytes.Contains(binary, []byte(word)) {
				t.Errorf("%q is in %s", word, pkg)
			}
		}
	}
}
