package api

import (
	"context"
	"crypto/sha256"
	"path/filepath"
	"strings"
	"testing"
	"time"
	_ "time/tzdata" // the tests do not depend on the machine's zones

	"github.com/google/uuid"
	"google.golang.org/protobuf/types/known/timestamppb"

	"github.com/dakoku/dakoku/platform/postgres"
	"github.com/dakoku/dakoku/platform/postgres/pgtest"
	"github.com/dakoku/dakoku/platform/rpc"
	"github.com/dakoku/dakoku/platform/seal"
	attendancev1 "github.com/dakoku/dakoku/proto/gen/dakoku/attendance/v1"
	"github.com/dakoku/dakoku/services/attendance/internal/store"
)

// fixture is a migrated database with one company that has one connection.
type fixture struct {
	database   *pgtest.Database
	db         *postgres.DB
	keys       *seal.Keyring
	machine    *Machine
	admin      *Admin
	companies  *Provisioning
	tenant     string
	connection string
}

func setup(t testing.TB) *fixture {
	t.Helper()
	f := &fixture{database: pgtest.New(t, store.Migrations()), tenant: uuid.NewString(), connection: uuid.NewString()}
	f.db = f.database.Open(t, store.Migrations().Role())
	keys, err := seal.LoadOrCreate(t.Context(), filepath.Join(t.TempDir(), "attendance.json"), postgres.NewSealCheck(f.db, store.Migrations()))
	if err != nil {
		t.Fatal(err)
	}
	s := store.New(f.db, time.Now)
	f.keys, f.machine, f.admin, f.companies = keys, NewMachine(s, keys), NewAdmin(s), NewProvisioning(s)
	f.company(t, f.tenant, 31)
	return f
}

func (f *fixture) company(t testing.TB, tenant string, closing int32) {
	t.Helper()
	_, err := f.companies.PutCompany(t.Context(), &attendancev1.PutCompanyRequest{
		Tenant: tenant, Revision: time.Now().UnixNano(), TimeZone: "Asia/Tokyo", ClosingDay: closing,
	})
	if err != nil {
		t.Fatal(err)
	}
}

// closes gives the fixture another company, which closes on that day from ever.
func (f *fixture) closes(t testing.TB, closing int32) {
	t.Helper()
	f.tenant = uuid.NewString()
	f.company(t, f.tenant, closing)
}

// as is a context of an administrator of the tenant.
func as(ctx context.Context, tenant string) context.Context {
	return rpc.WithCaller(ctx, rpc.Caller{Tenant: tenant, Account: "a1", Kind: rpc.KindAccount})
}

func (f *fixture) ctx(t testing.TB) context.Context { return as(t.Context(), f.tenant) }

// employee adds an employee and returns the id.
func (f *fixture) employee(t testing.TB, number string) string {
	t.Helper()
	res, err := f.admin.CreateEmployee(f.ctx(t), &attendancev1.CreateEmployeeRequest{
		Employee: &attendancev1.Employee{EmployeeNumber: number, DisplayName: "社員" + number},
	})
	if err != nil {
		t.Fatal(err)
	}
	return employeeOf(res.GetEmployee().GetName())
}

// said is a message of the employee in a 1:1 room at a Tokyo time in November 2026, for example "23T09:00:00.000".
func (f *fixture) said(t testing.TB, employee, at, text string) *attendancev1.ChatEvent {
	t.Helper()
	if strings.Count(at, ":") == 1 {
		at += ":00"
	}
	issued, err := time.Parse(time.RFC3339Nano, "2026-11-"+at+"+09:00")
	if err != nil {
		t.Fatal(err)
	}
	key := sha256.Sum256([]byte(f.tenant + employee + at + text))
	e := &attendancev1.ChatEvent{
		Tenant: f.tenant, EventKey: key[:], Connection: f.connection, Employee: employee,
		IssuedTime: timestamppb.New(issued), ReceivedTime: timestamppb.New(issued.Add(time.Second)),
		RoomKind: attendancev1.RoomKind_DIRECT, SenderState: attendancev1.ChatEvent_LINKED,
		Content: &attendancev1.ChatEvent_Text{Text: &attendancev1.TextContent{Text: text}},
	}
	if employee == "" {
		e.SenderState = attendancev1.ChatEvent_UNLINKED
	}
	return e
}

func (f *fixture) record(t testing.TB, events ...*attendancev1.ChatEvent) []*attendancev1.EventOutcome {
	t.Helper()
	res, err := f.machine.RecordEvents(t.Context(), &attendancev1.RecordEventsRequest{Events: events})
	if err != nil {
		t.Fatal(err)
	}
	if len(res.GetOutcomes()) != len(events) {
		t.Fatalf("%d outcomes for %d events", len(res.GetOutcomes()), len(events))
	}
	return res.GetOutcomes()
}

// count asks the database past row-level security.
func (f *fixture) count(t testing.TB, query string, args ...any) (n int) {
	t.Helper()
	if err := f.database.Owner(t).QueryRow(t.Context(), query, args...).Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}
