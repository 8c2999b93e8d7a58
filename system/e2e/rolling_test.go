package e2e

import (
	"fmt"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// doorDelay is for how long a door that was told to end serves on: many looks of a
// balancer, also on a machine that is busy. The services behind, whose callers try
// again, have a shorter one.
const doorDelay, serviceDelay = "3s", "200ms"

// calm is for how long callbacks are counted before anything is restarted, and stall how
// many fail when the disk stands still once: one of each caller.
const calm, stall = 10 * time.Second, 4

// TestRollingRestart restarts every process of an installation that has two of each
// behind balancers, one after the other, while people punch: no callback is refused,
// cut off or answered by anything but 200, and each is one punch.
func TestRollingRestart(t *testing.T) {
	r := layOut(t)
	r.begin()
	c := &callers{company: r.company(), addr: r.doors.addr}
	c.path = r.callbackPath(c.company)
	c.call(sized(stall, 32), 100*time.Millisecond)
	<-time.After(calm)
	_, usual := c.so()
	began := time.Now()
	for range sized(2, 10) {
		for _, name := range r.order {
			r.restart(name, c)
		}
	}
	c.stop()
	lasted := time.Since(began).Round(time.Second)
	r.judgedAll()
	taken, trouble := c.so()
	t.Logf("%d callbacks in %s while %d processes were restarted", taken, lasted, len(r.order)*sized(2, 10))
	r.judge(taken, trouble, len(usual), stall+2*len(usual)*int(lasted/calm))
}

// roll is an installation with two processes of each service.
type roll struct {
	*installation
	doors *balancer
	order []string           // of restarts, by the names of the processes
	ready map[string]string  // URL of each one's readiness
	seen  map[string]*target // what its balancer knows of each that has one
}

// layOut prepares it, without starting a process.
func layOut(t *testing.T) *roll {
	t.Helper()
	r := &roll{installation: prepare(t), ready: map[string]string{}, seen: map[string]*target{}}
	public, admin := freeAddr(t), freeAddr(t)
	attendance := r.pair("services/attendance/cmd/attendance", "attendance", "DAKOKU_LISTEN_ADDR", freeAddr(t), serviceDelay)
	integration := r.pair("services/integration/cmd/integration", "integration", "DAKOKU_LISTEN_ADDR", freeAddr(t), serviceDelay,
		append(r.platformEnv(), "DAKOKU_PUBLIC_URL=http://"+public, "DAKOKU_ATTENDANCE_ADDR="+attendance.addr)...)
	peers := []string{"DAKOKU_ATTENDANCE_ADDR=" + attendance.addr, "DAKOKU_INTEGRATION_ADDR=" + integration.addr}
	r.doors = r.pair("services/webhook-gateway/cmd/webhook-gateway", "gateway", "DAKOKU_PUBLIC_ADDR", public, doorDelay, peers...)
	r.one("services/webhook-gateway/cmd/admin-gateway", "admin-gateway", "identity", serviceDelay, append(peers, "DAKOKU_ADMIN_ADDR="+admin)...)
	r.public, r.admin = "http://"+public, "http://"+admin
	return r
}

// begin migrates, and starts every process.
func (r *roll) begin() {
	r.t.Helper()
	r.migrateAll()
	for _, name := range r.order {
		r.processes[name].start()
	}
	for _, name := range r.order {
		r.awaitReady(name)
	}
}

// migrateAll runs migrate of every program once.
func (r *roll) migrateAll() {
	r.t.Helper()
	for _, first := range []string{"attendance 1", "integration 1", "webhook-gateway 1", "admin-gateway"} {
		r.migrateAs(first)
	}
}

// pair makes two processes of a program and, at the virtual address, the balancer
// before what they serve at the address of that setting.
func (r *roll) pair(pkg, context, serves, virtual, delay string, env ...string) *balancer {
	r.t.Helper()
	var both []*target
	for n := range 2 {
		name, addr := fmt.Sprint(filepath.Base(pkg), " ", n+1), freeAddr(r.t)
		own := append(slices.Clone(env), serves+"="+addr)
		if serves == "DAKOKU_PUBLIC_ADDR" {
			own = append(own, "DAKOKU_LISTEN_ADDR=127.0.0.1:0")
		}
		r.one(pkg, name, context, delay, own...)
		r.seen[name] = &target{addr: addr, ready: r.ready[name]}
		both = append(both, r.seen[name])
	}
	return balance(r.t, virtual, both...)
}

// one makes a process with a login of its context and an address for its readiness.
func (r *roll) one(pkg, name, context, delay string, env ...string) {
	r.t.Helper()
	debug, base := freeAddr(r.t), filepath.Base(pkg)
	r.add(pkg, []string{"serve"}, append(slices.Clone(env), "DAKOKU_DEBUG_ADDR="+debug, "DAKOKU_STOP_DELAY="+delay,
		"DAKOKU_DATA_DIR="+filepath.Join(r.dir, "data"),
		"DAKOKU_DATABASE_URL="+strings.Replace(r.database, "user=dakoku", "user=dakoku_"+context+"_login", 1))...)
	p := r.processes[base]
	delete(r.processes, base)
	p.log = filepath.Join(r.dir, strings.ReplaceAll(name, " ", "-")+".log")
	r.processes[name], r.ready[name] = p, "http://"+debug+"/readyz"
	r.order = append(r.order, name)
}

// restart ends a process in order and starts it again, with callbacks before, while
// and after.
func (r *roll) restart(name string, c *callers) {
	r.t.Helper()
	before, _ := c.so()
	r.processes[name].stop()
	r.awaitSeen(name, false)
	r.processes[name].start()
	r.awaitReady(name)
	eventually(r.t, "callbacks are taken after "+name+" was restarted", func() bool { now, _ := c.so(); return now > before })
}

func (r *roll) awaitReady(name string) {
	r.t.Helper()
	eventually(r.t, name+" is ready", func() bool { return answers(r.ready[name], http.StatusOK) })
	r.awaitSeen(name, true)
}

// awaitSeen waits until the balancer of a process, if it has one, sees it in or out, as whoever restarts one after the
// other does: a busy balancer looks late.
func (r *roll) awaitSeen(name string, in bool) {
	r.t.Helper()
	if each := r.seen[name]; each != nil {
		eventually(r.t, fmt.Sprint("the balancer sees ", name, " in: ", in), func() bool { return each.in.Load() == in })
	}
}

// callbackPath is the path of the company's callback URL.
func (r *roll) callbackPath(c *company) string {
	r.t.Helper()
	u, err := url.Parse(c.tokensOf(c.connections()[0])[0].URL)
	if err != nil {
		r.t.Fatal(err)
	}
	return u.Path
}

// judge holds what was sent against what is stored. The first so many of what went wrong
// were before any restart.
func (r *roll) judge(taken int, trouble []string, first, excusable int) {
	r.t.Helper()
	unknown := len(trouble)
	if trouble = trouble[first:]; !full() {
		trouble = r.excused(trouble, excusable)
	}
	if n := len(trouble); n > 0 || r.doors.refused.Load() > 0 || r.doors.nobody.Load() > 0 {
		r.t.Errorf("%d callbacks were not answered 200, of %d; %d times a door refused the balancer, and %d times no door was ready: %q",
			n, taken+n, r.doors.refused.Load(), r.doors.nobody.Load(), trouble[:min(n, 20)])
	}
	r.recorded(taken, unknown)
}

// excused leaves out a 503 for each callback of which a door says that it could not
// store it in time, and what was cut off while the only door said so: a machine that is
// too busy for its disk, which has nothing to do with a restart. That it was so before the
// restarts, too, says how many; more than that the restarts have made slow.
func (r *roll) excused(trouble []string, most int) []string {
	late := 0
	for name, p := range r.processes {
		if strings.HasPrefix(name, "webhook-gateway") {
			said, err := os.ReadFile(p.log)
			if err != nil {
				r.t.Error(err)
			}
			late += strings.Count(string(said), `"callback not stored"`)
		}
	}
	late = min(late, most)
	starved := min(int(r.doors.starved.Load()), most)
	return slices.DeleteFunc(slices.Clone(trouble), func(each string) bool {
		if strings.HasPrefix(each, "cut off") && starved > 0 {
			starved--
			return true
		}
		if each != "answered 503" || late == 0 {
			return false
		}
		late--
		return true
	})
}

// recorded holds the inbox and the punches against so many callbacks that were
// answered 200, and so many of which nobody knows whether they were read.
func (r *roll) recorded(taken, unknown int) {
	r.t.Helper()
	var recorded, others, punches int
	if err := r.sql().QueryRow(r.t.Context(), `select count(*) filter (where outcome = 'RECORDED'), count(*) filter (where outcome <> 'RECORDED' and reason <> 'ROOM_EVENT'),
		(select count(*) from attendance.punches) from gateway.inbox`).Scan(&recorded, &others, &punches); err != nil {
		r.t.Fatal(err)
	}
	if recorded < taken || recorded > taken+unknown || punches != recorded || others > 0 {
		r.t.Errorf("%d callbacks were taken and of %d nobody knows; %d are recorded, %d have another outcome, and there are %d punches", taken, unknown, recorded, others, punches)
	}
}
