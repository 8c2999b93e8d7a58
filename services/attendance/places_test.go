package attendance

import (
	"context"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"google.golang.org/grpc"
	"google.golang.org/protobuf/types/known/timestamppb"

	"github.com/dakoku/dakoku/platform/postgres/pgtest"
	"github.com/dakoku/dakoku/platform/rpc"
	attendancev1 "github.com/dakoku/dakoku/proto/gen/dakoku/attendance/v1"
)

// places are where a service is hurt while it judges. Those of the purge are tried in
// internal/store, with a clock that runs years ahead.
var places = []string{"att.precommit", "att.committed"}

// beyond is longer than whoever asks holds its lease.
const beyond = 12 * time.Second

// tries is how often each place is tried; before a release as often as is asked for then.
func tries() int {
	if os.Getenv("DAKOKU_TEST_FULL") != "" {
		return 10
	}
	return 1
}

// bench is a company with a person, a service beside those that are hurt, and their database.
type bench struct {
	t                         *testing.T
	cfg                       Config
	tls, path, tenant, person string
	owner                     *pgx.Conn
	heir                      attendancev1.AttendanceServiceClient
	sent                      int
}

func newBench(t *testing.T) *bench {
	t.Helper()
	database := pgtest.New(t, Migrations())
	b := &bench{t: t, tls: identities(t), tenant: uuid.NewString(), owner: database.Owner(t), path: filepath.Join(t.TempDir(), Name)}
	b.cfg = Config{DatabaseURL: database.URL, DataDir: t.TempDir(), Identity: identity(t, b.tls, Name), ListenAddr: "127.0.0.1:0"}
	if out, err := exec.CommandContext(t.Context(), "go", "build", "-tags", "failpoints", "-o", b.path, "./cmd/attendance").CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	addr := start(t, b.cfg)
	admin := dial(t, b.tls, "admin-gateway", addr)
	b.heir = attendancev1.NewAttendanceServiceClient(dial(t, b.tls, "webhook-gateway", addr))
	caller := rpc.OutgoingCaller(t.Context(), rpc.Caller{Tenant: b.tenant, Account: "a1", Kind: rpc.KindAccount, Permissions: []string{"employees.write"}}, "en")
	if _, err := attendancev1.NewAttendanceProvisioningServiceClient(admin).PutCompany(t.Context(), &attendancev1.PutCompanyRequest{
		Tenant: b.tenant, Revision: 1, TimeZone: "Asia/Tokyo", ClosingDay: 31,
	}); err != nil {
		t.Fatal(err)
	}
	person, err := attendancev1.NewAttendanceAdminServiceClient(admin).CreateEmployee(caller, &attendancev1.CreateEmployeeRequest{
		Employee: &attendancev1.Employee{EmployeeNumber: "1", DisplayName: "x"},
	})
	if err != nil {
		t.Fatal(err)
	}
	b.person = strings.TrimPrefix(person.GetEmployee().GetName(), "employees/")
	return b
}

// victim is a service in a process of its own.
type victim struct {
	machine attendancev1.AttendanceServiceClient
	mu      sync.Mutex
	said    strings.Builder
}

func (v *victim) Write(p []byte) (int, error) {
	v.mu.Lock()
	defer v.mu.Unlock()
	return v.said.Write(p)
}

// told waits until the service has said of a place what it does there.
func (v *victim) told(t *testing.T, place, what string) {
	t.Helper()
	for end := time.Now().Add(3 * time.Minute); ; <-time.After(20 * time.Millisecond) {
		v.mu.Lock()
		said := v.said.String()
		v.mu.Unlock()
		switch {
		case strings.Contains(said, "failpoint "+place+": "+what+"\n"):
			return
		case time.Now().After(end):
			t.Fatalf("%s is not reached:\n%s", place, said)
		}
	}
}

// arm starts a service with a place armed, "name=action".
func (b *bench) arm(t *testing.T, place string) *victim {
	t.Helper()
	lis, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	addr := lis.Addr().String()
	_ = lis.Close()
	v, cmd := &victim{}, exec.CommandContext(context.WithoutCancel(t.Context()), b.path)
	// Without what tests are told: a program refuses settings that it does not know.
	cmd.Env = append(slices.DeleteFunc(os.Environ(), func(s string) bool { return strings.HasPrefix(s, "DAKOKU_") }),
		"FAILPOINTS="+place, "DAKOKU_DATABASE_URL="+b.cfg.DatabaseURL.Reveal(), "DAKOKU_DATA_DIR="+b.cfg.DataDir,
		"DAKOKU_TLS_DIR="+b.tls, "DAKOKU_LISTEN_ADDR="+addr, "DAKOKU_DEBUG_ADDR=127.0.0.1:0")
	cmd.Stdout, cmd.Stderr = v, v
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = cmd.Process.Kill(); _ = cmd.Wait() })
	v.machine = attendancev1.NewAttendanceServiceClient(dial(t, b.tls, "webhook-gateway", addr))
	return v
}

// event is the next one of the person, an hour after the one before.
func (b *bench) event() *attendancev1.ChatEvent {
	b.sent++
	at := timestamppb.New(time.Now().Add(-30*24*time.Hour + time.Duration(b.sent)*time.Hour))
	return &attendancev1.ChatEvent{
		Tenant: b.tenant, EventKey: append(make([]byte, 31), byte(b.sent)), Connection: uuid.NewString(), Employee: b.person,
		IssuedTime: at, ReceivedTime: at, RoomKind: attendancev1.RoomKind_DIRECT, SenderState: attendancev1.ChatEvent_LINKED,
		Content: &attendancev1.ChatEvent_Text{Text: &attendancev1.TextContent{Text: []string{"出勤", "退勤"}[b.sent%2]}},
	}
}

// record asks once.
func record(ctx context.Context, at attendancev1.AttendanceServiceClient, e *attendancev1.ChatEvent) (*attendancev1.EventOutcome, error) {
	out, err := at.RecordEvents(ctx, &attendancev1.RecordEventsRequest{Events: []*attendancev1.ChatEvent{e}}, grpc.WaitForReady(true))
	if err != nil {
		return nil, err
	}
	return out.GetOutcomes()[0], nil
}

// A service is hurt on each side of the commit of a judgement: it ends as by kill -9, the
// commit fails or nobody knows of it, or it stands still for longer than whoever asked
// waits. Nobody is told of a punch that is not there, and whoever asks again, here or
// there, hears of the same one.
func TestHurtAtEveryPlace(t *testing.T) {
	b := newBench(t)
	for range tries() {
		for _, place := range places {
			for _, verb := range []string{"exit", "error", "hang"} {
				t.Run(place+"="+verb, func(t *testing.T) { b.hurt(t, place, verb) })
			}
		}
	}
}

func (b *bench) hurt(t *testing.T, place, verb string) {
	t.Helper()
	action := verb
	if verb == "hang" {
		action += ":" + beyond.String()
	}
	v, e := b.arm(t, place+"="+action), b.event()
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second) // as long as the door waits
	first, err := record(ctx, v.machine, e)
	cancel()
	v.told(t, place, verb)
	if err == nil {
		t.Errorf("nobody can know that it is recorded, and yet it was told: %v", first)
	}
	next := v.machine
	if verb != "error" {
		next = b.heir
	}
	outcome := b.outcome(t, next, e)
	if verb == "hang" {
		v.told(t, place, "over")
		if again := b.outcome(t, v.machine, e); again.GetPunch() != outcome.GetPunch() {
			t.Errorf("%v, and then %v", outcome, again)
		}
		b.outcome(t, v.machine, b.event())
	}
	var punches, outcomes int
	if err := b.owner.QueryRow(t.Context(), `select (select count(*) from attendance.punches), (select count(*) from attendance.event_outcomes)`).Scan(&punches, &outcomes); err != nil {
		t.Fatal(err)
	}
	if punches != b.sent || outcomes != b.sent {
		t.Errorf("%d punches and %d outcomes of %d events", punches, outcomes, b.sent)
	}
}

// outcome asks until there is an answer, as the door does, and looks for its punch.
func (b *bench) outcome(t *testing.T, at attendancev1.AttendanceServiceClient, e *attendancev1.ChatEvent) *attendancev1.EventOutcome {
	t.Helper()
	for end := time.Now().Add(3 * time.Minute); ; <-time.After(100 * time.Millisecond) {
		ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
		got, err := record(ctx, at, e)
		cancel()
		if err == nil {
			var there bool
			if err := b.owner.QueryRow(t.Context(), `select exists (select from attendance.punches where id::text = $1 and event_key = $2)`, got.GetPunch(), e.GetEventKey()).Scan(&there); err != nil || !there {
				t.Errorf("%v tells of a punch that is not there, %v", got, err)
			}
			return got
		}
		if time.Now().After(end) {
			t.Fatal(err)
		}
	}
}

// hits finds the places of the sources by what is called there.
var hits = regexp.MustCompile(`failpoint\.(Hit|Named)\((?:ctx, )?"([a-z.]+)"`)

// No place is without its test, and none is tested that is not there.
func TestTheTablesHaveEveryPlace(t *testing.T) {
	var found []string
	tried := append([]string{"purge.precommit", "purge.committed", "purge.texts.precommit", "purge.texts.committed"}, places...)
	err := filepath.WalkDir(".", func(path string, _ os.DirEntry, err error) error {
		if err != nil || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return err
		}
		source, err := os.ReadFile(path)
		for _, m := range hits.FindAllStringSubmatch(string(source), -1) {
			if m[1] == "Hit" {
				found = append(found, m[2])
			} else {
				found = append(found, m[2]+".precommit", m[2]+".committed")
			}
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	slices.Sort(found)
	slices.Sort(tried)
	if !slices.Equal(found, tried) {
		t.Errorf("in the sources %v\nin the tables  %v", found, tried)
	}
}
