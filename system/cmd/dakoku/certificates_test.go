package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/dakoku/dakoku/platform/rpc"
)

// TestEachProcessGetsItsOwnCertificate runs what deploy/compose.yaml runs, as the
// test's own user.
func TestEachProcessGetsItsOwnCertificate(t *testing.T) {
	dir, services := t.TempDir(), readCompose(t)
	args := []string{"certificates", dir}
	for _, arg := range services["certificates"].Command[2:] {
		name, _, _ := strings.Cut(arg, ":")
		args = append(args, fmt.Sprintf("%s:%d", name, os.Getuid()))
	}
	for range 2 { // the second run finds everything
		if err := certificates(t.Context(), args[1:]); err != nil {
			t.Fatal(err)
		}
	}
	for _, arg := range args[2:] {
		name, _, _ := strings.Cut(arg, ":")
		files, err := os.ReadDir(filepath.Join(dir, name))
		if err != nil || len(files) != 3 {
			t.Fatalf("%s has %v (%v), want three files", name, files, err)
		}
		for _, file := range files {
			info, err := file.Info()
			if err != nil || info.Mode().Perm() != 0o600 || file.Name() == "ca.key" {
				t.Errorf("%s: %s %v %v", name, file.Name(), info.Mode(), err)
			}
		}
		if _, err := rpc.LoadIdentity(filepath.Join(dir, name), name); err != nil {
			t.Error(err)
		}
	}
	for name := range serving {
		if _, err := os.Stat(filepath.Join(dir, name)); err != nil {
			t.Error(err)
		}
	}
	if strings.Join(services["renewal"].Command[2:], " ") != "/certificates "+strings.Join(services["certificates"].Command[2:], " ") {
		t.Error("renewal and certificates name different processes")
	}
}

func TestOddHoldersAreRefused(t *testing.T) {
	for _, arg := range []string{"ca:1", "a", "a:", ":1", "a/b:1", "..:1", "a:-1", "a:x"} {
		if err := certificates(t.Context(), []string{t.TempDir(), arg}); err == nil {
			t.Errorf("%q was accepted", arg)
		}
	}
}
