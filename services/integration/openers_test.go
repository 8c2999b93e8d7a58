package integration_test

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"

	integrationv1 "github.com/dakoku/dakoku/proto/gen/dakoku/integration/v1"
	"github.com/dakoku/dakoku/simulator"
)

// TestOneFunctionOpensKeys reads the source: the place where keys are sealed is
// named in one package, the seal is broken in one function, and only the function
// that has written the use down before calls it.
func TestOneFunctionOpensKeys(t *testing.T) {
	t.Parallel()
	var found []string
	err := filepath.WalkDir(".", func(path string, _ fs.DirEntry, err error) error {
		if err != nil || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return err
		}
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, 0)
		if err != nil {
			return err
		}
		for _, d := range file.Decls {
			if f, ok := d.(*ast.FuncDecl); ok {
				for _, what := range openings(f) {
					found = append(found, filepath.ToSlash(path)+" "+f.Name.Name+": "+what)
				}
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	want := []string{
		"internal/vault/seal.go Seal: place", // sealing
		"internal/vault/seal.go unseal: place",
		"internal/vault/seal.go place: credentials",
		"internal/vault/vault.go OpenAll: RecordUses",
		"internal/vault/vault.go OpenAll: unseal",
		"internal/vault/vault.go Note: RecordUses", // of keys that were entered, not opened
	}
	if d := cmp.Diff(want, found); d != "" {
		t.Errorf("keys are opened elsewhere, or before the use is written down:\n%s", d)
	}
}

// openings are the steps of opening keys in a function, in their order.
func openings(f *ast.FuncDecl) []string {
	var out []string
	ast.Inspect(f, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.CallExpr:
			name := ""
			switch called := n.Fun.(type) {
			case *ast.Ident:
				name = called.Name
			case *ast.SelectorExpr:
				name = called.Sel.Name
			}
			inVault := name == "place" && f.Recv == nil
			if name == "unseal" || name == "RecordUses" || inVault {
				out = append(out, name)
			}
		case *ast.BasicLit:
			if n.Value == `"credentials"` && f.Name.Name == "place" {
				out = append(out, "credentials")
			}
		case *ast.KeyValueExpr:
			if key, ok := n.Key.(*ast.Ident); ok && key.Name == "Purpose" && f.Name.Name != "place" {
				if lit, ok := n.Value.(*ast.BasicLit); ok && lit.Value == `"credentials"` {
					out = append(out, "credentials")
				}
			}
		}
		return true
	})
	return out
}

// TestEveryUseOfKeysIsShown walks the ways on which keys are used.
func TestEveryUseOfKeysIsShown(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	tenant := uuid.NewString()
	ctx := as(t, tenant)
	conn := w.connection(ctx, t)
	keys, err := w.sim.NewBotV1(simulator.BotSpec{Domain: w.domain})
	if err != nil {
		t.Fatal(err)
	}
	w.entered(ctx, t, conn, inV1(keys)) // the first message asks for a token
	w.opened(ctx, t, conn)
	if uses := w.uses(t, tenant, conn); len(uses) != 1 || uses[0].GetPurpose() != "ENTER" {
		t.Errorf("storing keys opened them, or asked about them unseen: %v", uses)
	}
	read, err := w.admin.GetCredentials(ctx, &integrationv1.GetCredentialsRequest{Connection: conn})
	if err != nil || len(w.uses(t, tenant, conn)) != 1 {
		t.Errorf("showing fingerprints opened the keys: %v", err)
	}
	w.endpoints(t, 0)
	person := w.user(t, "taro@example")
	for range 3 {
		w.send(t, reply(tenant, conn, key(t), integrationv1.Credentials_V1, person.Email, "x"))
	}
	eventually(t, "the messages", func() bool { return len(w.shown(t, person.ID, keys.BotNo)) == 3 })
	w.endpoints(t, 0)
	want := []string{"integration CALL_API_V1 3", "integration FETCH_TOKEN 1", "integration for webhook-gateway SIGN_CALLBACKS 2"}
	var got []string
	for _, u := range w.uses(t, tenant, conn) {
		if u.GetPurpose() == "ENTER" {
			continue
		}
		got = append(got, fmt.Sprint(u.GetCaller(), " ", u.GetPurpose(), " ", u.GetUses()))
		if u.GetPrivateKey() != read.GetCredentials().GetFingerprints().GetPrivateKey() || u.GetTime().AsTime().IsZero() {
			t.Errorf("which keys, and when? %v", u)
		}
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("newest first, counted for each caller and purpose:\n%s", d)
	}
	if _, err := w.admin.ListSecretUses(as(t, uuid.NewString()), &integrationv1.ListSecretUsesRequest{Connection: conn}); reason(err) != "CONNECTION_NOT_FOUND" {
		t.Errorf("another organization's ledger: %v", err)
	}
}

// What an administrator asks for is a row of its own each time, and names them.
func TestEachUseByAPersonIsShownAlone(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	tenant := uuid.NewString()
	ctx := as(t, tenant)
	conn, _ := w.activeV2(ctx, t)
	for range 2 {
		if _, err := w.admin.TestConnection(ctx, &integrationv1.TestConnectionRequest{Connection: conn}); err != nil {
			t.Fatal(err)
		}
		if _, err := w.admin.RegisterCallback(ctx, &integrationv1.RegisterCallbackRequest{Connection: conn}); err != nil {
			t.Fatal(err)
		}
		if _, err := w.admin.RegisterMenu(ctx, &integrationv1.RegisterMenuRequest{Connection: conn}); err != nil {
			t.Fatal(err)
		}
	}
	got := map[string]int{}
	for _, u := range w.uses(t, tenant, conn) {
		if strings.Contains(u.GetCaller(), " accounts/") && u.GetUses() == 1 && u.GetLastTime().AsTime().Equal(u.GetTime().AsTime()) {
			got[u.GetPurpose()]++
		}
	}
	if d := cmp.Diff(map[string]int{"ENTER": 1, "TEST": 2, "SET_BOT_UP": 4}, got); d != "" {
		t.Error(d)
	}
}

// Keys that somebody enters are used at LINE WORKS, which is written down before: with
// their name, whether the keys are stored or not, and also when they are refused.
func TestEnteringKeysIsAUse(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	tenant := uuid.NewString()
	ctx := as(t, tenant)
	conn := w.connection(ctx, t)
	good := w.freshKeys(t, false)
	bad := w.freshKeys(t, false)
	bad.ClientSecret = "notthesecret"
	for _, c := range []struct {
		keys *integrationv1.Credentials
		only bool
		ok   bool
	}{{bad, true, false}, {bad, false, false}, {good, true, true}, {good, false, true}} {
		_, err := w.admin.UpdateCredentials(ctx, &integrationv1.UpdateCredentialsRequest{Connection: conn, Credentials: c.keys, ValidateOnly: c.only})
		if (err == nil) != c.ok {
			t.Errorf("only %t: %v", c.only, err)
		}
	}
	var got []string
	for _, u := range w.uses(t, tenant, conn) {
		if strings.Contains(u.GetCaller(), " accounts/") && u.GetPrivateKey() != "" {
			got = append(got, fmt.Sprint(u.GetPurpose(), " ", u.GetUses()))
		}
	}
	slices.Sort(got)
	if d := cmp.Diff([]string{"ENTER 1", "ENTER 1", "VALIDATE 1", "VALIDATE 1"}, got); d != "" {
		t.Error(d)
	}
	asked := len(w.sim.Ledger(simulator.Query{Class: simulator.ClassToken}))
	if _, err := w.db.Owner(t).Exec(t.Context(), `revoke insert on integration.secret_use from dakoku_integration`); err != nil {
		t.Fatal(err)
	}
	_, err := w.confirm(ctx, conn, good)
	if now := len(w.sim.Ledger(simulator.Query{Class: simulator.ClassToken})); reason(err) != "UNAVAILABLE" || now != asked {
		t.Errorf("without a ledger: %v, %d calls", err, now-asked)
	}
}

// uses reads the whole ledger of a connection, page by page.
func (w *world) uses(t *testing.T, tenant, conn string) []*integrationv1.SecretUse {
	t.Helper()
	var out []*integrationv1.SecretUse
	token := ""
	for range 10 {
		got, err := w.admin.ListSecretUses(as(t, tenant), &integrationv1.ListSecretUsesRequest{Connection: conn, PageSize: 2, PageToken: token})
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, got.GetUses()...)
		if token = got.GetNextPageToken(); token == "" {
			return out
		}
	}
	t.Fatal("more than ten pages")
	return nil
}

// TestKeysStaySealedWhenTheirUseCannotBeWrittenDown takes away the right to write
// into the ledger: no way leads to keys then, and everything waits.
func TestKeysStaySealedWhenTheirUseCannotBeWrittenDown(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	tenant := uuid.NewString()
	conn, keys := w.activeV2(as(t, tenant), t)
	w.entered(as(t, tenant), t, conn, inV2(keys)) // nobody has a token for these
	asked := len(w.sim.Ledger(simulator.Query{Class: simulator.ClassToken}))
	person := w.user(t, "taro@example")
	employee := w.link(t, tenant, "taro@example")
	owner := w.db.Owner(t)
	if _, err := owner.Exec(t.Context(), `revoke insert on integration.secret_use from dakoku_integration`); err != nil {
		t.Fatal(err)
	}
	if _, err := w.machine.ListEndpoints(t.Context(), &integrationv1.ListEndpointsRequest{}); reason(err) != "UNAVAILABLE" {
		t.Errorf("signing keys: %v", err)
	}
	if got := w.resolve(t, tenant, conn, integrationv1.Credentials_V2, person.ID)[0]; got.GetState() != pending {
		t.Errorf("look-up: %v", got)
	}
	w.send(t, reply(tenant, conn, key(t), integrationv1.Credentials_V2, person.ID, "x"))
	eventually(t, "an attempt", func() bool { return strings.Contains(w.logs.String(), "outbound message not sent") })
	if n := len(w.sim.Ledger(simulator.Query{Class: simulator.ClassToken})); n != asked {
		t.Errorf("%d token calls with keys whose use nobody wrote down", n)
	}
	if _, err := owner.Exec(t.Context(), `grant insert on integration.secret_use to dakoku_integration`); err != nil {
		t.Fatal(err)
	}
	eventually(t, "the held message", func() bool { return len(w.shown(t, person.ID, keys.BotID)) == 1 })
	eventually(t, "the look-up", func() bool {
		return w.resolve(t, tenant, conn, integrationv1.Credentials_V2, person.ID)[0].GetEmployee() == employee
	})
}

// A sync opens the keys for the account that started it, and says so.
func TestASyncNamesWhoStartedIt(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	tenant := uuid.NewString()
	conn, _ := w.activeV2(as(t, tenant), t)
	w.ended(t, tenant, w.sync(t, tenant, true))
	var actor string
	if err := w.db.Owner(t).QueryRow(t.Context(), `select actor from integration.link_sync`).Scan(&actor); err != nil {
		t.Fatal(err)
	}
	used := w.uses(t, tenant, conn)
	if !strings.HasPrefix(actor, "accounts/") || !slices.ContainsFunc(used, func(u *integrationv1.SecretUse) bool {
		return u.GetCaller() == "integration "+actor && u.GetPurpose() == "FETCH_TOKEN"
	}) {
		t.Errorf("%s started it, keys were opened by %v", actor, used)
	}
}
