package linksync_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/dakoku/dakoku/services/integration/internal/lineworks"
	"github.com/dakoku/dakoku/services/integration/internal/link"
	"github.com/dakoku/dakoku/services/integration/internal/store"
)

var nobody = &lineworks.Failure{Class: lineworks.NotFound, Status: 404, Code: "NOT_FOUND"}

// hide takes people off the list, and tells what LINE WORKS says of each.
func (o *office) hide(people map[string]error) {
	o.people, o.hidden, o.asked = people, map[string]bool{}, nil
	for user := range people {
		o.hidden[user] = true
	}
}

// run starts a sync and takes it as far as it gets.
func (o *office) run(t *testing.T, only bool) store.Sync {
	t.Helper()
	run, err := o.StartSync(t.Context(), o.tenant, o.conn, "accounts/a", only, false)
	if err != nil {
		t.Fatal(err)
	}
	(&process{office: o}).work(t.Context(), run.ID)
	return o.read(t, run.ID)
}

func (o *office) read(t *testing.T, id string) store.Sync {
	t.Helper()
	run, err := o.SyncOf(t.Context(), o.tenant, id)
	if err != nil {
		t.Fatal(err)
	}
	return run
}

// gone are the linked people who are marked, in order.
func (o *office) gone(t *testing.T) string {
	t.Helper()
	all, err := o.LinksAfter(t.Context(), o.tenant, nil, "", employees)
	if err != nil || len(all) != employees/2 {
		t.Fatalf("%d links, %v", len(all), err)
	}
	var out []string
	for _, l := range all {
		if !l.Gone.IsZero() {
			out = append(out, l.User)
		}
	}
	slices.Sort(out)
	return strings.Join(out, " ")
}

// rows are the accounts of a run whose people are gone.
func rows(y store.Sync) string {
	var out []string
	for _, r := range y.Results {
		if r.Result == link.Lost && r.Reason == link.MemberGone {
			out = append(out, r.Want.Account)
		}
	}
	slices.Sort(out)
	return fmt.Sprint(y.State, " ", y.Counts[link.Lost], " ", strings.Join(out, " "))
}

// leave makes an employee inactive.
func (o *office) leave(number string) {
	for i, e := range o.staff {
		if e.Number == number {
			o.staff[i].Active = false
		}
	}
}

// Who is not listed is asked about: of whom LINE WORKS says that there is nobody, the
// link is marked and stays; who is in another domain, or of whom nobody can tell, is not.
// A dry run says the same and marks nobody.
func TestWhoIsNotListedIsAskedAbout(t *testing.T) {
	o := newOffice(t)
	o.open(t)
	o.run(t, false)
	o.leave("8")
	o.hide(map[string]error{
		"user-0": nobody, "user-8": nobody, "user-2": nil, "user-4": &lineworks.Failure{Class: lineworks.Forbidden, Status: 403},
		"user-6":  &lineworks.Failure{Class: lineworks.Permanent, Code: "BAD_ID"},
		"user-10": &lineworks.Failure{Class: lineworks.NotFound, Status: 404, Code: "HTTP_404"},
	})
	if got := rows(o.run(t, true)); got != "DONE 2 u0@x u8@x" || o.gone(t) != "" || len(o.asked) != 6 {
		t.Errorf("dry run: %s; marked: %s; asked %q", got, o.gone(t), o.asked)
	}
	if got := rows(o.run(t, false)); got != "DONE 2 u0@x u8@x" || o.gone(t) != "user-0 user-8" {
		t.Errorf("%s; marked: %s", got, o.gone(t))
	}
	o.hide(map[string]error{"user-0": nobody, "user-8": nobody}) // of employees who have left nobody asks again
	if got := rows(o.run(t, false)); got != "DONE 1 u0@x" || o.gone(t) != "user-0 user-8" || len(o.asked) != 1 {
		t.Errorf("again: %s; marked: %s; asked %q", got, o.gone(t), o.asked)
	}
	o.hide(map[string]error{"user-0": nil, "user-8": nobody})
	if got := rows(o.run(t, false)); got != "DONE 0 " || o.gone(t) != "user-8" {
		t.Errorf("back in another domain: %s; marked: %s", got, o.gone(t))
	}
	o.hide(nil)
	if got := rows(o.run(t, false)); got != "DONE 0 " || o.gone(t) != "" || len(o.asked) != 0 {
		t.Errorf("back on the list: %s; marked: %s", got, o.gone(t))
	}
}

// A directory that is read to its half marks nobody, and asks about nobody.
func TestAPartOfTheDirectoryMarksNobody(t *testing.T) {
	o := newOffice(t)
	o.open(t)
	o.run(t, false)
	o.hide(map[string]error{"user-0": nobody})
	o.pause = func(cursor string) {
		if cursor == "xx" {
			o.fail = &lineworks.Failure{Class: lineworks.Permanent, Status: 400}
		}
	}
	if got := rows(o.run(t, false)); got != "FAILED 0 " || o.gone(t) != "" || len(o.asked) != 0 {
		t.Errorf("%s; marked: %s; asked %q", got, o.gone(t), o.asked)
	}
}

// A run asks about so many people a minute, and about each once.
func TestARunAsksSlowly(t *testing.T) {
	o := newOffice(t)
	o.open(t)
	o.run(t, false)
	people := map[string]error{}
	for i := range 31 {
		people[fmt.Sprint("user-", 2*i)] = nobody
	}
	o.hide(people)
	run := o.run(t, false)
	if run.State != "RUNNING" || len(o.asked) != 30 {
		t.Fatalf("%s with %d asked", run.State, len(o.asked))
	}
	for _, c := range []struct {
		wait  time.Duration
		asked int
	}{{time.Minute - time.Millisecond, 30}, {time.Millisecond, 31}} {
		o.pass(c.wait)
		(&process{office: o}).work(t.Context(), run.ID)
		if len(o.asked) != c.asked {
			t.Errorf("%v later %d are asked, want %d", c.wait, len(o.asked), c.asked)
		}
	}
	if run = o.read(t, run.ID); run.State != "DONE" || run.Counts[link.Lost] != 31 || run.UsersRead != employees/2-31 {
		t.Errorf("%s, %d gone, %d read", run.State, run.Counts[link.Lost], run.UsersRead)
	}
}

// Away while somebody is asked about: the run rests, and goes on. A process that dies
// around a question is replaced; everybody is counted once.
func TestAskingOutlivesTroubleAndDeath(t *testing.T) {
	o := newOffice(t)
	o.open(t)
	o.run(t, false)
	away := map[string]error{"user-0": &lineworks.Failure{Class: lineworks.Temporary}}
	o.hide(away)
	run := o.run(t, true)
	away["user-0"] = nobody
	if run.State != "RUNNING" {
		t.Fatalf("away: %s", run.State)
	}
	o.pass(10 * time.Second)
	(&process{office: o}).work(t.Context(), run.ID)
	if got := rows(o.read(t, run.ID)); got != "DONE 1 u0@x" {
		t.Error(got)
	}
	o.hide(map[string]error{"user-0": nobody, "user-2": nobody})
	for died, keep := range map[string]int{"before the first is kept": 1, "between the two": 2} {
		id, err := o.StartSync(t.Context(), o.tenant, o.conn, "accounts/a", true, false)
		if err != nil {
			t.Fatal(err)
		}
		p := &process{office: o, keep: keep}
		p.work(t.Context(), id.ID)
		o.pass(time.Minute)
		(&process{office: o}).work(t.Context(), id.ID)
		if got := rows(o.read(t, id.ID)); !p.dead || got != "DONE 2 u0@x u2@x" {
			t.Errorf("killed %s: %s", died, got)
		}
	}
}

// Of whom nobody can tell, a run asks once, however many they are, and comes to its end:
// they stay as they were.
func TestWhomNobodyKnowsIsAskedAboutOnce(t *testing.T) {
	o := newOffice(t)
	o.open(t)
	o.run(t, false)
	people := map[string]error{}
	for i := range 70 {
		people[fmt.Sprint("user-", 2*i)] = &lineworks.Failure{Class: lineworks.Forbidden, Status: 403}
	}
	o.hide(people)
	run := o.run(t, false)
	for range 3 {
		o.pass(time.Minute)
		(&process{office: o}).work(t.Context(), run.ID)
	}
	slices.Sort(o.asked)
	if run = o.read(t, run.ID); run.State != "DONE" || run.Reason != "" || run.EmployeesCompared != employees || o.gone(t) != "" {
		t.Errorf("%s %s, %d compared, gone %q", run.State, run.Reason, run.EmployeesCompared, o.gone(t))
	}
	if len(o.asked) != 70 || len(slices.Compact(o.asked)) != 70 {
		t.Errorf("%d questions about 70 people", len(o.asked))
	}
}

// A run asks so many questions and no more, also when it rests between them: the others
// stay as they were, and the run says so.
func TestARunAsksNoMoreThanSoMany(t *testing.T) {
	o := newOffice(t)
	o.open(t)
	o.run(t, false)
	people := map[string]error{}
	for i := range 70 {
		people[fmt.Sprint("user-", 2*i)] = nobody
	}
	o.hide(people)
	o.most = 35
	run := o.run(t, false)
	o.pass(time.Minute)
	(&process{office: o}).work(t.Context(), run.ID)
	run = o.read(t, run.ID)
	if run.State != "DONE" || run.Reason != link.MembersUnasked || len(o.asked) != 35 || run.Counts[link.Lost] != 35 || run.EmployeesCompared != employees {
		t.Errorf("%s %s, %d asked, %d gone, %d compared", run.State, run.Reason, len(o.asked), run.Counts[link.Lost], run.EmployeesCompared)
	}
	if text := link.SyncSentence(run.Reason); !strings.Contains(text.JA, "元のまま") || !strings.Contains(text.EN, "stay as they were") ||
		!strings.Contains(text.JA, "もう一度同期すると") || !strings.Contains(text.EN, "sync again") {
		t.Errorf("says %q", text)
	}
}
