package supervisor

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"time"
)

// Config says what is run.
type Config struct {
	// Dir is where everything lives; it must exist and be reachable for other users.
	Dir string
	// Bin is where the built programs are.
	Bin string
	// Platform is the base URL of the stand-in for LINE WORKS, "http://127.0.0.1:1234".
	Platform string
	// Disks gives each PostgreSQL a small disk for its log, which can be filled. Only
	// root can mount one.
	Disks bool
}

// Installation is everything that runs.
type Installation struct {
	// Cluster is the database.
	Cluster *Cluster
	// Programs are the services' processes.
	Programs []*Program
	// Edges are all ways between two of them, to the database and to LINE WORKS.
	Edges []*Edge
	// Doors are the base URLs of the public doors, each with a way before it.
	Doors []string
	// Admin is the base URL of the admin door.
	Admin string

	cfg      Config
	edges    *edges
	balances []*balance
	debug    []string // base URLs
}

// Start brings everything up and returns when all of it serves.
func Start(ctx context.Context, cfg Config) (*Installation, error) {
	i := &Installation{cfg: cfg}
	i.edges = newEdges()
	if err := i.start(ctx); err != nil {
		i.Stop()
		return nil, err
	}
	return i, nil
}

func (i *Installation) start(ctx context.Context) (err error) {
	if i.Cluster, err = newCluster(ctx, i.cfg.Dir, i.cfg.Disks); err != nil {
		return err
	}
	if err := i.assemble(); err != nil {
		return err
	}
	i.Edges, i.Cluster.ways = i.edges.all, i.leadToDatabase
	for _, p := range i.Programs {
		if strings.HasSuffix(p.Name, "-0") {
			if err := p.Run(ctx, "migrate"); err != nil {
				return err
			}
		}
	}
	for _, p := range i.Programs {
		p.Start()
	}
	return i.Serving(ctx)
}

// leadToDatabase makes every way to the database end at an address.
func (i *Installation) leadToDatabase(addr string) error {
	var all error
	for _, e := range i.Edges {
		if strings.HasSuffix(e.Name, ">postgres") {
			all = errors.Join(all, e.lead(addr))
		}
	}
	return all
}

// Serving waits until every process says that it is ready.
func (i *Installation) Serving(ctx context.Context) error {
	client := &http.Client{Timeout: 3 * time.Second}
	for _, base := range i.debug {
		err := until(ctx, base+" is not ready", func() error {
			request, err := http.NewRequestWithContext(ctx, http.MethodGet, base+"/readyz", nil)
			if err != nil {
				return err
			}
			response, err := client.Do(request)
			if err != nil {
				return err
			}
			defer response.Body.Close()
			if response.StatusCode != http.StatusOK {
				return errors.New(response.Status)
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// Heal takes every fault back: ways are straight, whatever stands still goes on, and
// all of it serves.
func (i *Installation) Heal(ctx context.Context) error {
	i.Cluster.StandbySignal(syscall.SIGCONT)
	for _, id := range i.Cluster.primaryProcesses() {
		_ = syscall.Kill(id, syscall.SIGCONT) // one that has ended is no trouble
	}
	for _, e := range i.Edges {
		e.Straighten(ctx)
		if err := e.Mend(); err != nil {
			return err
		}
	}
	for _, p := range i.Programs {
		p.Signal(syscall.SIGCONT)
	}
	if err := i.Cluster.Healthy(ctx); err != nil {
		return err
	}
	return i.Serving(ctx)
}

func (c *Cluster) primaryProcesses() []int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.primary.processes()
}

// SetupSecret is what the admin door printed for the first administrator.
func (i *Installation) SetupSecret() (string, error) {
	body, err := os.ReadFile(filepath.Join(i.cfg.Dir, "data", "setup-secret"))
	return strings.TrimSpace(string(body)), err
}

// Database is the connection URL of the primary for the login that owns the database,
// past every way.
func (i *Installation) Database() string {
	i.Cluster.mu.Lock()
	defer i.Cluster.mu.Unlock()
	return "postgres://dakoku@" + i.Cluster.primary.addr + "/dakoku?sslmode=disable"
}

// Program finds a process by its name.
func (i *Installation) Program(name string) (*Program, error) {
	for _, p := range i.Programs {
		if p.Name == name {
			return p, nil
		}
	}
	return nil, fmt.Errorf("no program %s", name)
}

// DoorOf tells which of the doors a program or a way is, by its name.
func DoorOf(name string) (door int, ok bool) {
	_, err := fmt.Sscanf(strings.TrimPrefix(name, senderTo), "gateway-%d", &door)
	return door, err == nil && !strings.Contains(strings.TrimPrefix(name, senderTo), ">")
}

// Answers waits until a door answers anything at all.
func (i *Installation) Answers(ctx context.Context, door int) error {
	client := &http.Client{Timeout: time.Second, Transport: &http.Transport{DisableKeepAlives: true}}
	return until(ctx, i.Doors[door]+" does not answer", func() error {
		request, err := http.NewRequestWithContext(ctx, http.MethodGet, i.Doors[door]+"/", nil)
		if err != nil {
			return err
		}
		response, err := client.Do(request)
		if err != nil {
			return err
		}
		return response.Body.Close()
	})
}

// Stop ends everything, the database last.
func (i *Installation) Stop() {
	for _, p := range i.Programs {
		p.Stop(syscall.SIGKILL)
	}
	i.edges.stop()
	for _, b := range i.balances {
		b.stop()
	}
	if i.Cluster != nil {
		i.Cluster.stop()
	}
}
