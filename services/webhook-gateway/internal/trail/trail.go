// Package trail makes one list of the audits of all contexts, newest first.
//
// It knows the one order, where a page ends, and how what was and what is become
// fields that differ. It refuses to know how a context keeps its audit, and never
// answers with a part of the list.
package trail

import (
	"context"
	"slices"
	"strings"

	"google.golang.org/protobuf/proto"

	"github.com/dakoku/dakoku/platform/fault"
	"github.com/dakoku/dakoku/platform/page"
	"github.com/dakoku/dakoku/platform/rpc"
	auditv1 "github.com/dakoku/dakoku/proto/gen/dakoku/audit/v1"
	identityv1 "github.com/dakoku/dakoku/proto/gen/dakoku/identity/v1"
)

// Source is the audit of one context.
type Source struct {
	Context identityv1.AuditEvent_Context
	// List lists entries of the caller's organization, newest first.
	List func(ctx context.Context, caller rpc.Caller, q *auditv1.TrailQuery) ([]*auditv1.TrailEntry, error)
}

// Names tells what accounts and API keys are called, by resource name; those that
// are not there are missing.
type Names interface {
	NamesOf(ctx context.Context, tenant string, actors []string) (map[string]string, error)
}

// Server is AuditService on the sources.
type Server struct {
	identityv1.UnimplementedAuditServiceServer

	Sources []Source // one for each context; required
	Names   Names    // required
}

// atOnce is how many entries a source is asked for in one message: entries of many
// and long changes must fit into it.
const atOnce = 100

// heavy ends a page before its size is reached: what it answers must fit into one
// message, too. In bytes.
const heavy = 512 << 10

// ListAuditEvents lists a page.
func (s *Server) ListAuditEvents(ctx context.Context, in *identityv1.ListAuditEventsRequest) (*identityv1.ListAuditEventsResponse, error) {
	caller, ok := rpc.CallerFrom(ctx)
	if !ok {
		return nil, fault.New(fault.Internal, "CALLER_MISSING", fault.Text{})
	}
	if _, known := actorOf(in); !known {
		return nil, fault.Invalid(fault.Field{Path: "actor", Reason: "BAD_ACTOR", Text: fault.Text{
			JA: "操作者は accounts/{account}、apiKeys/{key}、ID、または system で指定してください。",
			EN: "Name the actor as accounts/{account} or apiKeys/{key}, by the id, or as system."}})
	}
	list := listOf(in)
	from, err := read(list, in.GetPageToken())
	if err != nil {
		return nil, err
	}
	found, more, err := s.page(ctx, caller, from, in)
	if err != nil {
		return nil, err
	}
	out := &identityv1.ListAuditEventsResponse{}
	if more {
		if out.NextPageToken, err = found[len(found)-1].token(list); err != nil {
			return nil, err
		}
	}
	for _, f := range found {
		out.AuditEvents = append(out.AuditEvents, eventOf(f))
	}
	return out, s.name(ctx, caller.Tenant, out.GetAuditEvents())
}

// page asks until a page is full, heavy or the end, and tells whether more follows.
func (s *Server) page(ctx context.Context, caller rpc.Caller, from *place, in *identityv1.ListAuditEventsRequest) (list []found, more bool, err error) {
	size, weight := page.Size(in.GetPageSize()), 0
	for len(list) < size && weight < heavy {
		part := min(size-len(list), atOnce)
		next, err := s.gather(ctx, caller, from, queryOf(in, part+1)) // one more tells whether anything follows
		if err != nil {
			return nil, false, err
		}
		more = len(next) > part
		next = next[:min(len(next), part)]
		list = append(list, next...)
		if !more {
			break
		}
		last := next[part-1]
		from = &place{time: last.GetTime().AsTime(), context: last.context, id: last.GetId()}
		for _, f := range next {
			weight += proto.Size(f.TrailEntry)
		}
	}
	return list, more, nil
}

// gather asks every source for what lies behind the place and brings it in order.
// One that cannot be asked is an Unavailable fault: AUDIT_UNAVAILABLE; what one
// refuses of the question or of the caller stays what it is.
func (s *Server) gather(ctx context.Context, caller rpc.Caller, from *place, q *auditv1.TrailQuery) ([]found, error) {
	var all []found
	for _, source := range s.Sources {
		from.bound(q, source.Context)
		entries, err := source.List(ctx, caller, q)
		if err != nil {
			return nil, away(source.Context, err)
		}
		for _, e := range entries {
			all = append(all, found{source.Context, e})
		}
	}
	inOrder(all)
	return all, nil
}

// refusals are the answers of a context that is there: asked again, it says the same.
var refusals = []fault.Kind{fault.InvalidArgument, fault.Unauthenticated, fault.Denied, fault.NotFound, fault.Precondition}

func away(of identityv1.AuditEvent_Context, err error) error {
	if f := rpc.FaultFrom(err); slices.Contains(refusals, f.Kind()) {
		return f
	}
	name := strings.ToLower(of.String())
	return fault.New(fault.Unavailable, "AUDIT_UNAVAILABLE", fault.Text{
		JA: "監査記録の一部(" + name + ")を取得できないため、一覧を表示できません。しばらくしてからもう一度お試しください。",
		EN: "A part of the audit (" + name + ") cannot be read now, so there is no list. Please try again later.",
	}).With("context", name).Because(err)
}

// name fills in what the actors are called now.
func (s *Server) name(ctx context.Context, tenant string, events []*identityv1.AuditEvent) error {
	var actors []string
	for _, e := range events {
		if e.GetActor() != "" {
			actors = append(actors, e.GetActor())
		}
	}
	names, err := s.Names.NamesOf(ctx, tenant, actors)
	if err != nil {
		return away(identityv1.AuditEvent_IDENTITY, err)
	}
	for _, e := range events {
		e.ActorName = names[e.GetActor()]
	}
	return nil
}
