package e2e

import (
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	"github.com/dakoku/dakoku/system/internal/adminapi"
)

// aviary is an installation at the debug level with everything that it says
// kept, and the canaries in it.
type aviary struct {
	*company
	i            *installation
	canaries     *canaries
	mirror       *mirror
	doors        []*tap
	debug        map[string]string // debug listeners by program
	key          string            // an API key
	v2, v1       string            // connections/{connection}
	v2Bot, v1Bot string
	tokens       []string // callback tokens
	spooled      []place  // files of callbacks that wait for the database
}

func newAviary(t *testing.T) *aviary {
	t.Helper()
	i := assemble(t)
	a := &aviary{i: i, canaries: &canaries{known: map[string]canary{}}, debug: map[string]string{}}
	a.mirror = newMirror(t, a.canaries, i.platform)
	public, admin := newTap(t, a.canaries, "public", i.public), newTap(t, a.canaries, "admin", i.admin)
	a.doors, i.public, i.admin = []*tap{public, admin}, public.url, admin.url
	for name, p := range i.processes {
		a.debug[name] = freeAddr(t)
		p.env = append(p.env, "DAKOKU_LOG_LEVEL=debug", "DAKOKU_DEBUG_ADDR="+a.debug[name])
		if name == "integration" {
			p.env = append(p.env, "DAKOKU_PUBLIC_URL="+public.url, "DAKOKU_LINEWORKS_AUTH_URL="+a.mirror.url,
				"DAKOKU_LINEWORKS_API_URL="+a.mirror.url, "DAKOKU_LINEWORKS_API_V1_URL="+a.mirror.url)
		}
	}
	i.migrate()
	i.startAll()
	a.company = &company{t: t, admin: adminapi.New(i.admin), simulator: i.simulator}
	return a
}

// places is everything that was written: outputs, answers, debug pages, columns
// and files.
func (a *aviary) places() []place {
	a.t.Helper()
	var all []place
	for name, p := range a.i.processes {
		all = append(all, place{"output of " + name, a.read(p.log)})
		for _, page := range []string{"/metrics", "/readyz", "/healthz", "/debug/pprof/", "/debug/pprof/goroutine?debug=2", "/debug/pprof/cmdline", "/debug/pprof/heap?debug=1"} {
			all = append(all, place{"page " + page + " of " + name, a.page("http://" + a.debug[name] + page)})
		}
	}
	for _, door := range a.doors {
		door.mu.Lock()
		all = append(all, door.kept...)
		door.mu.Unlock()
	}
	return slices.Concat(all, a.columns(), a.files(), a.spooled)
}

func (a *aviary) read(path string) string {
	a.t.Helper()
	body, err := os.ReadFile(path)
	if err != nil {
		a.t.Fatal(err)
	}
	return string(body)
}

func (a *aviary) page(url string) string {
	a.t.Helper()
	response, err := http.Get(url)
	if err != nil {
		a.t.Fatal(err)
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		a.t.Fatal(err)
	}
	return string(body)
}

// files are those that the programs and PostgreSQL write for people to read: the
// data directory and the server's log, but not its tables.
func (a *aviary) files() []place {
	a.t.Helper()
	var all []place
	err := filepath.WalkDir(a.i.dir, func(path string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case entry.IsDir() && exists(filepath.Join(path, "PG_VERSION")):
			return filepath.SkipDir
		case filepath.Dir(path) == a.i.dir && filepath.Ext(path) == ".log": // is an output
		case entry.Type().IsRegular() && entry.Name() != "setup-secret": // which shows it once
			all = append(all, place{"file " + path, a.read(path)})
		}
		return nil
	})
	if err != nil {
		a.t.Fatal(err)
	}
	return all
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}

// columns are all columns of all tables, those of bytes as bytes.
func (a *aviary) columns() []place {
	a.t.Helper()
	conn := a.i.sql()
	rows, err := conn.Query(a.t.Context(), `select n.nspname, c.relname, t.attname, t.atttypid = 'bytea'::regtype
		from pg_attribute t join pg_class c on c.oid = t.attrelid join pg_namespace n on n.oid = c.relnamespace
		where t.attnum > 0 and not t.attisdropped and c.relkind in ('r', 'p', 'm') and n.nspname !~ '^pg_' and n.nspname <> 'information_schema'`)
	if err != nil {
		a.t.Fatal(err)
	}
	type column struct {
		Schema, Table, Name string
		Bytes               bool
	}
	list, err := pgx.CollectRows(rows, pgx.RowToStructByPos[column])
	if err != nil || len(list) < 200 {
		a.t.Fatalf("%d columns, %v", len(list), err)
	}
	var all []place
	for _, c := range list {
		value := pgx.Identifier{c.Name}.Sanitize()
		if !c.Bytes {
			value = "convert_to(" + value + "::text, 'UTF8')"
		}
		rows, err := conn.Query(a.t.Context(), "select "+value+" from "+pgx.Identifier{c.Schema, c.Table}.Sanitize())
		if err != nil {
			a.t.Fatal(err)
		}
		values, err := pgx.CollectRows(rows, pgx.RowTo[[]byte])
		if err != nil {
			a.t.Fatal(err)
		}
		var text strings.Builder
		for _, v := range values {
			fmt.Fprintf(&text, "%s\n", v)
		}
		all = append(all, place{fmt.Sprintf("column %s.%s.%s", c.Schema, c.Table, c.Name), text.String()})
	}
	return all
}
