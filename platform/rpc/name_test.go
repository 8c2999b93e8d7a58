package rpc_test

import (
	"testing"

	"github.com/dakoku/dakoku/platform/rpc"
)

func TestIDOf(t *testing.T) {
	for name, want := range map[string]string{
		"": "", "a": "a", "employees/a": "a", "employees/": "employees/", "accounts/a": "accounts/a",
	} {
		if got := rpc.IDOf(name, "employees/"); got != want {
			t.Errorf("%q: %q", name, got)
		}
	}
}
