package supervisor

import (
	"context"
	"fmt"
	"net"
	"os/exec"
	"path/filepath"
	"strings"

	"github.com/dakoku/dakoku/system/internal/loopback"
)

// senderTo begins the names of the ways from whoever sends to the doors.
const senderTo = "sender>"

// copies is how many processes of each service run.
const copies = 2

// packages are the programs, by the name of their processes.
var packages = map[string]string{
	"gateway":     "./services/webhook-gateway/cmd/webhook-gateway",
	"attendance":  "./services/attendance/cmd/attendance",
	"integration": "./services/integration/cmd/integration",
	"admin":       "./services/webhook-gateway/cmd/admin-gateway",
}

// Build builds the programs of the repository at root into bin; extra arguments go
// to the compiler's driver.
func Build(ctx context.Context, root, bin string, extra ...string) error {
	args := append([]string{"build", "-o", bin + "/"}, extra...)
	for _, name := range []string{"gateway", "attendance", "integration", "admin"} {
		args = append(args, packages[name])
	}
	cmd := exec.CommandContext(ctx, "go", args...)
	cmd.Dir = root
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("build: %w: %s", err, last(out, 2000))
	}
	return nil
}

// place is where the processes of a service are reached.
type place struct {
	virtual string   // what leads to any of them
	each    []string // their own addresses
}

// assemble makes programs and ways, and starts none of the programs.
func (i *Installation) assemble() error {
	places := map[string]place{}
	for _, service := range []string{"gateway", "attendance", "integration"} {
		p, err := i.place()
		if err != nil {
			return err
		}
		places[service] = p
	}
	for n := range copies {
		for _, service := range []string{"integration", "attendance", "gateway"} {
			if err := i.add(service, n, places); err != nil {
				return err
			}
		}
	}
	return i.add("admin", 0, places)
}

func (i *Installation) place() (p place, err error) {
	for range copies {
		addr, err := loopback.Free()
		if err != nil {
			return p, err
		}
		p.each = append(p.each, addr)
	}
	if p.virtual, err = loopback.Free(); err != nil {
		return p, err
	}
	b, err := newBalance(p.virtual, p.each...)
	if err != nil {
		return p, err
	}
	i.balances = append(i.balances, b)
	return p, nil
}

// add makes one process with ways of its own.
func (i *Installation) add(service string, n int, places map[string]place) error {
	name := fmt.Sprintf("%s-%d", service, n)
	env, err := i.settings(service, name, places)
	if err != nil {
		return err
	}
	if service != "admin" {
		env = append(env, "DAKOKU_LISTEN_ADDR="+places[service].each[n])
	}
	door := map[string]string{"gateway": "DAKOKU_PUBLIC_ADDR", "admin": "DAKOKU_ADMIN_ADDR"}[service]
	if door != "" {
		addr, err := loopback.Free()
		if err != nil {
			return err
		}
		env = append(env, door+"="+addr)
		if service == "gateway" {
			way, err := i.edges.to(senderTo+name, addr)
			if err != nil {
				return err
			}
			i.Doors = append(i.Doors, "http://"+way)
		} else {
			i.Admin = "http://" + addr
		}
	}
	i.Programs = append(i.Programs, &Program{
		Name: name, path: filepath.Join(i.cfg.Bin, filepath.Base(packages[service])), args: []string{"serve"}, env: env,
		log: filepath.Join(i.cfg.Dir, name+".log"),
	})
	return nil
}

// settings are the environment of a process, with a way to each of its peers.
func (i *Installation) settings(service, name string, places map[string]place) ([]string, error) {
	debug, err := loopback.Free()
	if err != nil {
		return nil, err
	}
	i.debug = append(i.debug, "http://"+debug)
	env := []string{"DAKOKU_DATA_DIR=" + filepath.Join(i.cfg.Dir, "data"), "DAKOKU_DEBUG_ADDR=" + debug, "DAKOKU_LOG_LEVEL=info", "DAKOKU_STOP_DELAY=0s"}
	lead := func(peer, addr string, format ...string) error {
		at, err := i.edges.to(name+">"+peer, addr)
		for _, f := range format {
			env = append(env, fmt.Sprintf(f, at))
		}
		return err
	}
	if err := lead("postgres", i.Cluster.primary.addr, "DAKOKU_DATABASE_URL=postgres://dakoku@%s/dakoku?sslmode=disable"); err != nil {
		return nil, err
	}
	peers := map[string][]string{"gateway": {"integration", "attendance"}, "integration": {"attendance"}, "admin": {"integration", "attendance", "gateway"}}[service]
	for _, peer := range peers {
		if err := lead(peer, places[peer].virtual, "DAKOKU_"+strings.ToUpper(peer)+"_ADDR=%s"); err != nil {
			return nil, err
		}
	}
	if service == "integration" {
		platform := strings.TrimPrefix(i.cfg.Platform, "http://")
		if _, _, err := net.SplitHostPort(platform); err != nil {
			return nil, err
		}
		env = append(env, "DAKOKU_PUBLIC_URL=http://callbacks.invalid")
		if err := lead("lineworks", platform, "DAKOKU_LINEWORKS_AUTH_URL=http://%s", "DAKOKU_LINEWORKS_API_URL=http://%s", "DAKOKU_LINEWORKS_API_V1_URL=http://%s"); err != nil {
			return nil, err
		}
	}
	return env, nil
}
