package e2e

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	"github.com/dakoku/dakoku/platform/postgres/embedded"
	"github.com/dakoku/dakoku/simulator"
)

// verify runs `dakoku verify` with the environment of the installation's one process and returns what it said.
func (i *installation) verify(env ...string) (code int, said string) {
	i.t.Helper()
	p := i.processes["dakoku"]
	cmd := exec.CommandContext(i.t.Context(), p.path, "verify")
	cmd.Env = append(append(cleanEnvironment(), p.env...), env...)
	out, err := cmd.CombinedOutput()
	if cmd.ProcessState == nil {
		i.t.Fatal(err)
	}
	return cmd.ProcessState.ExitCode(), string(out)
}

// sound requires that a check finds nothing.
func (i *installation) sound(what string) {
	i.t.Helper()
	if code, said := i.verify(); code != 0 || !strings.Contains(said, "異常はありません") {
		i.t.Fatalf("%s: ended with %d\n%s", what, code, said)
	}
}

// broken requires that a check ends with 1 and names the table and the row.
func (i *installation) broken(what, table, row string) {
	i.t.Helper()
	code, said := i.verify()
	if code != 1 || !strings.Contains(said, "表 table "+table) || !strings.Contains(said, row) {
		i.t.Errorf("%s: ended with %d\n%s", what, code, said)
	}
}

// superuser connects to the PostgreSQL of the installation behind the product's back, past triggers and constraints.
func (i *installation) superuser() *pgx.Conn {
	i.t.Helper()
	url := i.database
	if url == "" {
		private, running := embedded.Running(filepath.Join(i.dir, "data"))
		if !running {
			i.t.Fatal("the private PostgreSQL does not run")
		}
		url = private.Reveal()
	}
	conn, err := pgx.Connect(i.t.Context(), url)
	if err == nil {
		_, err = conn.Exec(i.t.Context(), `set session_replication_role = replica`)
	}
	if err != nil {
		i.t.Fatal(err)
	}
	return conn
}

func (i *installation) behind(statements ...string) {
	i.t.Helper()
	conn := i.superuser()
	defer conn.Close(context.Background())
	for _, statement := range statements {
		if _, err := conn.Exec(i.t.Context(), statement); err != nil {
			i.t.Fatal(statement, err)
		}
	}
}

// namesEverybody waits until LINE WORKS has been asked who the linked people are.
func (i *installation) namesEverybody() {
	i.t.Helper()
	conn := i.superuser()
	defer conn.Close(context.Background())
	eventually(i.t, "every link knows its person", func() bool {
		var unnamed int
		if err := conn.QueryRow(i.t.Context(), `select count(*) from integration.account_link where user_id is null`).Scan(&unnamed); err != nil {
			i.t.Fatal(err)
		}
		return unnamed == 0
	})
}

// punched lets the first person punch, as soon as the door takes it, and waits until a checkpoint covers it. It returns
// the id of the punch. The checkpoint is made due by the clock of the last one.
func (i *installation) punched(c *company) string {
	i.t.Helper()
	var delivery simulator.Delivery
	eventually(i.t, "the punch is accepted", func() bool {
		var err error
		delivery, err = c.simulator.Say(i.t.Context(), firstPunch(c))
		return err == nil && delivery.OK()
	})
	punch := c.judged(delivery.Issued).Punch
	conn := i.superuser()
	defer conn.Close(context.Background())
	eventually(i.t, "a checkpoint covers everything", func() bool {
		var covered bool
		const query = `with due as (update attendance.evidence_chains set checked_at = 'epoch' where position > checkpointed)
			select not exists (select from attendance.evidence_todo) and not exists (select from attendance.evidence_chains where position > checkpointed)`
		err := conn.QueryRow(i.t.Context(), query).Scan(&covered)
		return err == nil && covered
	})
	return strings.TrimPrefix(punch, "punches/")
}

const (
	anHourEarlier = `update attendance.punches set issued_at = issued_at - interval '1 hour'`
	anHourLater   = `update attendance.punches set issued_at = issued_at + interval '1 hour'`
)

// What a superuser of the database changed is told by table and row, while everything runs, with the private
// PostgreSQL stopped, and from a copy of the directory.
func TestVerifyTellsWhatASuperuserChanged(t *testing.T) {
	t.Parallel()
	i := private(t)
	punch := i.punched(i.company())
	i.sound("nothing changed")
	i.behind(anHourEarlier)
	i.broken("a punch moved", "attendance.punches", punch)
	i.processes["dakoku"].stop()
	i.broken("a punch moved, PostgreSQL stopped", "attendance.punches", punch)
	i.startAll()
	i.behind(anHourLater)
	i.sound("moved back")
	i.behind(`update gateway.inbox set outcome = 'IGNORED', reason = 'NO_PHRASE', punch_id = '' where punch_id = '` + punch + `'`)
	i.broken("the inbox tells another outcome", "gateway.inbox", "")
	i.behind(`update gateway.inbox set outcome = 'RECORDED', reason = '', punch_id = '` + punch + `' where outcome = 'IGNORED' and reason = 'NO_PHRASE'`)
	i.behind(`delete from attendance.punches`)
	i.broken("a punch removed", "attendance.punches", punch)
	i.processes["dakoku"].stop()
	i.refusesWithoutDatabase()
}

// refusesWithoutDatabase checks where there is no database, and where an auditor has only the evidence: both ways out
// are told, in both languages, and nothing is made.
func (i *installation) refusesWithoutDatabase() {
	i.t.Helper()
	bare := i.t.TempDir()
	if err := os.CopyFS(filepath.Join(bare, "evidence"), os.DirFS(filepath.Join(i.dir, "data", "evidence"))); err != nil {
		i.t.Fatal(err)
	}
	for _, dir := range []string{i.t.TempDir(), bare} {
		before, _ := os.ReadDir(dir)
		code, said := i.verify("DAKOKU_DATA_DIR=" + dir)
		for _, way := range []string{"DAKOKU_DATABASE_URL に", "set DAKOKU_DATABASE_URL", "DAKOKU_DATA_DIR に"} {
			if code != 1 || !strings.Contains(said, way) {
				i.t.Errorf("no database: ended with %d and without %q\n%s", code, way, said)
			}
		}
		if after, _ := os.ReadDir(dir); len(after) != len(before) {
			i.t.Errorf("a check made %v", after)
		}
	}
}

// The database may be anybody's PostgreSQL. The signing key may be lost: what it signed still counts, and a signature
// of nobody we know does not.
func TestVerifyOutlivesTheSigningKey(t *testing.T) {
	t.Parallel()
	i := allInOne(t)
	c := i.company()
	punch := i.punched(c)
	i.sound("a PostgreSQL of somebody")
	i.processes["dakoku"].stop()
	key := filepath.Join(i.dir, "data", "keys", "evidence.pem")
	if err := os.Remove(key); err != nil {
		t.Fatal(err)
	}
	i.sound("the key is lost")
	i.startAll()
	i.punched(c)
	i.sound("another key signs")
	if code, said := i.verify(); code != 0 || strings.Count(said, "署名鍵 signing key") != 2 {
		t.Errorf("ended with %d and does not tell both keys\n%s", code, said)
	}
	i.behind(anHourEarlier)
	i.broken("a punch from before the loss moved", "attendance.punches", punch)
	i.behind(anHourLater, `update attendance.evidence_checkpoints set key_id = '0123456789abcdef' where number = 1`)
	i.broken("a signature of nobody we know", "attendance.evidence_checkpoints", "行 row 1")
	other, err := embedded.Start(t.Context(), embedded.Config{Dir: filepath.Join(i.dir, "other")})
	if err != nil {
		t.Fatal(err)
	}
	defer other.Stop()
	if code, said := i.verify("DAKOKU_DATABASE_URL=" + other.URL().Reveal()); code != 1 || strings.Contains(said, "異常はありません") {
		t.Errorf("another server: ended with %d\n%s", code, said)
	}
}

// What no hash covers is found as well: the wrapped key of a text, and what only follows from facts.
func TestVerifyOpensTextsAndComparesWhatFollows(t *testing.T) {
	t.Parallel()
	i := private(t)
	punch := i.punched(i.company())
	if code, said := i.verify(); code != 0 || !strings.Contains(said, "texts opened 1") || !strings.Contains(said, "history of account links 1\n") {
		t.Fatalf("ended with %d\n%s", code, said)
	}
	i.namesEverybody() // or the link that is attacked changes meanwhile, and has a history then
	for _, c := range []struct{ table, row, attack, undo string }{
		{"attendance.punches", punch, `update attendance.punches set sealed_text = set_byte(sealed_text, 20, get_byte(sealed_text, 20) # 1)`, ""},
		{"attendance.employees", "", `update attendance.employees set display_name = display_name || '2'`, `update attendance.employees set display_name = left(display_name, -1)`},
		{"integration.account_link", "", `update integration.account_link set employee_id = gen_random_uuid()`,
			`update integration.account_link l set employee_id = c.employee_id from integration.account_link_change c where c.verb = 'LINKED' and c.account = l.account`},
		{"integration.account_link_change", "", `update integration.account_link_change set actor = actor || '2' where verb = 'LINKED'`,
			`update integration.account_link_change set actor = left(actor, -1) where verb = 'LINKED'`},
		{"attendance.companies", "", `update attendance.companies set time_zone = 'UTC'`, `update attendance.companies set time_zone = 'Asia/Tokyo'`},
	} {
		i.behind(c.attack)
		i.broken(c.attack, c.table, c.row)
		if c.undo == "" {
			c.undo = c.attack
		}
		i.behind(c.undo)
	}
	i.sound("undone")
	if err := os.Rename(filepath.Join(i.dir, "data", "keys", "attendance.json"), filepath.Join(t.TempDir(), "away.json")); err != nil {
		t.Fatal(err)
	}
	if code, said := i.verify(); code != 0 || !strings.Contains(said, "no text was opened") {
		t.Errorf("without the sealing keys: ended with %d\n%s", code, said)
	}
}
