// Package eventadmin shows administrators what became of every accepted callback.
//
// It knows pages and names of resources. It refuses to know bodies: the inbox
// hands out none.
package eventadmin

import (
	"context"
	"encoding/base64"
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"
	"google.golang.org/protobuf/types/known/timestamppb"

	"github.com/dakoku/dakoku/platform/fault"
	"github.com/dakoku/dakoku/platform/postgres"
	"github.com/dakoku/dakoku/platform/rpc"
	gatewayv1 "github.com/dakoku/dakoku/proto/gen/dakoku/gateway/v1"
	"github.com/dakoku/dakoku/services/webhook-gateway/internal/inbox"
)

// Domain is the domain of this context's error reasons.
const Domain = "gateway.dakoku"

const defaultPage = 50

// Lister reads the inbox.
type Lister interface {
	List(ctx context.Context, tenant string, f inbox.Filter) ([]inbox.Accepted, error)
}

// Service is EventAdminService on an inbox.
type Service struct {
	gatewayv1.UnimplementedEventAdminServiceServer

	// Inbox is read; required.
	Inbox Lister
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
	size := filter.Limit
	filter.Limit++ // one more tells whether there is a next page
	found, err := s.Inbox.List(ctx, caller.Tenant, filter)
	if err != nil {
		return nil, readable(err)
	}
	out := &gatewayv1.ListEventsResponse{}
	if len(found) > size {
		found = found[:size]
		out.NextPageToken = tokenOf(found[size-1])
	}
	for _, a := range found {
		out.Events = append(out.Events, eventOf(a))
	}
	return out, nil
}

func readable(err error) error {
	if postgres.Unavailable(err) {
		return fault.New(fault.Unavailable, "UNAVAILABLE", fault.Text{
			JA: "一時的に利用できません。しばらくしてからもう一度お試しください。",
			EN: "Temporarily unavailable. Please try again later.",
		}).Because(err)
	}
	return err
}

func filterOf(in *gatewayv1.ListEventsRequest) (inbox.Filter, error) {
	f := inbox.Filter{Employee: strings.TrimPrefix(in.GetEmployee(), "employees/"), Limit: int(in.GetPageSize())}
	if f.Limit == 0 {
		f.Limit = defaultPage
	}
	if in.GetOutcome() != gatewayv1.Event_OUTCOME_UNSPECIFIED {
		f.Outcome = in.GetOutcome().String()
	}
	if in.GetPageToken() == "" {
		return f, nil
	}
	var ok bool
	if f.BeforeTime, f.BeforeID, ok = readToken(in.GetPageToken()); !ok {
		return f, fault.New(fault.InvalidArgument, gatewayv1.ErrorReason_PAGE_TOKEN_INVALID.String(), fault.Text{
			JA: "pageToken が正しくありません。", EN: "The pageToken is not one that this list handed out.",
		})
	}
	return f, nil
}

// tokenOf names the last row of a page.
func tokenOf(a inbox.Accepted) string {
	return base64.RawURLEncoding.EncodeToString([]byte(strconv.FormatInt(a.Received.UnixMilli(), 10) + "." + a.ID))
}

func readToken(token string) (at time.Time, id string, ok bool) {
	plain, err := base64.RawURLEncoding.DecodeString(token)
	if err != nil {
		return at, "", false
	}
	ms, id, _ := strings.Cut(string(plain), ".")
	n, err := strconv.ParseInt(ms, 10, 48)
	return time.UnixMilli(n), id, err == nil && uuid.Validate(id) == nil
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
	return e
}

func named(collection, id string) string {
	if id == "" {
		return ""
	}
	return collection + id
}
