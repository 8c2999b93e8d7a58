// Package eventadmin shows administrators what became of every accepted callback, and
// lets them give back what is in quarantine for no fault of its own.
//
// It knows pages, names of resources and words. It refuses to know bodies: the inbox
// hands out none.
package eventadmin

import (
	"context"
	"errors"
	"strings"
	"time"

	"github.com/google/uuid"
	"google.golang.org/grpc"
	"google.golang.org/protobuf/types/known/timestamppb"

	"github.com/dakoku/dakoku/platform/fault"
	"github.com/dakoku/dakoku/platform/page"
	"github.com/dakoku/dakoku/platform/postgres"
	"github.com/dakoku/dakoku/platform/rpc"
	"github.com/dakoku/dakoku/platform/seal"
	attendancev1 "github.com/dakoku/dakoku/proto/gen/dakoku/attendance/v1"
	gatewayv1 "github.com/dakoku/dakoku/proto/gen/dakoku/gateway/v1"
	integrationv1 "github.com/dakoku/dakoku/proto/gen/dakoku/integration/v1"
	"github.com/dakoku/dakoku/services/webhook-gateway/internal/inbox"
)

// Domain is the domain of this context's error reasons.
const Domain = "gateway.dakoku"

// Inbox is the list of accepted callbacks.
type Inbox interface {
	List(ctx context.Context, tenant string, f inbox.Filter) ([]inbox.Accepted, error)
	Release(ctx context.Context, r inbox.Release) (inbox.Accepted, error)
}

// Replies tells what became of answers.
type Replies interface {
	BatchGetReplies(ctx context.Context, in *integrationv1.BatchGetRepliesRequest, opts ...grpc.CallOption) (*integrationv1.BatchGetRepliesResponse, error)
}

// Service is EventAdminService on an inbox.
type Service struct {
	gatewayv1.UnimplementedEventAdminServiceServer

	// Inbox is read, and gives events back; required.
	Inbox Inbox
	// Bots tells the bots of a connection; required.
	Bots func(connection string) []string
	// Members tells whom a manager of departments reaches; required.
	Members attendancev1.DepartmentServiceClient
	// Replies tells what became of the answers; required.
	Replies Replies
}

// ListEvents lists the caller's organization's events, newest first.
func (s *Service) ListEvents(ctx context.Context, in *gatewayv1.ListEventsRequest) (*gatewayv1.ListEventsResponse, error) {
	caller, ok := rpc.CallerFrom(ctx)
	if !ok {
		return nil, fault.New(fault.Internal, "CALLER_MISSING", fault.Text{})
	}
	filter, err := filterOf(in)
	if err != nil {
		return nil, err
	}
	list, size := page.Of("events", filter.Outcome, filter.Employee, filter.Connection, written(filter.From), written(filter.Until)), page.Size(in.GetPageSize())
	if filter.BeforeTime, filter.BeforeID, err = list.ReadByTime(in.GetPageToken()); err != nil {
		return nil, err
	}
	if filter.Within, err = s.within(ctx, caller); err != nil {
		return nil, err
	}
	filter.Limit = size + 1 // one more tells whether there is a next page
	found, err := s.Inbox.List(ctx, caller.Tenant, filter)
	if err != nil {
		return nil, readable(err)
	}
	out := &gatewayv1.ListEventsResponse{}
	if len(found) > size {
		found = found[:size]
		last := found[size-1]
		out.NextPageToken, err = list.TokenByTime(last.Received, last.ID)
	}
	for i, r := range s.replies(ctx, caller.Tenant, found) {
		e := eventOf(found[i])
		e.Reply = r
		out.Events = append(out.Events, e)
	}
	return out, err
}

// within is whose events the caller may see; nil is everybody's. It is asked anew for each page: whoever moves to
// another department is out of reach at once.
func (s *Service) within(ctx context.Context, caller rpc.Caller) ([]string, error) {
	if len(caller.Departments) == 0 {
		return nil, nil
	}
	ids := []string{}
	req := &attendancev1.ListDepartmentMembersRequest{Tenant: caller.Tenant, Departments: caller.Departments}
	for {
		res, err := s.Members.ListDepartmentMembers(ctx, req)
		if err != nil {
			return nil, err
		}
		ids = append(ids, res.GetEmployees()...)
		if req.PageToken = res.GetNextPageToken(); req.PageToken == "" {
			return ids, nil
		}
	}
}

// statementTimeout is the SQLSTATE of a statement that took longer than the database gives one.
const statementTimeout = "57014"

// readable is an error with a way out, where there is one.
func readable(err error) error {
	switch {
	case postgres.Code(err) == statementTimeout:
		return fault.New(fault.Unavailable, "SEARCH_TOO_LONG", fault.Text{
			JA: "条件に合うイベントを時間内に探しきれませんでした。期間(startTime、endTime)を短く指定して、もう一度お試しください。",
			EN: "The events could not be found in time. Narrow the time by startTime and endTime, and try again.",
		}).Because(err)
	case postgres.Unavailable(err), errors.Is(err, seal.ErrAway):
		return fault.New(fault.Unavailable, "UNAVAILABLE", fault.Text{
			JA: "一時的に利用できません。しばらくしてからもう一度お試しください。",
			EN: "Temporarily unavailable. Please try again later.",
		}).Because(err)
	}
	return err
}

// filterOf reads which events are wanted. An employee is a UUID of 36 characters,
// in capitals or not: PostgreSQL refuses some texts, which would look like a fault
// of ours.
func filterOf(in *gatewayv1.ListEventsRequest) (f inbox.Filter, err error) {
	if in.GetOutcome() != gatewayv1.Event_OUTCOME_UNSPECIFIED {
		f.Outcome = in.GetOutcome().String()
	}
	if in.GetStartTime() != nil {
		f.From = in.GetStartTime().AsTime()
	}
	if in.GetEndTime() != nil {
		f.Until = in.GetEndTime().AsTime()
	}
	var bad []fault.Field
	var ok bool
	if f.Employee, ok = idOf(in.GetEmployee(), "employees/"); !ok {
		bad = append(bad, fault.Field{Path: "employee", Reason: "BAD_ID", Text: fault.Text{
			JA: "従業員の指定が正しくありません。", EN: "This is not the id of an employee."}})
	}
	if f.Connection, ok = idOf(in.GetConnection(), "connections/"); !ok {
		bad = append(bad, fault.Field{Path: "connection", Reason: "BAD_ID", Text: fault.Text{
			JA: "連携の指定が正しくありません。", EN: "This is not the id of a connection."}})
	}
	if len(bad) > 0 {
		return f, fault.Invalid(bad...)
	}
	return f, nil
}

// idOf reads an id, with or without the collection before it, in the one spelling that has hyphens; nothing at all is no
// filter, and a collection without an id is none.
func idOf(wanted, collection string) (string, bool) {
	if wanted == "" {
		return "", true
	}
	wanted = strings.TrimPrefix(wanted, collection)
	id, err := uuid.Parse(wanted)
	return id.String(), err == nil && len(wanted) == len(id.String())
}

// written is a time as a page token remembers it; empty for none.
func written(at time.Time) string {
	if at.IsZero() {
		return ""
	}
	return at.UTC().Format(time.RFC3339Nano)
}

func eventOf(a inbox.Accepted) *gatewayv1.Event {
	e := &gatewayv1.Event{
		Name:        "events/" + a.ID,
		ReceiveTime: timestamppb.New(a.Received),
		Outcome:     gatewayv1.Event_Outcome(gatewayv1.Event_Outcome_value[a.Outcome]),
		Reason:      a.Reason,
		Employee:    named("employees/", a.Employee),
		Punch:       named("punches/", a.Punch),
		RoomKind:    gatewayv1.Event_RoomKind(gatewayv1.Event_RoomKind_value[a.RoomKind]),
		Deliveries:  a.Deliveries,
		Connection:  "connections/" + a.Connection,
	}
	if !a.Issued.IsZero() {
		e.IssuedTime = timestamppb.New(a.Issued)
	}
	if !a.Released.IsZero() {
		e.ReleaseTime = timestamppb.New(a.Released)
	}
	return e
}

func named(collection, id string) string {
	if id == "" {
		return ""
	}
	return collection + id
}
