package trail

import (
	"encoding/json"
	"maps"
	"slices"

	auditv1 "github.com/dakoku/dakoku/proto/gen/dakoku/audit/v1"
	identityv1 "github.com/dakoku/dakoku/proto/gen/dakoku/identity/v1"
)

// kinds are the kinds of actors as contexts keep them, and the collections that
// their ids are of.
var kinds = map[string]struct {
	kind       identityv1.AuditEvent_ActorKind
	collection string
}{
	"account":    {identityv1.AuditEvent_ACCOUNT, "accounts/"},
	"apiKey":     {identityv1.AuditEvent_API_KEY, "apiKeys/"},
	"invitation": {identityv1.AuditEvent_INVITATION, ""},
	"setup":      {identityv1.AuditEvent_SETUP, ""},
	"operator":   {identityv1.AuditEvent_OPERATOR, ""},
	"system":     {identityv1.AuditEvent_SYSTEM, ""},
}

func eventOf(f found) *identityv1.AuditEvent {
	by := kinds[f.GetActorKind()]
	e := &identityv1.AuditEvent{
		Name: "auditEvents/" + f.GetId(), EventTime: f.GetTime(), Context: f.context, ActorKind: by.kind,
		Address: f.GetAddress(), RequestId: f.GetRequest(), Action: f.GetAction(), ChangeCount: f.GetChangeCount(),
	}
	if by.collection != "" {
		e.Actor = by.collection + f.GetActor()
	}
	for _, c := range f.GetChanges() {
		e.Changes = append(e.Changes, changeOf(c))
	}
	return e
}

// told stand in the name of the resource already, or are everybody's.
var told = []string{"id", "tenant_id"}

// changeOf tells the fields that differ, in the order of their names.
func changeOf(c *auditv1.TrailEntry_Change) *identityv1.AuditEvent_Change {
	before, after := fields(c.GetBefore()), fields(c.GetAfter())
	out := &identityv1.AuditEvent_Change{Resource: c.GetResource(), Withheld: c.GetWithheld(), Employee: c.GetEmployee()}
	both := maps.Clone(before)
	maps.Copy(both, after)
	for _, name := range slices.Sorted(maps.Keys(both)) {
		if before[name] != after[name] && !slices.Contains(told, name) {
			out.Values = append(out.Values, &identityv1.AuditEvent_Value{Field: name, Before: before[name], After: after[name]})
		}
	}
	return out
}

// fields are the members of a JSON object as texts; null and an empty list are none.
func fields(object string) map[string]string {
	members, texts := map[string]any{}, map[string]string{}
	if json.Unmarshal([]byte(object), &members) != nil { // nothing there is no object
		return texts
	}
	for name, value := range members {
		switch v := value.(type) {
		case nil:
		case string:
			texts[name] = v
		default:
			if raw, _ := json.Marshal(v); string(raw) != "[]" { // it was JSON before
				texts[name] = string(raw)
			}
		}
	}
	return texts
}
