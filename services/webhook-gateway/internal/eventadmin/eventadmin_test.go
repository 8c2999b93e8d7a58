package eventadmin

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5/pgconn"
	"google.golang.org/grpc"
	"google.golang.org/protobuf/testing/protocmp"
	"google.golang.org/protobuf/types/known/timestamppb"

	"github.com/dakoku/dakoku/platform/fault"
	"github.com/dakoku/dakoku/platform/page"
	"github.com/dakoku/dakoku/platform/rpc"
	attendancev1 "github.com/dakoku/dakoku/proto/gen/dakoku/attendance/v1"
	gatewayv1 "github.com/dakoku/dakoku/proto/gen/dakoku/gateway/v1"
	integrationv1 "github.com/dakoku/dakoku/proto/gen/dakoku/integration/v1"
	"github.com/dakoku/dakoku/services/webhook-gateway/internal/inbox"
)

// lister answers and remembers what it was asked.
type lister struct {
	rows   []inbox.Accepted
	tenant string
	filter inbox.Filter
	err    error

	released inbox.Release
}

func (l *lister) List(_ context.Context, tenant string, f inbox.Filter) ([]inbox.Accepted, error) {
	l.tenant, l.filter = tenant, f
	return l.rows[:min(len(l.rows), f.Limit)], l.err
}

func asked(t *testing.T) context.Context {
	return rpc.WithCaller(t.Context(), rpc.Caller{Tenant: "t1", Kind: rpc.KindAccount})
}

const id = "0195f000-0000-7000-8000-0000000000e1"

func accepted() inbox.Accepted {
	return inbox.Accepted{
		ID: id, Connection: "c", Issued: time.UnixMilli(1000), Received: time.UnixMilli(2000), Outcome: "RECORDED",
		Employee: "e", Punch: "p", RoomKind: "DIRECT", Deliveries: 3,
	}
}

func TestAnEventAsShown(t *testing.T) {
	odd := inbox.Accepted{ID: id, Connection: "c", Received: time.UnixMilli(2000), Outcome: "QUARANTINED", Reason: "NOT_UTF8", RoomKind: "UNKNOWN", Deliveries: 1}
	s := Service{Replies: &answers{}, Inbox: &lister{rows: []inbox.Accepted{accepted(), odd}}}
	got, err := s.ListEvents(asked(t), &gatewayv1.ListEventsRequest{})
	want := &gatewayv1.ListEventsResponse{Events: []*gatewayv1.Event{
		{
			Name: "events/" + id, IssuedTime: timestamppb.New(time.UnixMilli(1000)), ReceiveTime: timestamppb.New(time.UnixMilli(2000)),
			Outcome: gatewayv1.Event_RECORDED, Employee: "employees/e", Punch: "punches/p", RoomKind: gatewayv1.Event_DIRECT, Deliveries: 3, Connection: "connections/c",
			Reply: &integrationv1.ReplyStatus{State: integrationv1.ReplyStatus_NONE},
		},
		{
			Name: "events/" + id, ReceiveTime: timestamppb.New(time.UnixMilli(2000)),
			Outcome: gatewayv1.Event_QUARANTINED, Reason: "NOT_UTF8", Deliveries: 1, Connection: "connections/c",
			Reply: &integrationv1.ReplyStatus{State: integrationv1.ReplyStatus_NONE},
		},
	}}
	if diff := cmp.Diff(want, got, protocmp.Transform()); err != nil || diff != "" {
		t.Error(err, diff)
	}
}

func TestPagesAndFilters(t *testing.T) {
	l := &lister{rows: []inbox.Accepted{accepted(), accepted(), accepted()}}
	s := Service{Inbox: l, Replies: &answers{}}
	first, err := s.ListEvents(asked(t), &gatewayv1.ListEventsRequest{PageSize: 2, Outcome: gatewayv1.Event_REFUSED, Employee: "employees/" + id})
	if err != nil || len(first.GetEvents()) != 2 || first.GetNextPageToken() == "" {
		t.Fatal(first, err)
	}
	if l.tenant != "t1" || !cmp.Equal(l.filter, inbox.Filter{Outcome: "REFUSED", Employee: id, Limit: 3}) {
		t.Errorf("%s %+v", l.tenant, l.filter)
	}
	last, err := s.ListEvents(asked(t), &gatewayv1.ListEventsRequest{PageSize: 3, Outcome: gatewayv1.Event_REFUSED, Employee: id, PageToken: first.GetNextPageToken()})
	if err != nil || last.GetNextPageToken() != "" || l.filter.BeforeID != id || !l.filter.BeforeTime.Equal(time.UnixMilli(2000)) {
		t.Errorf("%v %v %+v", last, err, l.filter)
	}
	if _, err := s.ListEvents(asked(t), &gatewayv1.ListEventsRequest{PageToken: first.GetNextPageToken()}); !fault.HasReason(err, "PAGE_TOKEN_INVALID") {
		t.Errorf("a token of the list under other filters: %v", err)
	}
	byOne := &gatewayv1.ListEventsRequest{PageSize: 2, Connection: "connections/" + id}
	first, err = s.ListEvents(asked(t), byOne)
	if err != nil || !cmp.Equal(l.filter, inbox.Filter{Connection: id, Limit: 3}) {
		t.Errorf("%v %+v", err, l.filter)
	}
	byOne.PageToken, byOne.Connection = first.GetNextPageToken(), ""
	if _, err := s.ListEvents(asked(t), byOne); !fault.HasReason(err, "PAGE_TOKEN_INVALID") {
		t.Errorf("a token of the list of one connection: %v", err)
	}
	day := &gatewayv1.ListEventsRequest{PageSize: 2, StartTime: timestamppb.New(time.UnixMilli(1000)), EndTime: timestamppb.New(time.UnixMilli(9000))}
	first, err = s.ListEvents(asked(t), day)
	if err != nil || !l.filter.From.Equal(time.UnixMilli(1000)) || !l.filter.Until.Equal(time.UnixMilli(9000)) {
		t.Errorf("%v %+v", err, l.filter)
	}
	day.PageToken, day.EndTime = first.GetNextPageToken(), timestamppb.New(time.UnixMilli(9001))
	if _, err := s.ListEvents(asked(t), day); !fault.HasReason(err, "PAGE_TOKEN_INVALID") {
		t.Errorf("a token of the list of another time: %v", err)
	}
	if _, err := s.ListEvents(asked(t), &gatewayv1.ListEventsRequest{}); err != nil || l.filter.Limit != page.Default+1 {
		t.Error(l.filter, err)
	}
}

// An id has one spelling: whatever else PostgreSQL would read as one is none.
func TestIdsInOtherSpellings(t *testing.T) {
	for _, bad := range []string{"x", "employees/", "connections/", "urn:uuid:" + id, "{" + id + "}", strings.ReplaceAll(id, "-", ""), "punches/" + id} {
		l := &lister{}
		s := Service{Inbox: l, Replies: &answers{}}
		for field, in := range map[string]*gatewayv1.ListEventsRequest{"employee": {Employee: bad}, "connection": {Connection: bad}} {
			_, err := s.ListEvents(asked(t), in)
			if f, _ := fault.From(err); f == nil || len(f.Fields()) != 1 || f.Fields()[0].Path != field || f.Fields()[0].Reason != "BAD_ID" || l.tenant != "" {
				t.Errorf("%v: %v", in, err)
			}
		}
	}
	_, err := (&Service{Inbox: &lister{}}).ListEvents(asked(t), &gatewayv1.ListEventsRequest{Employee: "employees/", Connection: "x"})
	if f, _ := fault.From(err); f == nil || len(f.Fields()) != 2 {
		t.Errorf("both: %v", err)
	}
}

func TestAForeignPageToken(t *testing.T) {
	s := Service{Inbox: &lister{}}
	for _, token := range []string{"!", "eA", "MS54", "OTk5OTk5OTk5OTk5OTk5OTk5OS54"} {
		if _, err := s.ListEvents(asked(t), &gatewayv1.ListEventsRequest{PageToken: token}); !fault.HasReason(err, "PAGE_TOKEN_INVALID") {
			t.Errorf("%s: %v", token, err)
		}
	}
}

// Values of a token in another form than ours would be errors of the database.
func TestACraftedPageToken(t *testing.T) {
	l := &lister{}
	s := Service{Inbox: l, Replies: &answers{}}
	honest := []string{"2026-11-23T00:00:00Z", id}
	for place := range honest {
		for _, bad := range []string{"", "x", "urn:uuid:" + id, "{" + id + "}", strings.ToUpper(id), strings.ReplaceAll(id, "-", ""), "a\x00b", "infinity", "0000-01-01T00:00:00Z", "2026-11-23T00:00:00,5Z"} {
			values := slices.Clone(honest)
			values[place] = bad
			token, err := page.Of("events", "", "", "", "", "").Token(values...)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := s.ListEvents(asked(t), &gatewayv1.ListEventsRequest{PageToken: token}); !fault.HasReason(err, "PAGE_TOKEN_INVALID") || l.tenant != "" {
				t.Errorf("%q in place %d: %v", bad, place, err)
			}
		}
	}
}

func TestNoCallerNoEvents(t *testing.T) {
	if _, err := (&Service{Inbox: &lister{}}).ListEvents(t.Context(), &gatewayv1.ListEventsRequest{}); err == nil {
		t.Error("answered")
	}
	broken := errors.New("broken")
	if _, err := (&Service{Inbox: &lister{err: broken}}).ListEvents(asked(t), &gatewayv1.ListEventsRequest{}); !errors.Is(err, broken) {
		t.Error(err)
	}
}

// Who asks for more than can be found in time is told how to ask for less, and who finds no database to come again.
func TestAListThatTakesTooLong(t *testing.T) {
	for code, want := range map[string]struct{ reason, ja, en string }{
		"57014": {"SEARCH_TOO_LONG", "期間(startTime、endTime)を短く", "startTime and endTime"}, "57P01": {"UNAVAILABLE", "しばらくして", "later"},
	} {
		_, err := (&Service{Inbox: &lister{err: &pgconn.PgError{Code: code}}}).ListEvents(asked(t), &gatewayv1.ListEventsRequest{})
		f, _ := fault.From(err)
		if f == nil || f.Kind() != fault.Unavailable || f.Reason() != want.reason || !strings.Contains(f.Text().JA, want.ja) || !strings.Contains(f.Text().EN, want.en) {
			t.Errorf("%s: %v", code, err)
		}
	}
}

// members has two pages of ids for the departments that it was told of.
type members struct {
	attendancev1.DepartmentServiceClient
	err error
}

func (m members) ListDepartmentMembers(_ context.Context, r *attendancev1.ListDepartmentMembersRequest, _ ...grpc.CallOption) (*attendancev1.ListDepartmentMembersResponse, error) {
	switch {
	case m.err != nil || r.GetTenant() != "t1" || !slices.Equal(r.GetDepartments(), []string{"営業"}):
		return &attendancev1.ListDepartmentMembersResponse{}, m.err
	case r.GetPageToken() == "":
		return &attendancev1.ListDepartmentMembersResponse{Employees: []string{"e1"}, NextPageToken: "more"}, nil
	}
	return &attendancev1.ListDepartmentMembersResponse{Employees: []string{"e2"}}, nil
}

// A manager of departments is shown the events of their people, and none when nobody can tell who they are.
func TestEventsOfADepartment(t *testing.T) {
	for _, tt := range []struct {
		departments, want []string
		err               error
	}{
		{[]string{"営業"}, []string{"e1", "e2"}, nil}, {[]string{"総務"}, []string{}, nil}, {nil, nil, nil}, {[]string{"営業"}, nil, errors.New("away")},
	} {
		l := &lister{rows: []inbox.Accepted{accepted()}}
		s := Service{Inbox: l, Members: members{err: tt.err}, Replies: &answers{}}
		ctx := rpc.WithCaller(t.Context(), rpc.Caller{Tenant: "t1", Kind: rpc.KindAccount, Departments: tt.departments})
		_, err := s.ListEvents(ctx, &gatewayv1.ListEventsRequest{})
		if !errors.Is(err, tt.err) || !cmp.Equal(l.filter.Within, tt.want) || (tt.err != nil && l.tenant != "") {
			t.Errorf("%v: %v, %#v", tt.departments, err, l.filter.Within)
		}
	}
}

// An employee is asked for by an id; nothing else reaches the database.
func TestEventsOfAnEmployee(t *testing.T) {
	rows := &lister{}
	s := Service{Replies: &answers{}, Inbox: rows}
	for _, name := range []string{id, "employees/" + id, "employees/" + strings.ToUpper(id)} {
		if _, err := s.ListEvents(asked(t), &gatewayv1.ListEventsRequest{Employee: name}); err != nil || rows.filter.Employee != id {
			t.Errorf("%s: %q %v", name, rows.filter.Employee, err)
		}
	}
	rows.tenant = ""
	for _, name := range []string{"employees/", "\x00", "employees/\x00", "a\x00b", "nonsense", "urn:uuid:" + id, "{" + id + "}", strings.ReplaceAll(id, "-", "")} {
		_, err := s.ListEvents(asked(t), &gatewayv1.ListEventsRequest{Employee: name})
		if f, _ := fault.From(err); f == nil || len(f.Fields()) != 1 || f.Fields()[0].Path != "employee" || rows.tenant != "" {
			t.Errorf("%q: %v", name, err)
		}
	}
}
