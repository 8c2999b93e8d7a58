package e2e

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/dakoku/dakoku/simulator"
)

// contexts are the schemas, each with a sealing key of its own.
var contexts = []string{"attendance", "gateway", "identity", "integration"}

// TestTheMasterKeyIsReplacedWhilePunchesArrive ends `dakoku rotate` by SIGKILL at
// random moments and runs it again: every callback is answered 200, nothing is
// lost, nothing is left under an old key, and the records are as they were made.
func TestTheMasterKeyIsReplacedWhilePunchesArrive(t *testing.T) {
	t.Parallel() // most of it is waiting
	i := allInOne(t)
	i.rotatedUnderWay(sized(2, 50), "dakoku")
}

// TestEachProgramReplacesItsKey does the same with the separate programs, each
// of which rotates the key of its own context while all of them run.
func TestEachProgramReplacesItsKey(t *testing.T) {
	t.Parallel()
	i := separate(t)
	i.rotatedUnderWay(sized(1, 10), "integration", "attendance", "webhook-gateway", "admin-gateway")
}

// rotatedUnderWay runs the rotate command of the programs while people post,
// killing each so many times before it may end.
func (i *installation) rotatedUnderWay(kills int, programs ...string) {
	t := i.t
	c := i.company()
	before := i.headers()
	if _, err := c.simulator.Deliver(t.Context(), c.world.Bot.BotID, []byte("no event"), simulator.Options{}); err != nil { // its body is kept, sealed
		t.Fatal(err)
	}
	c.post("/v1/session/totp", map[string]any{"password": c.password}) // identity keeps the secret, sealed
	crowd := newCrowd(c)
	stop := crowd.post()
	killed := 0
	for _, name := range programs {
		for n := range kills { // a context after the other is reached
			killed += i.rotateUntil(name, rand.N(time.Duration(4+8*(n%6))*time.Second))
		}
		if code, out := i.command(name, "rotate"); code != 0 || !strings.Contains(out, "Disabled in the file") {
			t.Errorf("%s rotate ended with %d:\n%s", name, code, out)
		}
	}
	stop()
	i.settled()
	verdict := crowd.compare(c.allEvents(), c.allPunches())
	verdict.replies(i, crowd)
	t.Logf("%d runs killed; slowest callback %s; %s", killed, crowd.slowest.Round(time.Millisecond), verdict)
	for _, wrong := range verdict.wrong {
		t.Error(wrong)
	}
	for _, p := range crowd.posts {
		if p.ok != p.copies {
			t.Errorf("%q at %s: %d of %d answered 200", p.text, p.issued, p.ok, p.copies)
		}
	}
	i.nothingUnder(before)
	i.oneOffset()
	i.provesTheRecords()
}

// rotateUntil starts a rotation and kills it after a while; 1: it was not over yet.
func (i *installation) rotateUntil(name string, after time.Duration) int {
	i.t.Helper()
	p := i.ordered(name, "rotate")
	p.start()
	select {
	case <-p.done:
		if code := p.cmd.ProcessState.ExitCode(); code != 0 {
			i.t.Errorf("%s rotate ended with %d before it was killed", name, code)
		}
		return 0
	case <-time.After(after):
		p.kill()
		return 1
	}
}

// ordered is another process of a program, with the same settings.
func (i *installation) ordered(name string, args ...string) *process {
	of := i.processes[name]
	return &process{t: i.t, path: of.path, args: args, env: of.env, log: filepath.Join(i.dir, name+"-"+args[0]+".log")}
}

// command runs a program's command to its end.
func (i *installation) command(name string, args ...string) (int, string) {
	i.t.Helper()
	p := i.ordered(name, args...)
	_ = os.Remove(p.log)
	p.start()
	select {
	case <-p.done:
	case <-time.After(patience):
		p.kill()
		i.t.Errorf("%s %s took longer than %s", name, args[0], patience)
	}
	out, err := os.ReadFile(p.log)
	if err != nil {
		i.t.Fatal(err)
	}
	return p.cmd.ProcessState.ExitCode(), string(out)
}

// headers are what a value begins with that is sealed by each context's key, as
// its check value tells: five bytes behind the length.
func (i *installation) headers() map[string][]byte {
	i.t.Helper()
	out := map[string][]byte{}
	for _, schema := range contexts {
		var header []byte
		if err := i.sql().QueryRow(i.t.Context(), "select substring(value from 5 for 5) from "+schema+".seal_check").Scan(&header); err != nil {
			i.t.Fatal(err)
		}
		out[schema] = header
	}
	return out
}

// nothingUnder looks into every column of bytes and into the key files.
func (i *installation) nothingUnder(old map[string][]byte) {
	i.t.Helper()
	now, db := i.headers(), i.sql()
	for _, schema := range contexts {
		if bytes.Equal(old[schema], now[schema]) {
			i.t.Errorf("%s has the old key", schema)
		}
		var left, moved int
		for _, column := range i.columnsOfBytes(schema) {
			var o, n int
			err := db.QueryRow(i.t.Context(), fmt.Sprintf(`select count(*) filter (where substring(%[1]s from 5 for 5) = $1),
				count(*) filter (where substring(%[1]s from 5 for 5) = $2) from %[2]s`, column[1], column[0]), old[schema], now[schema]).Scan(&o, &n)
			if err != nil {
				i.t.Fatal(err)
			}
			left, moved = left+o, moved+n
		}
		i.t.Logf("%s: %d values under the new key, %d under the old one", schema, moved, left)
		if left > 0 || moved < 2 {
			i.t.Errorf("%s: %d values under the old key, %d under the new one", schema, left, moved)
		}
		i.disabled(schema)
	}
}

// columnsOfBytes lists table and column.
func (i *installation) columnsOfBytes(schema string) [][2]string {
	i.t.Helper()
	rows, err := i.sql().Query(i.t.Context(), `select quote_ident(c.table_schema) || '.' || quote_ident(c.table_name), quote_ident(c.column_name)
		from information_schema.columns c join information_schema.tables t using (table_schema, table_name)
		where c.table_schema = $1 and c.data_type = 'bytea' and t.table_type = 'BASE TABLE'`, schema)
	if err != nil {
		i.t.Fatal(err)
	}
	out, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (at [2]string, err error) { return at, row.Scan(&at[0], &at[1]) })
	if err != nil || len(out) == 0 {
		i.t.Fatal(len(out), err)
	}
	return out
}

// disabled holds a key file against what a rotation must leave: one enabled key,
// the primary, and at least one that is disabled.
func (i *installation) disabled(schema string) {
	i.t.Helper()
	var keys struct {
		Primary uint32 `json:"primaryKeyId"`
		Key     []struct {
			ID     uint32 `json:"keyId"`
			Status string `json:"status"`
		} `json:"key"`
	}
	body, err := os.ReadFile(filepath.Join(i.dir, "data", "keys", schema+".json"))
	if err == nil {
		err = json.Unmarshal(body, &keys)
	}
	if err != nil || len(keys.Key) < 2 {
		i.t.Fatal(schema, len(keys.Key), err)
	}
	for _, k := range keys.Key {
		if (k.Status == "ENABLED") != (k.ID == keys.Primary) {
			i.t.Errorf("%s: a key other than the primary one is %s", schema, k.Status)
		}
	}
}

// oneOffset: where the payload of a sealed value begins is known to the database
// of each context, in the same words.
func (i *installation) oneOffset() {
	i.t.Helper()
	var schemas, texts int
	if err := i.sql().QueryRow(i.t.Context(), `select count(*), count(distinct prosrc) from pg_proc where proname = 'payload_of'`).Scan(&schemas, &texts); err != nil {
		i.t.Fatal(err)
	}
	if schemas != len(contexts) || texts != 1 {
		i.t.Errorf("%d databases of contexts know %d offsets", schemas, texts)
	}
}

// provesTheRecords runs `dakoku verify` beside the running programs.
func (i *installation) provesTheRecords() {
	i.t.Helper()
	if i.processes["dakoku"] == nil {
		i.add("system/cmd/dakoku", nil, "DAKOKU_DATA_DIR="+filepath.Join(i.dir, "data"), "DAKOKU_DATABASE_URL="+i.database)
		defer delete(i.processes, "dakoku")
	}
	code, out := i.command("dakoku", "verify")
	if code != 0 || !strings.Contains(out, "Nothing is wrong.") || !strings.Contains(out, "sealed") {
		i.t.Errorf("verify ended with %d:\n%s", code, out)
	}
}
