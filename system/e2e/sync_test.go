package e2e

import (
	"fmt"
	"net/http"
	"testing"

	"github.com/dakoku/dakoku/simulator"
)

type syncRun struct {
	Name, State                  string
	UsersRead, EmployeesCompared int
	Counts                       struct{ Created, Unchanged, NoMatch, Failed int }
}

// TestASyncOutlivesItsProcess: the power goes while a directory sync is under
// way, between the reading of people and the first links. The next process goes
// on by itself.
func TestASyncOutlivesItsProcess(t *testing.T) {
	t.Parallel()
	i := separate(t)
	c := i.company()
	for n := range 120 { // two pages
		_, err := i.simulator.NewUser(simulator.User{Domain: c.world.People[0].Domain, Email: fmt.Sprintf("new%d@guide.example", n)})
		if err != nil {
			t.Fatal(err)
		}
		if n >= 5 {
			continue
		}
		employee := map[string]string{"employeeNumber": fmt.Sprint("N", n), "displayName": "新人", "email": fmt.Sprintf("NEW%d@guide.example", n)}
		if err := c.admin.Call(t.Context(), http.MethodPost, "/v1/employees", employee, nil); err != nil {
			t.Fatal(err)
		}
	}
	release := i.hold("integration.link_sync_result")
	var started syncRun
	if err := c.admin.Call(t.Context(), http.MethodPost, "/v1/accountLinks:sync", map[string]any{}, &started); err != nil {
		t.Fatal(err)
	}
	read := func() syncRun { return get[syncRun](c, "/v1/"+started.Name) }
	eventually(t, "people are read and none is linked", func() bool { return i.waits("integration.link_sync_result") })
	if run := read(); run.State != "RUNNING" || run.UsersRead < 120 || run.Counts.Created != 0 {
		t.Errorf("under way: %+v", run)
	}
	i.processes["integration"].kill()
	release()
	i.startAll()
	eventually(t, "the sync ends", func() bool {
		var run syncRun
		return c.admin.Get(t.Context(), "/v1/"+started.Name, &run) == nil && run.State == "DONE" // integration may still be starting
	})
	if run := read(); run.Counts.Created != 5 || run.Counts.Failed != 0 {
		t.Errorf("in the end: %+v", run)
	}
}
