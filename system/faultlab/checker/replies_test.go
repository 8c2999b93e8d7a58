package checker

import (
	"encoding/json"
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/dakoku/dakoku/platform/postgres/pgtest"
	"github.com/dakoku/dakoku/services/attendance"
	"github.com/dakoku/dakoku/services/integration"
	gateway "github.com/dakoku/dakoku/services/webhook-gateway"
	"github.com/dakoku/dakoku/system/faultlab/recorder"
)

const (
	company = "0195f000-0000-7000-8000-000000000001"
	bot     = "0195f000-0000-7000-8000-000000000002"
	late    = "お知らせが遅れました。以下は受付時点の内容で、その後の訂正は含みません。"
)

// issued is when the first event of a story was; the others are an hour later each.
var issued = time.Date(2026, 11, 26, 0, 0, 0, 0, time.UTC)

// answer is an event of somebody with what the product says of its answer.
type answer struct {
	person, reason, state string
	ambiguous             int
	at                    time.Time
}

// call is a message as LINE WORKS saw it.
type call struct {
	person string
	status int
	lines  []string
}

// bench is a database of the product with what became of some events.
type bench struct {
	*testing.T
	conn    *pgx.Conn
	journal *recorder.Journal
	path    string
}

func newBench(t *testing.T) *bench {
	t.Helper()
	owner := pgtest.New(t, gateway.InboxMigrations(), gateway.IdentityMigrations(), attendance.Migrations(), integration.Migrations()).Owner(t)
	b := &bench{T: t, conn: owner, path: filepath.Join(t.TempDir(), "journal.jsonl")}
	b.exec("set session_replication_role = replica") // what a row refers to is no matter here
	var err error
	if b.journal, err = recorder.OpenJournal(b.path); err != nil {
		t.Fatal(err)
	}
	return b
}

func (b *bench) exec(statement string, args ...any) {
	b.Helper()
	if _, err := b.conn.Exec(b.Context(), statement, args...); err != nil {
		b.Fatal(statement, err)
	}
}

// number is the end of the id of the nth answer.
func number(n int) string { return fmt.Sprintf("ABCD%02X", n) }

// answered writes an event, its outcome and its answer.
func (b *bench) answered(n int, a answer) {
	b.Helper()
	verdict := recorder.Refused
	if a.reason == "" {
		verdict = recorder.Recorded
	}
	recorded := verdict == recorder.Recorded
	id := "0195f000-0000-7000-8000-000000" + strings.ToLower(number(n))
	b.write(recorder.Entry{Event: &recorder.Event{ID: int64(n), Tenant: company, Connection: bot, User: a.person, Issued: a.at, Text: "出勤",
		Verdict: verdict, Reason: a.reason, Answered: true}})
	b.exec(`insert into gateway.inbox (tenant_id, id, connection_id, key, issued_at, issued_known, api_version, room_kind, body, deliveries,
		received_at, last_received_at, outcome, reason, punch_id, done_at, due_at)
		values ($1, $2::uuid, $3, sha256($2::uuid::text::bytea), $4, true, 2, 'DIRECT', null, 1, now(), clock_timestamp(), $5, $6, case when $7 then $2::uuid::text else '' end, now(), null)`,
		company, id, bot, a.at, verdict, a.reason, recorded)
	b.exec(`insert into attendance.event_outcomes values ($1, sha256($2::uuid::text::bytea), $3, null, $4, now(), 'DIRECT', $5, $6, 'CLOCK_IN', null, '',
		case when $7 then $2::uuid end, '', 'DIRECT', '', '', now())`, company, id, bot, a.at, verdict, a.reason, recorded)
	b.exec(`insert into integration.outbound_message (tenant_id, id, connection_id, event_key, api_version, priority, recipient, state, ambiguous, due_at, created_at, expires_at, finished_at)
		values ($1, $2::uuid, $3, sha256($2::uuid::text::bytea), 'V2', 2, substr(sha256($4::text::bytea), 1, 16), $5, $6, now(), clock_timestamp(), now(), clock_timestamp())`, company, id, bot, a.person, a.state, a.ambiguous)
}

func (b *bench) called(c call) {
	b.Helper()
	body, err := json.Marshal(map[string]any{"content": map[string]string{"type": "text", "text": strings.Join(append([]string{late}, c.lines...), "\n")}})
	if err != nil {
		b.Fatal(err)
	}
	b.write(recorder.Entry{Call: &recorder.Call{At: time.Now(), Bot: "1", Path: "/v1.0/bots/1/users/" + c.person + "/messages", Status: c.status, Body: string(body)}})
}

func (b *bench) write(e recorder.Entry) {
	b.Helper()
	if err := b.journal.Write(e); err != nil {
		b.Fatal(err)
	}
}

// replies is what that check finds in the story.
func (b *bench) replies() Check {
	b.Helper()
	if err := Load(b.Context(), b.conn, b.path); err != nil {
		b.Fatal(err)
	}
	checks, err := Judge(b.Context(), b.conn)
	if err != nil {
		b.Fatal(err)
	}
	for _, c := range checks {
		if c.Name == "replies" {
			return c
		}
	}
	b.Fatal("no check of replies")
	return Check{}
}

// punched is the line that confirms the punch of hour n, in Japan nine hours later.
func punched(n int) string {
	return fmt.Sprintf("甲000さん 11/26 %02d:00 出勤を記録しました。", n+9)
}

const (
	unlinked = "LINE WORKSアカウントが従業員に紐付いていなかったため、打刻できませんでした。管理者に連絡してください。"
	twice    = "複数の打刻キーワードが含まれていたため打刻できませんでした。1つだけ送信してください。"
)

func again(n int, line string) string { return "（再送 " + number(n) + "）" + line }

// Each answer is judged by its own calls: what another one's unknown ends would allow hides nothing.
func TestAnswersAreJudgedOneByOne(t *testing.T) {
	sent, unsure := answer{person: "u1", state: "SENT"}, answer{person: "u1", state: "SENT", ambiguous: 1}
	stranger := answer{person: "u2", reason: "UNLINKED", state: "SENT"}
	given := func(ambiguous int, a answer) answer { a.state, a.ambiguous = "FAILED", ambiguous; return a }
	one := func(lines ...string) call { return call{"u1", 201, lines} }
	cut := func(lines ...string) call { return call{"u1", 0, lines} }
	two := func(lines ...string) call { return call{"u2", 201, lines} }
	for _, story := range []struct {
		name    string
		answers []answer
		calls   []call
		found   string // empty: nothing
	}{
		{"each said once", []answer{sent, sent}, []call{one(punched(0)), one(punched(1))}, ""},
		{"said together", []answer{sent, sent}, []call{one(punched(0), punched(1))}, ""},
		{"said again after an unknown end", []answer{unsure}, []call{cut(punched(0)), one(again(0, punched(0)))}, ""},
		{"given up", []answer{given(2, sent)}, []call{cut(punched(0)), cut(again(0, punched(0)))}, ""},
		{"never asked", []answer{given(0, sent)}, nil, ""},
		{"said twice beside an unknown end", []answer{sent, unsure}, []call{one(punched(0)), one(punched(0)), one(again(1, punched(1)))}, "answer 0195f000-0000-7000-8000-000000abcd00 to event 0 was said 2 times at first"},
		{"said twice without the mark", []answer{unsure}, []call{cut(punched(0)), one(punched(0))}, "was said 2 times at first"},
		{"said again too often", []answer{unsure}, []call{cut(punched(0)), one(again(0, punched(0))), one(again(0, punched(0)))}, "and 2 times again, after 1 calls"},
		{"not said", []answer{sent, unsure}, []call{one(punched(1)), one(again(1, punched(1)))}, "says that it was sent, and LINE WORKS took none"},
		{"an unknown end is no answer", []answer{sent}, []call{cut(punched(0))}, "says that it was sent, and LINE WORKS took none"},
		{"strangers are told each time", []answer{stranger, stranger}, []call{two(unlinked), two(unlinked)}, ""},
		{"a stranger is told too often", []answer{stranger, given(2, stranger)}, []call{two(unlinked), two(unlinked), two(unlinked)}, "u2 has 2 answers UNLINKED, and was told so 3 times"},
		{"a stranger is not told", []answer{stranger, stranger}, []call{two(unlinked)}, "u2 has 2 answers UNLINKED that say that they were sent, and was told so 1 times"},
		{"told another minute", []answer{sent}, []call{one(punched(0)), one(punched(5))}, "u1 was told what is no answer"},
		{"told what nobody asked", []answer{sent}, []call{one(punched(0), twice)}, "u1 was told what is no answer"},
		{"a number of nobody", []answer{unsure}, []call{one(punched(0)), one(again(7, punched(0)))}, "u1 was told what is no answer"},
	} {
		t.Run(story.name, func(t *testing.T) {
			b := newBench(t)
			for n, a := range story.answers {
				a.at = issued.Add(time.Duration(n) * time.Hour)
				b.answered(n, a)
			}
			for _, c := range story.calls {
				b.called(c)
			}
			b.expect(story.found)
		})
	}
}

// Before the cutoff the hours of the day before go on, also over the end of a year; a day of another year is named with it.
func TestAnswersOfNightsAndYearsAreKnown(t *testing.T) {
	b := newBench(t)
	for n, at := range []time.Time{time.Date(2025, 12, 31, 16, 30, 0, 0, time.UTC), time.Date(2024, 12, 31, 16, 30, 0, 0, time.UTC)} {
		b.answered(n, answer{person: "u1", state: "SENT", at: at})
	}
	b.called(call{"u1", 201, []string{"2025/12/31 25:30 退勤を記録しました。"}})
	b.called(call{"u1", 201, []string{"2024/12/31 25:30 退勤を記録しました。"}})
	b.expect("")
	b.called(call{"u1", 201, []string{"2024/12/31 25:30 退勤を記録しました。"}})
	b.expect("answer 0195f000-0000-7000-8000-000000abcd01 to event 1 was said 2 times at first")
}

func (b *bench) expect(want string) {
	b.Helper()
	found := b.replies()
	switch {
	case want == "" && found.Count > 0:
		b.Errorf("found %q, want nothing", found.Findings)
	case want != "" && (found.Count != 1 || !strings.Contains(found.Findings[0], want)):
		b.Errorf("found %q, want %q alone", found.Findings, want)
	}
}
