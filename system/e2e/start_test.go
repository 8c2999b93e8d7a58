package e2e

import (
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/dakoku/dakoku/platform/postgres/embedded"
)

// TestRefusesBadSettings: a wrong setting stops the start with one line that
// names the variable.
func TestRefusesBadSettings(t *testing.T) {
	t.Parallel()
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	unsafe := postgresWith(t, "fsync", "off")
	lazy := postgresWith(t, "synchronous_commit", "off")
	cases := map[string]struct {
		env  string
		want []string
		args []string // after up
	}{
		"unknown setting":         {env: "DAKOKU_PUBLIC_ADRR=:8080", want: []string{"DAKOKU_PUBLIC_ADRR", "DAKOKU_PUBLIC_ADDR"}},
		"port in use":             {env: "DAKOKU_PUBLIC_ADDR=" + taken.Addr().String(), want: []string{"DAKOKU_PUBLIC_ADDR", taken.Addr().String()}},
		"admin port in use":       {env: "DAKOKU_ADMIN_ADDR=" + taken.Addr().String(), want: []string{"DAKOKU_ADMIN_ADDR", taken.Addr().String()}},
		"debug port in use":       {env: "DAKOKU_DEBUG_ADDR=" + taken.Addr().String(), want: []string{"DAKOKU_DEBUG_ADDR", taken.Addr().String()}},
		"chat port in use":        {env: "DAKOKU_CHAT_ADDR=" + taken.Addr().String(), want: []string{"DAKOKU_CHAT_ADDR", taken.Addr().String()}, args: []string{"--demo"}},
		"public URL without http": {env: "DAKOKU_PUBLIC_URL=example.com", want: []string{"DAKOKU_PUBLIC_URL"}},
		"log level":               {env: "DAKOKU_LOG_LEVEL=loud", want: []string{"DAKOKU_LOG_LEVEL"}},
		"database URL":            {env: "DAKOKU_DATABASE_URL=not a url", want: []string{"DAKOKU_DATABASE_URL"}},
		"fsync off":               {env: "DAKOKU_DATABASE_URL=" + unsafe, want: []string{"fsync"}},
		"synchronous_commit off":  {env: "DAKOKU_DATABASE_URL=" + lazy, want: []string{"synchronous_commit"}},
	}
	for name, test := range cases {
		t.Run(name, func(t *testing.T) {
			line := refusal(t, test.env, test.args...)
			for _, want := range test.want {
				if !strings.Contains(line, want) {
					t.Errorf("the refusal %q does not say %q", line, want)
				}
			}
		})
	}
}

// refusal starts `dakoku up` with one setting more and returns the line with
// which it refuses.
func refusal(t *testing.T, setting string, args ...string) string {
	t.Helper()
	dir := t.TempDir()
	p := &process{
		t: t, path: program(t, "system/cmd/dakoku"), args: append([]string{"up"}, args...), log: filepath.Join(dir, "log"),
		env: []string{
			"DAKOKU_DATA_DIR=" + filepath.Join(dir, "data"), "DAKOKU_PUBLIC_ADDR=127.0.0.1:0",
			"DAKOKU_ADMIN_ADDR=127.0.0.1:0", "DAKOKU_DEBUG_ADDR=127.0.0.1:0", setting,
		},
	}
	p.start()
	t.Cleanup(func() {
		if p.running() {
			p.kill()
		}
	})
	<-p.done
	body, err := os.ReadFile(p.log)
	if err != nil {
		t.Fatal(err)
	}
	if p.cmd.ProcessState.ExitCode() != 1 {
		t.Fatalf("it ended with %d, want 1:\n%s", p.cmd.ProcessState.ExitCode(), body)
	}
	lines := strings.Split(strings.TrimSpace(string(body)), "\n")
	return lines[len(lines)-1]
}

func postgresWith(t *testing.T, setting, value string) string {
	t.Helper()
	server, err := embedded.Start(t.Context(), embedded.Config{
		Dir: filepath.Join(t.TempDir(), "pg"), Settings: map[string]string{setting: value},
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { server.Stop() })
	return server.URL().Reveal()
}

// TestComesBackAfterKill: the private PostgreSQL and everything in it survive a
// kill of the whole process.
func TestComesBackAfterKill(t *testing.T) {
	t.Parallel()
	i := private(t)
	c := i.company()
	punch := c.expect(firstPunch(c), "RECORDED", "", "を記録しました。")
	i.processes["dakoku"].kill()
	i.startAll()
	if punches := c.punches(); len(punches) != 1 || punches[0].Name != punch.Punch {
		t.Fatalf("punches after the kill: %+v, want %s", punches, punch.Punch)
	}
	again := firstPunch(c)
	again.Text = "退勤"
	c.expect(again, "RECORDED", "", "退勤")
}
