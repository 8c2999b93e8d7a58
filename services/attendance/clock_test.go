package attendance

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"google.golang.org/protobuf/types/known/timestamppb"

	"github.com/dakoku/dakoku/platform/postgres/pgtest"
	"github.com/dakoku/dakoku/platform/rpc"
	attendancev1 "github.com/dakoku/dakoku/proto/gen/dakoku/attendance/v1"
)

// Whatever the clock of a machine says, what the service writes down is dated by that of the database: when a punch was
// recorded and judged, and since when a key signs. It makes no months of a time that never comes.
func TestAWrongClockDatesNothing(t *testing.T) {
	for _, off := range []time.Duration{-24 * time.Hour, 10 * time.Minute, 9 * 365 * 24 * time.Hour} {
		t.Run(off.String(), func(t *testing.T) { wrongClock(t, off) })
	}
}

func wrongClock(t *testing.T, off time.Duration) {
	dir, data, database := identities(t), t.TempDir(), pgtest.New(t, Migrations())
	addr := start(t, Config{
		DatabaseURL: database.URL, DataDir: data, Identity: identity(t, dir, Name), ListenAddr: "127.0.0.1:0",
		Now: func() time.Time { return time.Now().Add(off) },
	})
	tenant := uuid.NewString()
	admin := dial(t, dir, "admin-gateway", addr)
	if _, err := attendancev1.NewAttendanceProvisioningServiceClient(admin).PutCompany(t.Context(), &attendancev1.PutCompanyRequest{
		Tenant: tenant, Revision: 1, TimeZone: "Asia/Tokyo", ClosingDay: 31,
	}); err != nil {
		t.Fatal(err)
	}
	caller := rpc.OutgoingCaller(t.Context(), rpc.Caller{Tenant: tenant, Account: "a1", Kind: rpc.KindAccount, Permissions: []string{"employees.write"}}, "en")
	person, err := attendancev1.NewAttendanceAdminServiceClient(admin).CreateEmployee(caller, &attendancev1.CreateEmployeeRequest{
		Employee: &attendancev1.Employee{EmployeeNumber: "1", DisplayName: "x"},
	})
	if err != nil {
		t.Fatal(err)
	}
	now := timestamppb.Now()
	_, err = record(t.Context(), attendancev1.NewAttendanceServiceClient(dial(t, dir, "webhook-gateway", addr)), &attendancev1.ChatEvent{
		Tenant: tenant, EventKey: make([]byte, 32), Connection: uuid.NewString(), Employee: strings.TrimPrefix(person.GetEmployee().GetName(), "employees/"),
		IssuedTime: now, ReceivedTime: now, RoomKind: attendancev1.RoomKind_DIRECT, SenderState: attendancev1.ChatEvent_LINKED,
		Content: &attendancev1.ChatEvent_Text{Text: &attendancev1.TextContent{Text: "出勤"}},
	})
	if err != nil {
		t.Fatal(err)
	}
	owner := database.Owner(t)
	const near = ` between now() - interval '3 minutes' and now() + interval '1 second'`
	for _, question := range []string{
		`select recorded_at` + near + ` from attendance.punches`, `select judged_at` + near + ` from attendance.event_outcomes`,
		`select event_time` + near + ` from attendance.audit_events limit 1`,
		fmt.Sprintf(`select to_regclass('attendance.punches_' || to_char(now() at time zone 'utc' + interval '%d seconds', 'YYYY_MM')) is null or abs(%[1]d) < 40 * 86400`, int(off.Seconds())),
	} {
		var right bool
		if err := owner.QueryRow(t.Context(), question).Scan(&right); err != nil || !right {
			t.Errorf("%s: %t, %v", question, right, err)
		}
	}
	known, err := Signers(data)
	if err != nil || len(known) != 1 || time.Since(known[0].Since).Abs() > 3*time.Minute {
		t.Errorf("%v, %v", known, err)
	}
}
