package attendance

import (
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"google.golang.org/protobuf/types/known/timestamppb"

	"github.com/dakoku/dakoku/platform/postgres/pgtest"
	"github.com/dakoku/dakoku/platform/rpc"
	attendancev1 "github.com/dakoku/dakoku/proto/gen/dakoku/attendance/v1"
)

// await asks the database until the answer is true.
func await(t *testing.T, owner *pgx.Conn, question string) {
	t.Helper()
	for end := time.Now().Add(3 * time.Minute); time.Now().Before(end); {
		var yes bool
		if err := owner.QueryRow(t.Context(), question).Scan(&yes); err != nil {
			t.Fatal(err)
		}
		if yes {
			return
		}
	}
	t.Fatalf("never: %s", question)
}

// A service erases texts that were received ninety days ago, and no younger ones, even if its clock is years ahead; one
// whose clock is days behind erases none.
func TestTheServicePurges(t *testing.T) {
	dir, data, database := identities(t), t.TempDir(), pgtest.New(t, Migrations())
	cfg := Config{DatabaseURL: database.URL, DataDir: data, Identity: identity(t, dir, Name), ListenAddr: "127.0.0.1:0"}
	addr, owner := start(t, cfg), database.Owner(t)
	tenant := uuid.NewString()
	admin, public := dial(t, dir, "admin-gateway", addr), dial(t, dir, "webhook-gateway", addr)
	caller := rpc.OutgoingCaller(t.Context(), rpc.Caller{Tenant: tenant, Account: "a1", Kind: rpc.KindAccount, Permissions: []string{"employees.write"}}, "en")
	if _, err := attendancev1.NewAttendanceProvisioningServiceClient(admin).PutCompany(t.Context(), &attendancev1.PutCompanyRequest{
		Tenant: tenant, Revision: 1, TimeZone: "Asia/Tokyo", ClosingDay: 31,
	}); err != nil {
		t.Fatal(err)
	}
	person, err := attendancev1.NewAttendanceAdminServiceClient(admin).CreateEmployee(caller, &attendancev1.CreateEmployeeRequest{
		Employee: &attendancev1.Employee{EmployeeNumber: "1", DisplayName: "x"},
	})
	if err != nil {
		t.Fatal(err)
	}
	var events []*attendancev1.ChatEvent
	for i, at := range []time.Time{time.Now().AddDate(0, 0, -91), time.Now()} {
		events = append(events, &attendancev1.ChatEvent{
			Tenant: tenant, EventKey: append(make([]byte, 31), byte(i)), Connection: uuid.NewString(), Employee: person.GetEmployee().GetName()[len("employees/"):],
			IssuedTime: timestamppb.New(at), ReceivedTime: timestamppb.New(at), RoomKind: attendancev1.RoomKind_DIRECT,
			SenderState: attendancev1.ChatEvent_LINKED, Content: &attendancev1.ChatEvent_Text{Text: &attendancev1.TextContent{Text: "出勤"}},
		})
	}
	if _, err := attendancev1.NewAttendanceServiceClient(public).RecordEvents(t.Context(), &attendancev1.RecordEventsRequest{Events: events}); err != nil {
		t.Fatal(err)
	}
	await(t, owner, `select count(text_salt) = 2 from attendance.evidence_seals where (select count(sealed_text) = 2 from attendance.punches)`)
	cfg.Now = func() time.Time { return time.Now().AddDate(0, 0, -10) }
	start(t, cfg)
	<-time.After(2 * time.Second) // it purges at its start
	var left int
	if err := owner.QueryRow(t.Context(), `select count(sealed_text) from attendance.punches`).Scan(&left); err != nil || left != 2 {
		t.Errorf("%d texts are left, %v", left, err)
	}
	cfg.Now = func() time.Time { return time.Now().AddDate(9, 0, 0) }
	start(t, cfg)
	await(t, owner, `select count(sealed_text) = 1 from attendance.punches`)
	await(t, owner, `select count(sealed_text) = 1 from attendance.punches where received_at > now() - interval '1 day'`)
}
