package matrix

import (
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"

	"google.golang.org/grpc/codes"

	"github.com/dakoku/dakoku/system/internal/operation"
)

const (
	homeMark      = "higashiya"
	awayMark      = "nishidana"
	wrongPassword = "not the password of anybody at all"
)

// target is whose thing a request names.
type target string

const (
	own       target = "own"
	colleague target = "colleague" // for those who may on their own data alone
	foreign   target = "foreign"
	absent    target = "absent"
)

// TestEveryoneAtEveryRPC is the matrix. An RPC without an entry fails it, so does
// any status that is not the one that the contract's permission, the role and the
// target lead to; an answer that tells another company's thing from one that
// exists nowhere; and any trace of the other company in an answer or in its rows.
func TestEveryoneAtEveryRPC(t *testing.T) {
	w := newWorld(t)
	w.home, w.away = w.newCompany(homeMark), w.newCompany(awayMark)
	list := entries(t)
	m := &matrix{world: w, plain: plainFields(t), entries: list, callers: w.callers(), page: map[string]map[string]string{}}
	m.prepareAway()
	before := w.rows(w.away.tenant)
	for _, name := range slices.Sorted(maps.Keys(w.ops)) {
		switch o, e := w.ops[name], list[name]; {
		case o.Permission() == "machine":
			m.machine(o)
		case e == nil:
			t.Errorf("%s: who may do what with it? It has no entry in testdata/requests.yaml", name)
		default:
			m.operation(o, e)
		}
		delete(list, name)
	}
	for name := range list {
		t.Errorf("%s is no RPC", name)
	}
	for table, rows := range w.rows(w.away.tenant) {
		if rows != before[table] && !strings.HasPrefix(table, "attendance.evidence_") { // they are written as time goes by
			t.Errorf("%s: rows of the other company have changed", table)
		}
	}
	m.proofs()
	m.peers()
	m.audit()
	t.Logf("%d RPCs x %d callers: %d calls, %d leaks", len(w.ops), len(m.callers), m.calls, m.leaks)
	m.compare("../../docs/access.md")
}

// matrix is one run.
type matrix struct {
	*world
	plain   *plain
	entries map[string]*entry
	callers []*caller
	page    map[string]map[string]string // RPC, caller: cell of the table
	calls   int
	leaks   int
}

// prepareAway makes everything that the other company has, so that its rows can
// be compared afterwards.
func (m *matrix) prepareAway() {
	for _, e := range m.entries {
		m.shared(m.away, e.Props, m.away.employee)
	}
	quiet(m.away, "")              // what a sync does must be done
	for range 8 * len(m.callers) { // some are for calls that a busy machine had no time for
		m.away.logins = append(m.away.logins, login(m.away, ""))
	}
	opaque := map[string]bool{"hired" + m.away.employee: true, "sender" + m.away.employee: true, "assigned" + m.away.employee: true} // services may take and show them
	for kind, p := range m.away.shared {
		for name, value := range p {
			if isID(value) && (name != "employee" || !opaque[kind]) {
				m.away.seen = append(m.away.seen, value)
			}
		}
	}
}

// shared are props that nothing may change.
func (m *matrix) shared(c *company, kind, employee string) props {
	name := kind + employee
	if c.shared[name] == nil {
		c.shared[name] = makers[kind](c, employee)
	}
	return c.shared[name]
}

// operation fills a row.
func (m *matrix) operation(o *operation.Operation, e *entry) {
	m.fields(o, e)
	row := map[string]string{}
	for _, c := range m.callers {
		if c.old && !o.StepUp() {
			continue // it is an administrator as any other there
		}
		targets := []target{own}
		if len(e.names(m.shared(m.away, e.Props, m.away.employee))) > 0 {
			targets = append(targets, foreign, absent)
			if c.reach(o) == confined {
				targets = []target{own, colleague, foreign, absent}
			}
		}
		var cell []string
		said := map[target]map[string]operation.Answer{}
		for _, on := range targets {
			said[on] = m.cell(o, e, c, on)
			cell = append(cell, status(said[on]))
		}
		for way, a := range said[foreign] {
			if b := said[absent][way]; a.HTTP != b.HTTP || a.Code != b.Code || a.Raw != b.Raw || headers(a) != headers(b) {
				m.leaks++
				m.t.Errorf("%s as %s, %s: foreign %d %s, absent %d %s", o.Name, c.title(), way, a.HTTP, a.Raw, b.HTTP, b.Raw)
			}
		}
		row[c.title()] = strings.Join(cell, " ")
	}
	m.page[o.Name] = row
}

// cell makes the calls of one target, by both doors, and answers what was said by
// door and by what was named, with the values of the request cut out.
func (m *matrix) cell(o *operation.Operation, e *entry, c *caller, on target) map[string]operation.Answer {
	said := map[string]operation.Answer{}
	for _, way := range []string{"REST", "gRPC"} {
		for _, what := range m.variants(e, on) {
			r, p, a := m.call(o, e, c, on, way, what)
			m.judge(o, e, c, on, way, what, r, a)
			said[way+" "+what] = without(a, p)
		}
	}
	return said
}

// call makes one call; when a busy machine had no time for it, another, on new
// things.
func (m *matrix) call(o *operation.Operation, e *entry, c *caller, on target, way, what string) (r operation.Request, p props, a operation.Answer) {
	m.eventually("there is time for "+o.Name, func() bool {
		var who *caller
		who, p = m.props(o, e, c, on, what)
		var door operation.Door = who.rest
		if way == "gRPC" {
			door = who.grpc
		}
		var err error
		r = e.filled(m.home, p)
		if c.old {
			delete(r, "validate_only") // nobody is asked for a mere check
		}
		if a, err = door.Call(m.t.Context(), o, r); err != nil {
			m.t.Fatalf("%s as %s on %s, %s: %v", o.Name, c.title(), on, way, err)
		}
		m.calls++
		return !busy(a)
	})
	return r, p, a
}

// busy tells an answer that says nothing of rights: there was no time, no turn to
// hash a password, or a one-time code grew old on its way.
func busy(a operation.Answer) bool {
	return a.Code == codes.DeadlineExceeded || a.Code == codes.Unavailable || a.Code == codes.ResourceExhausted || a.Reason == "TOTP_CODE_WRONG"
}

// variants are the names of what is not the caller's own in a request: all of it,
// and if there are several things each of them alone.
func (m *matrix) variants(e *entry, on target) []string {
	names := e.names(m.shared(m.away, e.Props, m.away.employee))
	if on == own || len(names) < 2 {
		return []string{"all"}
	}
	return append([]string{"all"}, names...)
}

// props are the caller, which may be one for this call, and the values of the
// request.
func (m *matrix) props(o *operation.Operation, e *entry, c *caller, on target, what string) (*caller, props) {
	may, mine := c.reach(o) >= confined, props{"code": "123456", "recovery": "AAAA-AAAA"}
	if e.Self != "" && may && !c.key && c.role != "" {
		c, mine = m.self(c.role, e.Self)
	}
	if e.Props == "nothing" {
		return c, mine
	}
	employee := m.home.employee
	if c.reach(o) == confined {
		employee = c.employee
	}
	if !may || (on != own && what == "all") || e.Read || o.Verb == http.MethodGet {
		return c, m.other(e, on, what, m.shared(m.home, e.Props, employee))
	}
	fresh := makers[e.Props](m.home, employee)
	if e.Props == "mine" && c.role != "" && !c.key {
		fresh["session"], _ = m.home.session(c.id)
	}
	return c, m.other(e, on, what, fresh)
}

// other replaces what a request names: everything, or the one thing.
func (m *matrix) other(e *entry, on target, what string, mine props) props {
	var theirs props
	switch {
	case on == colleague:
		theirs = m.shared(m.home, e.Props, m.home.employee)
	case on == foreign && e.Props == "login":
		theirs, m.away.logins = m.away.logins[0], m.away.logins[1:]
	case on == foreign:
		theirs = m.shared(m.away, e.Props, m.away.employee)
	case on == absent:
		if theirs = nowhere(mine); e.Props == "login" {
			theirs["password"] = wrongPassword
		}
	default:
		return mine
	}
	p := maps.Clone(mine)
	for name, value := range theirs {
		if what == name || what == "all" && (isID(value) || name == "password") {
			p[name] = value
		}
	}
	return p
}

// expected is the status of a cell.
func (m *matrix) expected(o *operation.Operation, e *entry, c *caller, on target, way, what string) codes.Code {
	switch reach := c.reach(o); {
	case way == "REST" && o.Path == "":
		return codes.NotFound // the door itself calls it
	case reach == unknown:
		return codes.Unauthenticated
	case reach == stale && way == "REST" && e.Opaque != "" && on != own && (what == "all" || what == e.Opaque):
		return codes.NotFound // the door looks for it first
	case reach == refused, reach == stale:
		return codes.PermissionDenied
	case c.key && e.Key != "" && (on == own || e.Key != "NOT_FOUND"):
		return code(e.Key, codes.OK)
	case on == own:
		return code(e.Own, codes.OK)
	case reach == confined:
		return codes.NotFound
	case way == "gRPC" && e.Opaque != "" && (what == e.Opaque || what == "all" && strings.Count(fmt.Sprint(e.Request), "$") == strings.Count(fmt.Sprint(e.Request), "$fresh")+1):
		return codes.OK
	}
	return code(e.Away, codes.NotFound)
}

// judge compares an answer with what is expected and looks for traces of the
// other company in it.
func (m *matrix) judge(o *operation.Operation, e *entry, c *caller, on target, way, what string, r operation.Request, a operation.Answer) {
	m.t.Helper()
	want := m.expected(o, e, c, on, way, what)
	if a.Code != want || way == "REST" && a.HTTP != httpOf(want) {
		m.t.Errorf("%s as %s on %s, %s: %d %s, want %s; %.300s", o.Name, c.title(), on, way, a.HTTP, a.Code, want, a.Raw)
	}
	if c.reach(o) == stale && want == codes.PermissionDenied && a.Reason != "PROOF_REQUIRED" {
		m.t.Errorf("%s as %s on %s, %s: refused for %s", o.Name, c.title(), on, way, a.Reason)
	}
	sent := fmt.Sprint(r)
	for _, trace := range m.away.seen {
		if strings.Contains(a.Raw, trace) && !strings.Contains(sent, trace) {
			m.leaks++
			m.t.Errorf("%s as %s on %s, %s shows %s of another company: %s", o.Name, c.title(), on, way, trace, a.Raw)
		}
	}
}

// machine fills the row of an RPC that processes call: no role gets to it, and the
// door has no path to it. The one that the door itself calls is judged by its
// certificate alone.
func (m *matrix) machine(o *operation.Operation) {
	row := map[string]string{}
	for _, c := range m.callers {
		said := map[string]operation.Answer{}
		for way, door := range map[string]operation.Door{"REST": c.rest, "gRPC": c.grpc} {
			a, err := door.Call(m.t.Context(), o, nil)
			if err != nil {
				m.t.Fatal(err)
			}
			want := codes.PermissionDenied
			switch {
			case way == "REST":
				want = codes.NotFound
			case strings.HasSuffix(o.Service(), ".AttendanceProvisioningService"):
				want = codes.InvalidArgument // for it names no company
			}
			m.calls++
			if a.Code != want {
				m.t.Errorf("%s as %s, %s: %d %s, want %s", o.Name, c.title(), way, a.HTTP, a.Code, want)
			}
			said[way+" all"] = a
		}
		row[c.title()] = status(said)
	}
	m.page[o.Name] = row
}
