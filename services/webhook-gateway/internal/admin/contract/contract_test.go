package contract_test

import (
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/dakoku/dakoku/platform/fault"
	attendancev1 "github.com/dakoku/dakoku/proto/gen/dakoku/attendance/v1"
	_ "github.com/dakoku/dakoku/proto/gen/dakoku/gateway/v1"
	_ "github.com/dakoku/dakoku/proto/gen/dakoku/identity/v1"
	_ "github.com/dakoku/dakoku/proto/gen/dakoku/integration/v1"
	"github.com/dakoku/dakoku/proto/gen/openapi"
	"github.com/dakoku/dakoku/services/webhook-gateway/internal/admin/contract"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/types/dynamicpb"
	"google.golang.org/protobuf/types/known/timestamppb"
)

func load(t testing.TB) *contract.Contract {
	t.Helper()
	c, err := contract.Load(openapi.Document())
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestOperationsKnowTheirRPC(t *testing.T) {
	c := load(t)
	op, ok := c.Find("PATCH", "/v1/employees/{employee_id=*}")
	if !ok || op.RPC != "/dakoku.attendance.v1.AttendanceAdminService/UpdateEmployee" || op.Body != "employee" {
		t.Fatalf("%+v", op)
	}
	if got := op.FieldPath("employee.email"); got != "email" {
		t.Errorf("field path %s", got)
	}
	if got := strings.Join(c.Methods("/v1/employees/x"), " "); got != "DELETE GET PATCH" {
		t.Errorf("methods %s", got)
	}
	if _, ok := c.Find("GET", "/v1/setup"); ok {
		t.Error("found what is not there")
	}
	if _, err := contract.Load([]byte(`{"paths":{"/x":{"get":{"operationId":"NoService_Do"}}}}`)); err == nil {
		t.Error("an operation without RPC is accepted")
	}
}

// Whatever creates, updates, imports or synchronises can be tried before, and nothing has that in its body.
func TestWhatIsStoredCanBeTried(t *testing.T) {
	stores := regexp.MustCompile(`_(Create|Update|Import|Sync)`)
	tried := 0
	for _, op := range load(t).Operations() {
		known := !slices.ContainsFunc(op.Check(url.Values{"validateOnly": {"true"}}, nil), func(f fault.Field) bool { return f.Reason == "UNKNOWN_PARAMETER" })
		if stores.MatchString(op.ID) && op.ID != "IdentityService_CreateSession" && !known { // a log-in stores nothing of the caller's
			t.Errorf("%s has no validateOnly", op.ID)
		}
		if inBody := op.Body == "*" && op.Input.Fields().ByName("validate_only") != nil; inBody {
			t.Errorf("%s has validateOnly in its body", op.ID)
		}
		if known {
			tried++
		}
	}
	if tried < 15 {
		t.Errorf("only %d operations can be tried", tried)
	}
}

func TestAnswersLeaveOutWhatSaysNothing(t *testing.T) {
	sheet := &attendancev1.Timesheet{Name: "t", Days: []*attendancev1.Timesheet_Day{{
		Date: "2026-11-23", ClockIn: &timestamppb.Timestamp{Seconds: 1795392000}, Flags: []string{""},
	}}, Totals: &attendancev1.Timesheet_Totals{}}
	raw, err := contract.Answer(sheet)
	want := `{"name":"t","days":[{"date":"2026-11-23","clockIn":"2026-11-23T00:00:00Z","breaks":[],"workedMinutes":0,"flags":[""],"punches":[],"shifts":[],"uncounted":[]}],` +
		`"totals":{"workedDays":0,"workedMinutes":0,"flaggedDays":0},"history":[],"waitingHeldPunches":0,"calendars":[]}`
	if err != nil || string(raw) != want {
		t.Errorf("%s %v", raw, err)
	}
	raw, err = contract.Answer(&attendancev1.PunchSettings{Phrases: &attendancev1.PunchSettings_Phrases{ClockIn: []string{"出勤<&>"}}})
	if err != nil || !strings.Contains(string(raw), `"CLOCK_IN":["出勤<&>"],"BREAK_START":[]`) {
		t.Errorf("%s %v", raw, err)
	}
}

// What Check passes, the reader behind it must read: a difference would be a
// request that is judged by one and understood by the other.
func FuzzWhatPassesIsReadable(f *testing.F) {
	c := load(f)
	for _, seed := range []string{`{}`, `{"name":"x","phrases":{"CLOCK_IN":["出勤"]},"version":"1e1","updateTime":"2026-11-23T09:00:00+09:00"}`,
		`{"version":1.0,"triggerPosition":"HEAD","reply":{"mode":null}}`, `{"trigger_words":[null],"version":-0}`, `{"version":"9223372036854775808"}`,
		`{"version":9223372036854775807,"etag":"\ud800"}`, `{"reply":null,"triggerWords":["a","\u0000"]}`, `{"version":" 1"}`, `{"version":"1.5e1","name":null}`} {
		f.Add([]byte(seed))
	}
	op, _ := c.Find("PUT", "/v1/connections/{connection}/punchSettings")
	message := op.Input.Fields().ByName(protoreflect.Name("punch_settings")).Message()
	f.Fuzz(func(t *testing.T, body []byte) {
		if len(strings.TrimSpace(string(body))) == 0 || len(op.Check(url.Values{}, body)) > 0 {
			return
		}
		if err := protojson.Unmarshal(body, dynamicpb.NewMessage(message)); err != nil {
			t.Errorf("%q passes, but: %v", body, err)
		}
	})
}

// What replaces a thing as a whole is never replaced by nothing because a body was forgotten or lost on its way.
func TestWhatReplacesHasABody(t *testing.T) {
	replacing := 0
	for _, o := range load(t).Operations() {
		for _, body := range []string{"", " \n"} {
			missing := slices.ContainsFunc(o.Check(nil, []byte(body)), func(f fault.Field) bool { return f.Reason == "BODY_MISSING" })
			if missing != (o.Method == http.MethodPut) {
				t.Errorf("%s %s with the body %q: missing %v", o.Method, o.Path, body, missing)
			}
		}
		if o.Method == http.MethodPut {
			replacing++
		}
	}
	if replacing == 0 {
		t.Error("nothing replaces")
	}
}
