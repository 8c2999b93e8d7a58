package matrix

import (
	"fmt"
	"slices"
	"strings"

	"github.com/dakoku/dakoku/system/internal/operation"
)

// audit reads, when everything has been called, the whole audit through the door,
// page by page: it has every event of every context once, newest first, and no
// trace of the other company.
func (m *matrix) audit() {
	const noted = `select event_time, context, id, actor_kind from (
		select event_time, 'ATTENDANCE' as context, id, tenant_id, actor_kind from attendance.audit_events
		union all select event_time, 'IDENTITY', id, tenant_id, actor_kind from identity.audit_events
		union all select event_time, 'INTEGRATION', id, tenant_id, actor_kind from integration.audit_events
		union all select event_time, 'GATEWAY', id, tenant_id, actor_kind from gateway.audit_events) e
		where tenant_id = $1 order by event_time desc, context desc, id desc`
	var want []string
	rows, err := m.owner.Query(m.t.Context(), `select context || ' ' || id from (`+noted+`) n`, m.home.tenant)
	for err == nil && rows.Next() {
		var name string
		err = rows.Scan(&name)
		want = append(want, name)
	}
	if err != nil {
		m.t.Fatal(err)
	}
	got := m.auditOf(m.callers[1], operation.Request{})
	if !slices.Equal(got, want) || len(want) < 100 {
		m.t.Errorf("%d events in the list, %d noted", len(got), len(want))
	}
	contexts := map[string]int{}
	for _, e := range got {
		contexts[strings.Fields(e)[0]]++
	}
	if len(contexts) != 3 {
		m.t.Errorf("events by context: %v", contexts)
	}
	m.auditFilters()
	m.t.Logf("audit: %v", contexts)
}

// auditOf reads all pages.
func (m *matrix) auditOf(c *caller, filter operation.Request) (all []string) {
	m.t.Helper()
	o := m.ops["AuditService.ListAuditEvents"]
	filter["page_size"] = 100
	for token, more := "", true; more; {
		filter["page_token"] = token
		a, err := c.rest.Call(m.t.Context(), o, filter)
		if err != nil || a.HTTP != 200 {
			m.t.Fatal(a.HTTP, a.Raw, err)
		}
		for _, trace := range m.away.seen {
			if strings.Contains(a.Raw, trace) && !m.named(trace) {
				m.leaks++
				m.t.Errorf("the audit shows %s of another company", trace)
			}
		}
		list, _ := a.Body["auditEvents"].([]any)
		for _, e := range list {
			event := e.(map[string]any)
			all = append(all, fmt.Sprintf("%s %s", event["context"], strings.TrimPrefix(event["name"].(string), "auditEvents/")))
		}
		token, _ = a.Body["nextPageToken"].(string)
		more = token != ""
	}
	return all
}

// named reports that the company itself has named a connection that is opaque to
// attendance, behind the door's back.
func (m *matrix) named(connection string) (yes bool) {
	m.t.Helper()
	err := m.owner.QueryRow(m.t.Context(), `select exists (select from attendance.punch_settings where tenant_id = $1 and connection_id = $2::text::uuid)`,
		m.home.tenant, connection).Scan(&yes)
	if err != nil {
		m.t.Fatal(err)
	}
	return yes
}

// auditFilters asks for what one caller did, one action, one thing and one day.
func (m *matrix) auditFilters() {
	manager := m.callers[2]
	count := func(condition string, args ...any) (n int) {
		m.t.Helper()
		err := m.owner.QueryRow(m.t.Context(), `select (select count(*) from attendance.audit_events e where tenant_id = $1 and `+condition+`)
			+ (select count(*) from identity.audit_events e where tenant_id = $1 and `+condition+`)
			+ (select count(*) from integration.audit_events e where tenant_id = $1 and `+condition+`)`, append([]any{m.home.tenant}, args...)...).Scan(&n)
		if err != nil {
			m.t.Fatal(err)
		}
		return n
	}
	for name, c := range map[string]struct {
		filter operation.Request
		want   int
	}{
		"actor":  {operation.Request{"actor": "accounts/" + manager.id}, count(`actor = $2`, manager.id)},
		"system": {operation.Request{"actor": "system"}, count(`actor_kind = 'system'`)},
		"action": {operation.Request{"action": "LIST_TOKENS"}, count(`action = 'LIST_TOKENS'`)},
		"both":   {operation.Request{"actor": manager.id, "action": "CREATE_EMPLOYEE"}, count(`actor = $2 and action = 'CREATE_EMPLOYEE'`, manager.id)},
		"from":   {operation.Request{"start_time": "2099-01-01T00:00:00Z"}, 0},
		"until":  {operation.Request{"end_time": "2001-01-01T00:00:00Z"}, 0},
		"thing":  {operation.Request{"resource": "workRules"}, count(`action = 'UPDATE_WORK_RULES'`)},
	} {
		if got := m.auditOf(m.callers[1], c.filter); len(got) != c.want || c.want == 0 && name != "from" && name != "until" {
			m.t.Errorf("audit by %s: %d, want %d", name, len(got), c.want)
		}
	}
}
