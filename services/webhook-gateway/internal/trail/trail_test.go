package trail

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/types/known/timestamppb"

	"github.com/dakoku/dakoku/platform/fault"
	"github.com/dakoku/dakoku/platform/rpc"
	auditv1 "github.com/dakoku/dakoku/proto/gen/dakoku/audit/v1"
	identityv1 "github.com/dakoku/dakoku/proto/gen/dakoku/identity/v1"
)

// kept is a context's audit in memory, which answers as the contract says.
type kept struct {
	entries []found
	err     error
	asked   []*auditv1.TrailQuery
}

func (k *kept) list(_ context.Context, _ rpc.Caller, q *auditv1.TrailQuery) (list []*auditv1.TrailEntry, err error) {
	inOrder(k.entries)
	k.asked = append(k.asked, q)
	for _, e := range k.entries {
		at := e.GetTime().AsTime()
		behind := q.GetBeforeTime() == nil || at.Before(q.GetBeforeTime().AsTime()) || at.Equal(q.GetBeforeTime().AsTime()) && e.GetId() < q.GetBeforeId()
		if behind && len(list) < int(q.GetLimit()) {
			list = append(list, e.TrailEntry)
		}
	}
	return list, k.err
}

type nobody struct{}

func (nobody) NamesOf(context.Context, string, []string) (map[string]string, error) { return nil, nil }

// add notes an event at a millisecond.
func (k *kept) add(of identityv1.AuditEvent_Context, n, at int) {
	id := fmt.Sprintf("00000000-0000-7000-8000-%012d", n)
	k.entries = append(k.entries, found{of, &auditv1.TrailEntry{Id: id, Time: timestamppb.New(time.UnixMilli(int64(at))), ActorKind: "system"}})
}

func open(t *testing.T) (*Server, map[identityv1.AuditEvent_Context]*kept, context.Context) {
	contexts := map[identityv1.AuditEvent_Context]*kept{}
	s := &Server{Names: nobody{}}
	for _, of := range []identityv1.AuditEvent_Context{identityv1.AuditEvent_INTEGRATION, identityv1.AuditEvent_ATTENDANCE, identityv1.AuditEvent_IDENTITY, identityv1.AuditEvent_GATEWAY} {
		contexts[of] = &kept{}
		s.Sources = append(s.Sources, Source{of, contexts[of].list})
	}
	return s, contexts, rpc.WithCaller(t.Context(), rpc.Caller{Tenant: "t", Kind: rpc.KindAccount})
}

// pages reads the whole list; between does something after each page.
func pages(ctx context.Context, t *testing.T, s *Server, size int32, between func()) (all []string) {
	t.Helper()
	for token, more := "", true; more; more = token != "" {
		res, err := s.ListAuditEvents(ctx, &identityv1.ListAuditEventsRequest{PageSize: size, PageToken: token})
		if err != nil {
			t.Fatal(err)
		}
		if token != "" && len(res.GetAuditEvents()) == 0 {
			t.Errorf("pages of %d: one without an event follows one that said that more follow", size)
		}
		for _, e := range res.GetAuditEvents() {
			all = append(all, fmt.Sprintf("%d %s %s", e.GetEventTime().AsTime().UnixMilli(), e.GetContext(), e.GetName()[len(e.GetName())-3:]))
		}
		token = res.GetNextPageToken()
		between()
	}
	return all
}

// Whatever the size of a page, the list is the same, in one order, and what is noted while it is read moves nothing.
func TestPagesAreOneList(t *testing.T) {
	s, contexts, ctx := open(t)
	n := 0
	for at := range 7 { // several events of one millisecond in every context
		for of, k := range contexts {
			for range 1 + (at+int(of))%3 {
				n++
				k.add(of, n, 1000+at/2)
			}
		}
	}
	var all []found
	for _, k := range contexts {
		all = append(all, k.entries...)
	}
	inOrder(all)
	var want []string
	for _, f := range all {
		want = append(want, fmt.Sprintf("%d %s %s", f.GetTime().AsTime().UnixMilli(), f.context, f.GetId()[len(f.GetId())-3:]))
	}
	for _, size := range []int32{1, 2, 3, 5, 50, 500} {
		later := 90
		got := pages(ctx, t, s, size, func() {
			for of, k := range contexts {
				later++
				k.add(of, later, 5000+later)
			}
		})
		if !slices.Equal(got, want) {
			t.Errorf("pages of %d:\n%v\n%v", size, got, want)
		}
		for _, k := range contexts {
			k.entries = slices.DeleteFunc(k.entries, func(f found) bool { return f.GetTime().AsTime().UnixMilli() >= 5000 })
		}
	}
	for i := 1; i < len(want); i++ {
		if a, b, _ := strings.Cut(want[i-1], " "); a < want[i][:4] {
			t.Errorf("%s %s before %s", a, b, want[i])
		}
	}
}

// A page has as many as it was asked for, though no source is asked for so many at
// once, unless they are too heavy for a message.
func TestAPageIsFilled(t *testing.T) {
	s, contexts, ctx := open(t)
	for n := range 700 {
		of := identityv1.AuditEvent_IDENTITY
		if n%3 == 0 {
			of = identityv1.AuditEvent_ATTENDANCE
		}
		contexts[of].add(of, n, n/2)
	}
	for _, weight := range []int{0, 8 << 10} {
		for _, k := range contexts {
			for _, e := range k.entries {
				e.Address = strings.Repeat("x", weight)
			}
			k.asked = nil
		}
		first, err := s.ListAuditEvents(ctx, &identityv1.ListAuditEventsRequest{PageSize: 500})
		if err != nil || weight == 0 && len(first.GetAuditEvents()) != 500 || weight > 0 && len(first.GetAuditEvents()) != 100 {
			t.Fatalf("%d entries of %d bytes: %v", len(first.GetAuditEvents()), weight, err)
		}
		for _, k := range contexts {
			for _, q := range k.asked {
				if q.GetLimit() > atOnce+1 {
					t.Errorf("a source is asked for %d", q.GetLimit())
				}
			}
		}
		all := pages(ctx, t, s, 500, func() {})
		if slices.Sort(all); len(all) != 700 || len(slices.Compact(all)) != 700 {
			t.Errorf("%d entries on all pages, want each of 700 once", len(all))
		}
	}
}

// One context that cannot be asked, on any page, is told; a part of the list never passes for the whole.
func TestNoListWithoutAContext(t *testing.T) {
	for _, of := range []identityv1.AuditEvent_Context{identityv1.AuditEvent_INTEGRATION, identityv1.AuditEvent_ATTENDANCE, identityv1.AuditEvent_IDENTITY, identityv1.AuditEvent_GATEWAY} {
		s, contexts, ctx := open(t)
		contexts[of].err = errors.New("away")
		res, err := s.ListAuditEvents(ctx, &identityv1.ListAuditEventsRequest{})
		known, ok := fault.From(err)
		if !ok || res != nil || known.Kind() != fault.Unavailable || known.Reason() != "AUDIT_UNAVAILABLE" || known.Meta()["context"] != strings.ToLower(of.String()) {
			t.Errorf("%s: %v %v", of, res, err)
		}
	}
}

// A token goes on in its own list only, with exactly the filters of its page.
func TestTokensOfOtherLists(t *testing.T) {
	s, contexts, ctx := open(t)
	for n := range 3 {
		contexts[identityv1.AuditEvent_IDENTITY].add(identityv1.AuditEvent_IDENTITY, n, n)
	}
	res, err := s.ListAuditEvents(ctx, &identityv1.ListAuditEventsRequest{PageSize: 1})
	if err != nil || res.GetNextPageToken() == "" {
		t.Fatal(res, err)
	}
	at := timestamppb.New(time.UnixMilli(5))
	odd := func(values ...string) string {
		token, err := listOf(&identityv1.ListAuditEventsRequest{}).Token(values...)
		if err != nil {
			t.Fatal(err)
		}
		return token
	}
	const moment, id = "2026-11-27T00:00:00Z", "00000000-0000-7000-8000-000000000001"
	for name, in := range map[string]*identityv1.ListAuditEventsRequest{
		"actor": {PageToken: res.GetNextPageToken(), Actor: "a"}, "action": {PageToken: res.GetNextPageToken(), Action: "A"}, "resource": {PageToken: res.GetNextPageToken(), Resource: "a"},
		"start": {PageToken: res.GetNextPageToken(), StartTime: at}, "end": {PageToken: res.GetNextPageToken(), EndTime: at}, "cut": {PageToken: res.GetNextPageToken()[1:]},
		"no context": {PageToken: odd(moment, "5", id)}, "no time": {PageToken: odd("now", "1", id)}, "no id": {PageToken: odd(moment, "1", "x")}, "too few": {PageToken: odd(moment, "1")},
	} {
		if _, err := s.ListAuditEvents(ctx, in); !fault.HasReason(err, "PAGE_TOKEN_INVALID") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// Fields that differ are told, as texts, in order; a thing that came or went has one side.
func TestFieldsThatDiffer(t *testing.T) {
	for _, tt := range []struct{ before, after, want string }{
		{`{"id":"1","state":"ACTIVE","n":1,"same":"x"}`, `{"id":"1","state":"INACTIVE","n":2,"same":"x"}`, "n 1>2,state ACTIVE>INACTIVE"},
		{"", `{"words":["勤怠"],"on":true,"none":null}`, `on >true,words >["勤怠"]`},
		{`{"name":"<b>","all":[]}`, "", "name <b>>"},
		{"", "", ""},
	} {
		var got []string
		for _, v := range changeOf(&auditv1.TrailEntry_Change{Before: tt.before, After: tt.after}).GetValues() {
			got = append(got, v.GetField()+" "+v.GetBefore()+">"+v.GetAfter())
		}
		if strings.Join(got, ",") != tt.want {
			t.Errorf("%s, %s: %v", tt.before, tt.after, got)
		}
	}
}

// What is no actor is refused by its name; it is no context that is away.
func TestAnActorIsAnAccountOrAKey(t *testing.T) {
	s, contexts, ctx := open(t)
	for _, actor := range []string{"employees/00000000-0000-7000-8000-000000000001", "accounts/apiKeys/x", "accounts/x/sessions", "/", "accounts/", "apiKeys/system", "accounts/0ab"} {
		_, err := s.ListAuditEvents(ctx, &identityv1.ListAuditEventsRequest{Actor: actor})
		if f, _ := fault.From(err); f == nil || f.Kind() != fault.InvalidArgument || len(f.Fields()) != 1 || f.Fields()[0].Path != "actor" {
			t.Errorf("%s: %v", actor, err)
		}
	}
	const id = "0199aaaa-bbbb-7ccc-8ddd-eeeeffff0000"
	for actor, want := range map[string]string{
		"accounts/" + id: id, "apiKeys/" + strings.ToUpper(id): id, strings.ToUpper(id): id, "0AB": "0AB", "apiKey": "apiKey", "": "",
	} {
		if _, err := s.ListAuditEvents(ctx, &identityv1.ListAuditEventsRequest{Actor: actor}); err != nil {
			t.Errorf("%s: %v", actor, err)
		}
		for of, k := range contexts {
			if got := k.asked[len(k.asked)-1].GetActor(); got != want {
				t.Errorf("%s asks %v for %q", actor, of, got)
			}
		}
	}
}

// Ids in capitals name what they name in the audit; words in capitals are other words.
func TestAResourceIsNamedInOneSpelling(t *testing.T) {
	s, contexts, ctx := open(t)
	const a, b = "0199aaaa-bbbb-7ccc-8ddd-eeeeffff0000", "0199aaaa-bbbb-7ccc-8ddd-eeeeffff0001"
	for resource, want := range map[string]string{
		"employees/" + strings.ToUpper(a):                                     "employees/" + a,
		"connections/" + strings.ToUpper(a) + "/tokens/" + strings.ToUpper(b): "connections/" + a + "/tokens/" + b,
		"employees/" + strings.ToUpper(a) + "/timesheets/2026-11/":            "employees/" + a + "/timesheets/2026-11",
		"Employees": "Employees", "": "",
	} {
		if _, err := s.ListAuditEvents(ctx, &identityv1.ListAuditEventsRequest{Resource: resource}); err != nil {
			t.Errorf("%s: %v", resource, err)
		}
		for of, k := range contexts {
			if got := k.asked[len(k.asked)-1].GetResource(); got != want {
				t.Errorf("%s asks %v for %q", resource, of, got)
			}
		}
	}
}

// A context that is there and refuses is not away: what it says of the question, or of
// the caller, is the answer.
func TestARefusalIsNoAbsence(t *testing.T) {
	bad := fault.Invalid(fault.Field{Path: "query.action", Reason: "string.pattern"})
	for name, c := range map[string]struct {
		err    error
		kind   fault.Kind
		reason string
	}{
		"the question":        {bad, fault.InvalidArgument, bad.Reason()},
		"another version's":   {status.Error(codes.InvalidArgument, "bad"), fault.InvalidArgument, "INVALID_ARGUMENT"},
		"the caller":          {status.Error(codes.PermissionDenied, "no"), fault.Denied, "PERMISSION_DENIED"},
		"nobody":              {status.Error(codes.Unauthenticated, "no"), fault.Unauthenticated, "UNAUTHENTICATED"},
		"nothing there":       {status.Error(codes.NotFound, "none"), fault.NotFound, "NOT_FOUND"},
		"the state of it":     {status.Error(codes.FailedPrecondition, "not yet"), fault.Precondition, "FAILED_PRECONDITION"},
		"away":                {status.Error(codes.Unavailable, "away"), fault.Unavailable, "AUDIT_UNAVAILABLE"},
		"slow":                {status.Error(codes.DeadlineExceeded, "late"), fault.Unavailable, "AUDIT_UNAVAILABLE"},
		"busy":                {status.Error(codes.ResourceExhausted, "later"), fault.Unavailable, "AUDIT_UNAVAILABLE"},
		"a version before it": {status.Error(codes.Unimplemented, "what?"), fault.Unavailable, "AUDIT_UNAVAILABLE"},
	} {
		s, contexts, ctx := open(t)
		contexts[identityv1.AuditEvent_ATTENDANCE].err = c.err
		res, err := s.ListAuditEvents(ctx, &identityv1.ListAuditEventsRequest{})
		if f, _ := fault.From(err); res != nil || f == nil || f.Kind() != c.kind || f.Reason() != c.reason {
			t.Errorf("%s: %v %v", name, res, err)
		}
	}
}
