package main

import (
	"context"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestRunWritesTheCredentialsForThisUserOnly(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	file := filepath.Join(t.TempDir(), "deep", "bot.json")
	if err := run(ctx, "127.0.0.1:0", file, "http://127.0.0.1:1/x", false); err != nil && ctx.Err() == nil {
		t.Fatal(err)
	}
	raw, err := os.ReadFile(file)
	if err != nil || !strings.Contains(string(raw), `"apiVersion": "V2"`) {
		t.Fatalf("%s, %v", raw, err)
	}
	if info, err := os.Stat(file); err != nil || info.Mode().Perm() != 0o600 {
		t.Fatalf("mode %v, %v", info.Mode(), err)
	}
}

func TestAUsedAddressNamesTheFlag(t *testing.T) {
	taken, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	address := taken.Addr().String()
	err = run(t.Context(), address, filepath.Join(t.TempDir(), "bot.json"), "", true)
	if err == nil || !strings.Contains(err.Error(), "-addr "+address) {
		t.Fatalf("error %v", err)
	}
}
