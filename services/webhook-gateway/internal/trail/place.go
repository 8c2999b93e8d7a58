package trail

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"google.golang.org/protobuf/types/known/timestamppb"

	"github.com/dakoku/dakoku/platform/page"
	auditv1 "github.com/dakoku/dakoku/proto/gen/dakoku/audit/v1"
	identityv1 "github.com/dakoku/dakoku/proto/gen/dakoku/identity/v1"
	"github.com/dakoku/dakoku/services/webhook-gateway/internal/identity"
)

// found is an entry with the context that has it.
type found struct {
	context identityv1.AuditEvent_Context
	*auditv1.TrailEntry
}

// inOrder sorts newest first: by time, then by context, then by id.
func inOrder(all []found) {
	slices.SortFunc(all, func(a, b found) int {
		return cmp.Or(b.GetTime().AsTime().Compare(a.GetTime().AsTime()), cmp.Compare(b.context, a.context), strings.Compare(b.GetId(), a.GetId()))
	})
}

func (f found) token(list page.List) (string, error) {
	return list.Token(f.GetTime().AsTime().Format(time.RFC3339Nano), contexts[f.context], f.GetId())
}

// contexts are the contexts in tokens.
var contexts = map[identityv1.AuditEvent_Context]string{
	identityv1.AuditEvent_ATTENDANCE: "1", identityv1.AuditEvent_IDENTITY: "2", identityv1.AuditEvent_INTEGRATION: "3",
	identityv1.AuditEvent_GATEWAY: "4",
}

// place is where a page begins: behind this entry. None is the newest of all.
type place struct {
	time    time.Time
	context identityv1.AuditEvent_Context
	id      string
}

func read(list page.List, token string) (*place, error) {
	at, err := list.Read(token, 3)
	if err != nil || at == nil {
		return nil, err
	}
	moment, err := page.Moment(at[0])
	if err != nil {
		return nil, err
	}
	p := &place{time: moment}
	for context, number := range contexts {
		if number == at[1] {
			p.context = context
		}
	}
	if p.context == 0 {
		return nil, page.Invalid()
	}
	p.id, err = page.ID(at[2])
	return p, err
}

// bound tells a context where its own entries begin: those of the place's time
// itself are behind it in contexts of a lesser number, and before it in others.
func (p *place) bound(q *auditv1.TrailQuery, of identityv1.AuditEvent_Context) {
	if p == nil {
		return
	}
	q.BeforeTime, q.BeforeId = timestamppb.New(p.time), ""
	switch {
	case of == p.context:
		q.BeforeId = p.id
	case of < p.context:
		q.BeforeTime = timestamppb.New(p.time.Add(time.Millisecond)) // times are kept in milliseconds
	}
}

// listOf identifies the list under its filters.
func listOf(in *identityv1.ListAuditEventsRequest) page.List {
	return page.Of("auditEvents", in.GetActor(), in.GetAction(), in.GetResource(), in.GetStartTime().String(), in.GetEndTime().String())
}

// actorOf is the id of the actor asked for, or a kind; empty for everybody. False is
// what can be neither: a thing of another kind does nothing.
func actorOf(in *identityv1.ListAuditEventsRequest) (actor string, ok bool) {
	for _, collection := range []string{"accounts/", "apiKeys/"} {
		if id, named := strings.CutPrefix(in.GetActor(), collection); named {
			id = identity.CanonicalID(id)
			return id, identity.IsID(id)
		}
	}
	return identity.CanonicalID(in.GetActor()), !strings.Contains(in.GetActor(), "/")
}

// resourceOf is the name of the resource asked for, its ids in their one spelling.
func resourceOf(in *identityv1.ListAuditEventsRequest) string {
	parts := strings.Split(strings.TrimSuffix(in.GetResource(), "/"), "/")
	for n, part := range parts {
		parts[n] = identity.CanonicalID(part)
	}
	return strings.Join(parts, "/")
}

func queryOf(in *identityv1.ListAuditEventsRequest, limit int) *auditv1.TrailQuery {
	actor, _ := actorOf(in)
	return &auditv1.TrailQuery{
		Limit: int32(limit), Actor: actor, Action: in.GetAction(), Resource: resourceOf(in),
		StartTime: in.GetStartTime(), EndTime: in.GetEndTime(),
	}
}
