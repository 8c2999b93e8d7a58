package api

import (
	"context"
	"maps"

	"google.golang.org/protobuf/types/known/timestamppb"

	integrationv1 "github.com/dakoku/dakoku/proto/gen/dakoku/integration/v1"

	"github.com/dakoku/dakoku/platform/page"
	"github.com/dakoku/dakoku/platform/rpc"
	"github.com/dakoku/dakoku/services/integration/internal/credential"
	"github.com/dakoku/dakoku/services/integration/internal/link"
	"github.com/dakoku/dakoku/services/integration/internal/store"
)

// ListUnlinkedSenders lists people who tried to punch and are linked to nobody.
func (l *Links) ListUnlinkedSenders(ctx context.Context, req *integrationv1.ListUnlinkedSendersRequest) (*integrationv1.ListUnlinkedSendersResponse, error) {
	org, err := tenant(ctx)
	if err != nil {
		return nil, err
	}
	list, size := page.Of("unlinkedSenders"), page.Size(req.GetPageSize())
	last, id, err := list.ReadByTime(req.GetPageToken())
	if err != nil {
		return nil, err
	}
	found, err := l.store.UnlinkedBefore(ctx, org, last, id, size+1)
	if err != nil {
		return nil, err
	}
	out := &integrationv1.ListUnlinkedSendersResponse{}
	if len(found) > size {
		found = found[:size]
		end := found[size-1]
		if out.NextPageToken, err = list.TokenByTime(end.Last, end.ID); err != nil {
			return nil, err
		}
	}
	suggested, err := l.suggest(ctx, org, found)
	if err != nil {
		return nil, err
	}
	for _, s := range found {
		out.UnlinkedSenders = append(out.UnlinkedSenders, senderOut(s, suggested[s.LoginID]))
	}
	return out, nil
}

// suggestion is the employee whom a sender probably is. recreated means that the
// employee is linked to an account that LINE WORKS does not know any more.
type suggestion struct {
	employee  string
	recreated bool
}

// suggest finds, by login id, the one employee with that address who is not
// linked with an account that is still there.
func (l *Links) suggest(ctx context.Context, org string, senders []store.UnlinkedSender) (map[string]suggestion, error) {
	var logins []string
	for _, s := range senders {
		if s.LoginID != "" {
			logins = append(logins, s.LoginID)
		}
	}
	if logins == nil {
		return nil, nil
	}
	employees, err := l.staff.Employees(ctx, org)
	if err != nil {
		return nil, err
	}
	reached, err := reachOf(ctx, l.staff, org)
	if err != nil {
		return nil, err
	}
	found := link.ByEmail(employees).Only(logins)
	maps.DeleteFunc(found, func(_, employee string) bool { return !reached.has(employee) })
	linked, err := l.store.Linked(ctx, org, found)
	out := map[string]suggestion{}
	for login, employee := range found {
		if known, has := linked[employee]; !known {
			out[login] = suggestion{employee: employee, recreated: has}
		}
	}
	return out, err
}

func senderOut(s store.UnlinkedSender, suggested suggestion) *integrationv1.UnlinkedSender {
	out := &integrationv1.UnlinkedSender{
		Name: "unlinkedSenders/" + s.ID, Connection: "connections/" + s.Connection, LineWorksAccountId: s.LoginID,
		FirstTime: timestamppb.New(s.First), LastTime: timestamppb.New(s.Last), Tries: int32(s.Tries),
	}
	if s.Version == credential.V2 {
		out.UserId = s.Sender
	}
	if suggested.employee != "" {
		out.SuggestedEmployee, out.Recreated = "employees/"+suggested.employee, suggested.recreated
	}
	return out
}

// LinkUnlinkedSender ties a sender to an employee.
func (l *Links) LinkUnlinkedSender(ctx context.Context, req *integrationv1.LinkUnlinkedSenderRequest) (*integrationv1.LinkUnlinkedSenderResponse, error) {
	org, err := tenant(ctx)
	if err != nil {
		return nil, err
	}
	employee := canonical(rpc.IDOf(req.GetEmployee(), "employees/"))
	if !isID(employee) {
		return nil, link.BadEmployee()
	}
	reached, err := reachOf(ctx, l.staff, org)
	if err != nil {
		return nil, err
	}
	if !reached.has(employee) {
		return nil, link.NotFound()
	}
	employees, err := l.staff.Employees(ctx, org)
	if err != nil {
		return nil, err
	}
	if err := active(employees, employee); err != nil {
		return nil, err
	}
	made, err := l.store.LinkUnlinked(ctx, org, canonical(req.GetSender()), employee, by(ctx, link.BySender), req.GetReplace())
	if err != nil {
		return nil, reached.named(err, employees)
	}
	return &integrationv1.LinkUnlinkedSenderResponse{AccountLink: linkOut(made)}, nil
}
