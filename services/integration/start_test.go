package integration_test

import (
	"encoding/hex"
	"net"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/uuid"

	"github.com/dakoku/dakoku/platform/config"
	integrationv1 "github.com/dakoku/dakoku/proto/gen/dakoku/integration/v1"
	"github.com/dakoku/dakoku/services/integration"
)

// unhex adds, to a text with bytea columns, what their bytes say.
func unhex(text string) string {
	return text + regexp.MustCompile(`\\+x([0-9a-f]+)`).ReplaceAllStringFunc(text, func(found string) string {
		raw, err := hex.DecodeString(strings.TrimLeft(found, `\x`))
		if err != nil {
			return found
		}
		return string(raw)
	})
}

func TestBadSettingsStopTheStart(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.stop()
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	for name, c := range map[string]struct {
		change func(*integration.Config)
		says   string
	}{
		"no database":    {func(c *integration.Config) { c.DatabaseURL = "" }, "DAKOKU_DATABASE_URL"},
		"wrong database": {func(c *integration.Config) { c.DatabaseURL = config.Secret("nonsense") }, "DAKOKU_DATABASE_URL"},
		"no data dir":    {func(c *integration.Config) { c.DataDir = "" }, "DAKOKU_DATA_DIR"},
		"no certificate": {func(c *integration.Config) { c.Identity = nil }, "DAKOKU_TLS_DIR"},
		"no public URL":  {func(c *integration.Config) { c.PublicURL = "" }, "DAKOKU_PUBLIC_URL"},
		"odd public URL": {func(c *integration.Config) { c.PublicURL = "dakoku.example.jp" }, "DAKOKU_PUBLIC_URL"},
		"no attendance":  {func(c *integration.Config) { c.Attendance = nil }, "DAKOKU_ATTENDANCE_ADDR"},
		"no API":         {func(c *integration.Config) { c.APIURL = "" }, "DAKOKU_LINEWORKS_API_URL"},
		"odd auth":       {func(c *integration.Config) { c.AuthURL = "ftp://x" }, "DAKOKU_LINEWORKS_AUTH_URL"},
		"port in use":    {func(c *integration.Config) { c.ListenAddr = taken.Addr().String() }, "DAKOKU_LISTEN_ADDR " + taken.Addr().String()},
		"key missing":    {func(c *integration.Config) { c.DataDir = t.TempDir() }, "key"},
	} {
		t.Run(name, func(t *testing.T) {
			cfg := w.cfg
			c.change(&cfg)
			service, err := integration.New(t.Context(), cfg)
			if err == nil {
				service.Close()
				t.Fatal("it started")
			}
			if !strings.Contains(err.Error(), c.says) || strings.Contains(err.Error(), "\n") {
				t.Errorf("error %q does not say %q in one line", err, c.says)
			}
		})
	}
}

func TestRestartKeepsEverything(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	tenant := uuid.NewString()
	conn, keys := w.activeV2(as(t, tenant), t)
	person := w.user(t, "taro@example")
	before := w.endpoints(t, 0)
	w.stop()
	if mode := modeOf(t, filepath.Join(w.cfg.DataDir, "keys", "integration.json")); mode != 0o600 {
		t.Errorf("the sealing key has mode %o", mode)
	}
	w.start(t)
	if after := w.endpoints(t, before.GetVersion()); !after.GetUnchanged() {
		t.Error("the endpoint table changed by a restart")
	}
	w.send(t, reply(tenant, conn, key(t), integrationv1.Credentials_V2, person.ID, "再起動後"))
	eventually(t, "a message after the restart", func() bool { return len(w.shown(t, person.ID, keys.BotID)) == 1 })
}

func modeOf(t *testing.T, path string) os.FileMode {
	t.Helper()
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	return info.Mode().Perm()
}

func TestEachDoorHasItsOwnService(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := as(t, uuid.NewString())
	w.admin, w.machine = integrationv1.NewIntegrationAdminServiceClient(w.publicConn), integrationv1.NewIntegrationServiceClient(w.adminConn)
	if _, err := w.admin.ListConnections(ctx, &integrationv1.ListConnectionsRequest{}); err == nil {
		t.Error("the public door reached the administration")
	}
	if _, err := w.machine.ListEndpoints(ctx, &integrationv1.ListEndpointsRequest{}); err == nil {
		t.Error("the admin door read signing keys")
	}
}
