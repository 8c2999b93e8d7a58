package lineage

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"slices"
	"testing"

	"github.com/jackc/pgx/v5"

	"github.com/dakoku/dakoku/platform/postgres/pgtest"
	"github.com/dakoku/dakoku/services/attendance"
	"github.com/dakoku/dakoku/services/integration"
)

const (
	tenant = "0195f000-0000-7000-8000-000000000001"
	taro   = "0195f000-0000-7000-8000-00000000000a"
	hana   = "0195f000-0000-7000-8000-00000000000b"

	employ = `insert into attendance.employees (tenant_id, id, number, display_name, email, department, state, revision, created_at, updated_at)
		values ($1, $2, $3, $3, '', '', 'ACTIVE', 1, now(), clock_timestamp())`
	change = `insert into integration.account_link_change (tenant_id, employee_id, occurred_at, verb, account, user_id, actor, source)
		values ($1, $2, now(), $3, $4, $5, 'a', 'EDIT')`
	judge = `insert into attendance.event_outcomes (tenant_id, event_key, connection_id, employee_id, issued_at, received_at, room_kind, verdict, reason, kind,
		period, answer, answer_place, time_text, previous_time_text, link_receipt, judged_at)
		values ($1, sha256($2::text::bytea), $1, $3, now(), clock_timestamp(), 'DIRECT', 'IGNORED', 'NO_PHRASE', '', '', '', 'DIRECT', '', '', nullif($4, ''), now())`
)

type bench struct {
	t        *testing.T
	database *pgtest.Database
	owner    *pgx.Conn
	events   int
}

// newBench has taro, who is linked by the account and then known by the userId, and hana; each sent something after
// each change.
func newBench(t *testing.T) *bench {
	database := pgtest.New(t, attendance.Migrations(), integration.Migrations())
	b := &bench{t: t, database: database, owner: database.Owner(t)}
	b.exec(employ, tenant, taro, "1")
	b.exec(employ, tenant, hana, "2")
	b.exec(change, tenant, taro, "LINKED", "taro@x", "")
	b.sent(taro, "account", "taro@x")
	b.exec(change, tenant, hana, "LINKED", "hana@x", "v")
	b.exec(change, tenant, taro, "IDENTIFIED", "taro@x", "U")
	b.sent(taro, "user", "U")
	b.sent(hana, "user", "v")
	b.exec(change, tenant, taro, "GONE", "taro@x", "U")
	b.exec(`insert into integration.account_link (tenant_id, employee_id, account, user_id, created_at, gone_at, revision) values
		($1, $2, 'taro@x', 'U', now(), clock_timestamp(), 1), ($1, $3, 'hana@x', 'v', now(), null, 1)`, tenant, taro, hana)
	return b
}

func (b *bench) exec(statement string, args ...any) {
	b.t.Helper()
	if _, err := b.owner.Exec(b.t.Context(), statement, args...); err != nil {
		b.t.Fatal(statement, err)
	}
}

// sent is an event that was judged as the employee's with what the history says now.
func (b *bench) sent(employee, by, sender string) {
	b.t.Helper()
	var seq int64
	var head []byte
	if err := b.owner.QueryRow(b.t.Context(), `select seq, digest from integration.account_link_change order by seq desc limit 1`).Scan(&seq, &head); err != nil {
		b.t.Fatal(err)
	}
	b.events++
	b.exec(judge, tenant, fmt.Sprint(b.events), employee, receipt(seq, head, by, sender))
}

// receipt writes one as integration does.
func receipt(seq int64, head []byte, by, sender string) string {
	var text []byte
	for _, part := range []string{"dakoku.sender.v1", tenant, by, sender} {
		text = append(binary.BigEndian.AppendUint64(text, uint64(len(part))), part...)
	}
	sum := sha256.Sum256(text)
	return fmt.Sprintf("%d.%s.%s", seq, base64.RawURLEncoding.EncodeToString(head), base64.RawURLEncoding.EncodeToString(sum[:]))
}

func (b *bench) verify() (Report, []string) {
	b.t.Helper()
	report, err := Verify(b.t.Context(), b.database.URL)
	if err != nil {
		b.t.Fatal(err)
	}
	var found []string
	for _, f := range report.Findings {
		if ja, en := f.Problem.Text(); ja == "" || en == "" {
			b.t.Error(f.Problem, "has no words")
		}
		found = append(found, f.Table+" "+string(f.Problem))
	}
	slices.Sort(found)
	return report, slices.Compact(found)
}

func TestWhatTheHistoryLeadsToIsSound(t *testing.T) {
	b := newBench(t)
	b.exec(judge, tenant, "before there were receipts", taro, "")
	if report, found := b.verify(); found != nil || !report.Here || report.Events != 3 || report.Before != 1 {
		t.Errorf("%+v", report)
	}
}

// A superuser edits links or their history, past triggers, so that what was sent becomes somebody else's.
func TestEveryEditOfLinksIsFound(t *testing.T) {
	const (
		entry  = "integration.account_link_change REWRITTEN"
		noWay  = "attendance.event_outcomes NO_ENTRY"
		other  = "attendance.event_outcomes OTHER_LINK"
		unlike = "integration.account_link UNLIKE"
		rehash = `do $$ declare r record; last bytea := ''; begin
			for r in select * from integration.account_link_change order by seq loop
				last := sha256(convert_to(jsonb_build_array(encode(last, 'hex'), r.tenant_id, r.seq, r.employee_id, (extract(epoch from r.occurred_at) * 1000)::bigint,
					r.verb, r.account, r.user_id, r.actor, r.source)::text, 'UTF8'));
				update integration.account_link_change set digest = last where seq = r.seq;
			end loop; end $$`
	)
	first := `(select min(seq) from integration.account_link_change)`
	for name, c := range map[string]struct {
		attack []string
		want   []string
	}{
		"the link is another's":              {[]string{`update integration.account_link set user_id = case account when 'taro@x' then 'v2' else 'U2' end`}, []string{unlike}},
		"a link is removed":                  {[]string{`delete from integration.account_link where account = 'taro@x'`}, []string{unlike}},
		"a link comes from nowhere":          {[]string{`insert into integration.account_link values ('` + tenant + `', gen_random_uuid(), 'x@x', now(), 1)`}, []string{unlike}},
		"an entry is changed":                {[]string{`update integration.account_link_change set user_id = 'w', account = 'w@x' where verb = 'LINKED' and employee_id = '` + hana + `'`}, []string{entry, unlike, other}},
		"an entry has another actor":         {[]string{`update integration.account_link_change set actor = 'b' where seq = ` + first}, []string{entry}},
		"an entry has another time":          {[]string{`update integration.account_link_change set occurred_at = occurred_at - interval '1 ms' where seq = ` + first}, []string{entry}},
		"an entry is removed":                {[]string{`delete from integration.account_link_change where seq = ` + first}, []string{entry, noWay}},
		"the newest that counts is removed":  {[]string{`delete from integration.account_link_change where verb in ('IDENTIFIED', 'GONE')`, `update integration.account_link set user_id = null where account = 'taro@x'`}, []string{noWay}},
		"the history is made anew":           {[]string{`update integration.account_link_change set actor = 'b' where seq = ` + first, rehash}, []string{noWay}},
		"with the order turned":              {[]string{`update integration.account_link_change set seq = -seq`, rehash}, []string{noWay, unlike}},
		"all history and all links are gone": {[]string{`truncate integration.account_link_change`, `truncate integration.account_link`}, []string{noWay}},
		"a receipt is nonsense":              {[]string{`update attendance.event_outcomes set link_receipt = 'x'`}, []string{noWay}},
	} {
		t.Run(name, func(t *testing.T) {
			b := newBench(t)
			b.exec(`set session_replication_role = replica`)
			b.exec(`alter table integration.account_link_change alter column seq set generated by default`)
			for _, statement := range c.attack {
				b.exec(statement)
			}
			slices.Sort(c.want)
			if _, found := b.verify(); !slices.Equal(found, c.want) {
				t.Errorf("%v, want %v", found, c.want)
			}
		})
	}
}

// Somebody turns a link to another person, lets a punch come, and turns it back: what was judged then is not what the
// history says.
func TestAPunchBehindALinkThatWasTurnedIsFound(t *testing.T) {
	for name, judged := range map[string]func(*bench){
		"to somebody else's account":  func(b *bench) { b.sent(hana, "user", "U") },
		"to one who is not linked":    func(b *bench) { b.sent(hana, "account", "taro@x") },
		"by the other kind of sender": func(b *bench) { b.sent(taro, "user", "taro@x") },
	} {
		t.Run(name, func(t *testing.T) {
			b := newBench(t)
			judged(b)
			if report, found := b.verify(); !slices.Equal(found, []string{"attendance.event_outcomes OTHER_LINK"}) || report.Events != 4 {
				t.Errorf("%+v", report)
			}
		})
	}
}

// Links may have a database of their own: nothing is compared, and that is told.
func TestWithoutTheLinksNothingIsCompared(t *testing.T) {
	database := pgtest.New(t, attendance.Migrations())
	if report, err := Verify(t.Context(), database.URL); err != nil || report.Here || report.Events != 0 {
		t.Errorf("%+v, %v", report, err)
	}
}
