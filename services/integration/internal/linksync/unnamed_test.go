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

// typed links an employee, whom the directory does not list, by what somebody typed.
func (o *office) typed(t *testing.T, number, account string) {
	t.Helper()
	at := slices.IndexFunc(o.staff, func(e link.Employee) bool { return e.Number == number })
	by := store.By{Actor: "accounts/a", Source: link.ByEdit}
	if _, err := o.AssignLinks(t.Context(), o.tenant, []link.Want{{Employee: o.staff[at].ID, Account: account}}, by, false); err != nil {
		t.Fatal(err)
	}
}

// typedLinks are the links of employees with odd numbers: account, userId and "!" for gone.
func (o *office) typedLinks(t *testing.T) string {
	t.Helper()
	all, err := o.LinksAfter(t.Context(), o.tenant, nil, "", employees)
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, l := range all {
		if strings.HasPrefix(l.User, "user-") {
			continue
		}
		text := l.Account + " " + l.User
		if !l.Gone.IsZero() {
			text += "!"
		}
		out = append(out, text)
	}
	slices.Sort(out)
	return strings.Join(out, ", ")
}

// Whoever was linked by a login id and never named is asked about, too: whom LINE WORKS
// does not know is marked, whom it knows gets the userId. An answer about somebody else,
// and that nobody has a userId whose case is lost, say nothing. A dry run marks nobody.
func TestWhoWasLinkedByLoginIDIsAskedAbout(t *testing.T) {
	o := newOffice(t)
	o.open(t)
	o.run(t, false)
	for number, account := range map[string]string{"1": "gone@other", "3": "there@other", "5": "alias@other", "7": "typed-user", "9": "unclear@other"} {
		o.typed(t, number, account)
	}
	before := o.typedLinks(t)
	o.hide(map[string]error{"gone@other": nobody, "typed-user": nobody, "unclear@other": &lineworks.Failure{Class: lineworks.Forbidden, Status: 403}})
	o.named = map[string]lineworks.Member{"there@other": {User: "V", LoginID: "There@other", Active: true}, "alias@other": {User: "W", LoginID: "unclear@other", Active: true}}
	if got := rows(o.run(t, true)); got != "DONE 1 gone@other" || o.typedLinks(t) != before || len(o.asked) != 5 {
		t.Errorf("dry run: %s; %s; asked %q", got, o.typedLinks(t), o.asked)
	}
	want := "alias@other , gone@other !, there@other V, typed-user , unclear@other "
	if got := rows(o.run(t, false)); got != "DONE 1 gone@other" || o.typedLinks(t) != want {
		t.Errorf("%s; %s", got, o.typedLinks(t))
	}
	o.named["gone@other"] = lineworks.Member{User: "U", LoginID: "gone@other", Active: true}
	if got := rows(o.run(t, false)); got != "DONE 0 " || !strings.Contains(o.typedLinks(t), "gone@other U,") {
		t.Errorf("back: %s; %s", got, o.typedLinks(t))
	}
}

// Who is suspended in a domain that the directory does not list is marked as whoever is
// suspended in it, and is not back before LINE WORKS says so.
func TestWhoIsSuspendedElsewhereIsMarked(t *testing.T) {
	o := newOffice(t)
	o.open(t)
	o.run(t, false)
	o.typed(t, "1", "away@other")
	o.hide(map[string]error{"user-0": nil})
	o.named = map[string]lineworks.Member{"away@other": {User: "V", LoginID: "away@other"}, "user-0": {User: "user-0", LoginID: "u0@x"}}
	for range 2 {
		if got := rows(o.run(t, false)); got != "DONE 2 away@other u0@x" || o.typedLinks(t) != "away@other !" {
			t.Errorf("%s; %s", got, o.typedLinks(t))
		}
	}
	o.named["user-0"] = lineworks.Member{User: "user-0", LoginID: "u0@x", Active: true}
	if got := rows(o.run(t, false)); got != "DONE 1 away@other" {
		t.Errorf("back: %s", got)
	}
}

// Of more people than a run asks about, the next run asks about those whom this one left,
// and the one after it begins again; each is asked about as often as the others.
func TestTheNextRunAsksAboutTheOthers(t *testing.T) {
	o := newOffice(t)
	o.open(t)
	o.run(t, false)
	people := map[string]error{}
	for i := range 12 {
		people[fmt.Sprint("user-", 2*i)] = [2]error{nobody, &lineworks.Failure{Class: lineworks.Forbidden, Status: 403}}[i%2]
	}
	o.hide(people)
	o.most = 4
	for round := range 6 {
		o.pass(time.Second)
		if run := o.run(t, false); run.State != "DONE" || run.Reason != link.MembersUnasked {
			t.Fatalf("%s %s", run.State, run.Reason)
		}
		counts := map[string]int{}
		for _, user := range o.asked {
			counts[user]++
		}
		for user := range people {
			if n := counts[user]; n < (round+1)/3 || n > round/3+1 {
				t.Errorf("%s is asked about %d times in %d runs", user, n, round+1)
			}
		}
	}
}
