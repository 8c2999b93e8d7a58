package e2e

import (
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/dakoku/dakoku/simulator"
	"github.com/dakoku/dakoku/system/internal/adminapi"
)

const tools = "../../tools/node_modules"

// foreignClient is a program of a customer, in TypeScript: its types come from
// the OpenAPI document of the door, and a call that does not fit them does not
// compile.
type foreignClient struct {
	t     *testing.T
	file  string // what the compiler made
	input string // JSON
}

// compiled compiles the program against the committed types.
func compiled(t *testing.T, input any) *foreignClient {
	t.Helper()
	node, err := filepath.Abs(tools)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(filepath.Join(node, "openapi-fetch")); err != nil {
		t.Fatal("the npm package openapi-fetch is missing: run make test, or npm install --prefix tools --no-save")
	}
	dir := t.TempDir()
	out, err := exec.CommandContext(t.Context(), filepath.Join(node, ".bin", "tsc"), "--project", filepath.Join("testdata", "client"), "--outDir", dir).CombinedOutput()
	if err != nil {
		t.Fatalf("the client does not compile: %v\n%s", err, out)
	}
	if err := os.WriteFile(filepath.Join(dir, "package.json"), []byte(`{"type":"module"}`), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(node, filepath.Join(dir, "node_modules")); err != nil {
		t.Fatal(err)
	}
	raw, err := json.Marshal(input)
	if err != nil {
		t.Fatal(err)
	}
	return &foreignClient{t: t, file: filepath.Join(dir, "kincone.js"), input: string(raw)}
}

// run performs a part of the program and reads what it found.
func (c *foreignClient) run(step string, found any) {
	c.t.Helper()
	program := exec.CommandContext(c.t.Context(), "node", c.file, c.input, step)
	var out, trouble bytes.Buffer
	program.Stdout, program.Stderr = &out, &trouble
	if err := program.Run(); err != nil {
		c.t.Fatalf("%s: %v\n%s", step, err, trouble.String())
	}
	if err := json.Unmarshal(out.Bytes(), found); err != nil {
		c.t.Fatalf("%s: %v: %s", step, err, out.String())
	}
}

// TestAGeneratedClientSetsTheCompanyUp follows the set-up guide with a client that
// is generated from the OpenAPI document, an API 1.0 bot as in the guide, to the
// first punch.
func TestAGeneratedClientSetsTheCompanyUp(t *testing.T) {
	t.Parallel()
	i := allInOne(t)
	world, err := simulator.Demo(i.simulator)
	if err != nil {
		t.Fatal(err)
	}
	keys, err := i.simulator.NewBotV1(simulator.BotSpec{Domain: world.Domain})
	if err != nil {
		t.Fatal(err)
	}
	person := world.People[0]
	client := compiled(t, map[string]any{"base": i.admin, "setupSecret": i.setupSecret(), "keys": keys, "login": person.Email})
	var made struct{ Connection, CallbackURL, Employee string }
	client.run("set-up", &made)
	if err := i.simulator.SetCallback(keys.BotNo, made.CallbackURL); err != nil {
		t.Fatal(err)
	}
	c := &company{t: t, admin: adminapi.New(i.admin), simulator: i.simulator, world: world}
	c.untilAccepted(keys.BotNo)
	delivery := c.say(simulator.Post{User: person.ID, Bot: keys.BotNo, Text: "⏰おはよう"})
	if reply := c.replyTo(delivery); reply == "" {
		t.Error("no answer")
	}
	var punches []struct{ Employee, Kind, Phrase string }
	client.run("punches", &punches)
	if len(punches) != 1 || punches[0].Employee != made.Employee || punches[0].Kind != "CLOCK_IN" || punches[0].Phrase != "おはよう" {
		t.Errorf("%+v", punches)
	}
}
