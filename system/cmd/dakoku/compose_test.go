package main

import (
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"go.yaml.in/yaml/v3"

	"github.com/dakoku/dakoku/platform/config"
	"github.com/dakoku/dakoku/platform/postgres"
	"github.com/dakoku/dakoku/platform/process"
	"github.com/dakoku/dakoku/platform/run"
	"github.com/dakoku/dakoku/services/attendance"
	"github.com/dakoku/dakoku/services/integration"
	gateway "github.com/dakoku/dakoku/services/webhook-gateway"
)

// container is what of a service of deploy/compose.yaml the walls stand on.
type container struct {
	Environment map[string]string `yaml:"environment"`
	Volumes     []string          `yaml:"volumes"`
	Command     []string          `yaml:"command"`
	NetworkMode string            `yaml:"network_mode"`
	Entrypoint  []string          `yaml:"entrypoint"`
	StopGrace   string            `yaml:"stop_grace_period"`
}

func readCompose(t *testing.T) map[string]container {
	t.Helper()
	text, err := os.ReadFile("../../../deploy/compose.yaml")
	if err != nil {
		t.Fatal(err)
	}
	var file struct {
		Services map[string]container `yaml:"services"`
	}
	if err := yaml.Unmarshal(text, &file); err != nil {
		t.Fatal(err)
	}
	return file.Services
}

// serving are the programs with the migrations of their contexts.
var serving = map[string]postgres.Migrations{
	integration.Name: integration.Migrations(), attendance.Name: attendance.Migrations(),
	gateway.PublicName: gateway.InboxMigrations(), gateway.AdminName: gateway.IdentityMigrations(),
}

func TestComposeGivesEachServiceItsOwnCertificateOnly(t *testing.T) {
	services := readCompose(t)
	for name, c := range services {
		var own []string
		for _, volume := range c.Volumes {
			if strings.HasPrefix(volume, "tls-") {
				own = append(own, volume)
			}
		}
		context, migrates := strings.CutPrefix(name, "migrate-")
		want := []string{"tls-" + name + ":/run/dakoku/tls:ro"}
		switch {
		case name == "certificates", name == "renewal":
			if c.NetworkMode != "none" || !slices.Contains(own, "tls-ca:/certificates/ca") {
				t.Errorf("%s holds the CA: %+v", name, c)
			}
			continue
		case migrates && context != "":
			want = []string{"tls-migrate:/run/dakoku/tls:ro"}
		}
		if !slices.Equal(own, want) {
			t.Errorf("%s mounts %v, want %v", name, own, want)
		}
	}
	for name := range serving {
		if services[name].Environment["DAKOKU_TLS_DIR"] != "/run/dakoku/tls" {
			t.Errorf("%s reads certificates elsewhere: %+v", name, services[name])
		}
	}
	if !strings.Contains(strings.Join(services["postgres"].Entrypoint, " "), "-c ssl=on") {
		t.Error("PostgreSQL speaks without TLS")
	}
}

// secret is a variable of the environment that compose puts in.
var secret = regexp.MustCompile(`\$\{([A-Z]+_PASSWORD):\?[^}]*\}`)

func TestComposeGivesEachServiceALoginOfItsOwn(t *testing.T) {
	services, passwords := readCompose(t), map[string]string{}
	for name, m := range serving {
		login, password := databaseOf(t, services[name])
		if login != m.LoginRole() || passwords[password] != "" {
			t.Errorf("%s logs in as %s with %s, which %q has, too", name, login, password, passwords[password])
		}
		passwords[password] = name
		step := services["migrate-"+m.Context]
		owner, ownerPassword := databaseOf(t, step)
		given := secret.FindStringSubmatch(step.Environment["DAKOKU_SERVE_PASSWORD"])
		if owner != "dakoku" || ownerPassword != "POSTGRES_PASSWORD" || given == nil || given[1] != password {
			t.Errorf("migrate-%s is %s and makes the login with %v, want %s", m.Context, owner, given, password)
		}
	}
}

// A container that is told to end is given the time that its program takes: the delay in
// which balancers turn away, and the end of what is under way.
func TestComposeLetsEachServiceEnd(t *testing.T) {
	delay, ok := reflect.TypeFor[process.Settings]().FieldByName("StopDelay")
	serves, err := time.ParseDuration(delay.Tag.Get("envDefault"))
	if !ok || err != nil {
		t.Fatal(err)
	}
	services := readCompose(t)
	for name := range serving {
		if grace, err := time.ParseDuration(services[name].StopGrace); err != nil || grace < serves+run.DefaultDeadline {
			t.Errorf("%s is killed after %s: %v", name, services[name].StopGrace, err)
		}
	}
}

// A door that listens on every address would put that before the links that it hands
// out: it is told what to put there, and what LINE WORKS reaches us by.
func TestComposeNamesTheDoorsAsPeopleReachThem(t *testing.T) {
	services := readCompose(t)
	for variable, c := range map[string]container{"DAKOKU_ADMIN_URL": services[gateway.AdminName], "DAKOKU_PUBLIC_URL": services[integration.Name]} {
		fallback, ok := strings.CutPrefix(c.Environment[variable], "${"+variable+":-")
		if u, err := url.Parse(strings.TrimSuffix(fallback, "}")); !ok || err != nil || u.Hostname() != "localhost" {
			t.Errorf("%s is %q", variable, c.Environment[variable])
		}
	}
}

// databaseOf is the login of a service and the variable that holds its password,
// from a URL that the service would accept.
func databaseOf(t *testing.T, c container) (login, password string) {
	t.Helper()
	raw := c.Environment["DAKOKU_DATABASE_URL"]
	found := secret.FindStringSubmatch(raw)
	u, err := url.Parse(secret.ReplaceAllString(raw, "x"))
	if err != nil || found == nil {
		t.Fatalf("%q: %v", raw, err)
	}
	query := u.Query()
	query.Del("sslrootcert") // a file of the container
	u.RawQuery = query.Encode()
	if err := postgres.CheckURL(config.Secret(u.String())); err != nil {
		t.Errorf("%s: %v", u.Redacted(), err)
	}
	return u.User.Username(), found[1]
}

// The passwords are for the owner of the file, and a database that has them keeps them.
func TestPasswordsAreWrittenOnceAndForOneReader(t *testing.T) {
	file := filepath.Join(t.TempDir(), ".env")
	write := func() error { return exec.CommandContext(t.Context(), "../../../deploy/passwords.sh", file).Run() }
	if err := write(); err != nil {
		t.Fatal(err)
	}
	first, err := os.ReadFile(file)
	info, stat := os.Stat(file)
	if err != nil || stat != nil || info.Mode().Perm() != 0o600 {
		t.Fatalf("%v, %v, %v", err, stat, info)
	}
	for name := range serving {
		if want := strings.ToUpper(serving[name].Context) + "_PASSWORD="; !strings.Contains(string(first), want) {
			t.Errorf("no %s", want)
		}
	}
	again := write()
	if second, err := os.ReadFile(file); again == nil || err != nil || string(second) != string(first) {
		t.Errorf("written over: %v, %v", again, err)
	}
}
