package link

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"
)

var noon = time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC)

// opened is a book of links written "employee account user", user "-" for none
// and a trailing "!" for gone.
func opened(links ...string) *Book {
	var out []Link
	for _, text := range links {
		part := strings.Fields(strings.TrimSuffix(text, "!"))
		l := Link{Employee: part[0], Account: part[1], User: strings.Trim(part[2], "-"), Created: noon.Add(-time.Hour), Revision: 1}
		if strings.HasSuffix(text, "!") {
			l.Gone = noon.Add(-time.Minute)
		}
		out = append(out, l)
	}
	return NewBook(out, noon)
}

func (b *Book) show() string {
	var out []string
	for _, l := range b.links {
		user, gone := l.User, ""
		if user == "" {
			user = "-"
		}
		if !l.Gone.IsZero() {
			gone = "!"
		}
		out = append(out, l.Employee+" "+l.Account+" "+user+gone)
	}
	slices.Sort(out)
	return strings.Join(out, ", ")
}

func (b *Book) history() string {
	var out []string
	for _, c := range b.Changes() {
		out = append(out, fmt.Sprint(c.Employee, " ", c.Verb, " ", c.Account))
	}
	return strings.Join(out, ", ")
}

// Every story begins with stored links and ends with links and a history.
func TestWhatThePlatformSays(t *testing.T) {
	for name, c := range map[string]struct {
		stored  []string
		happens func(*Book)
		links   string
		history string
	}{
		"first named": {[]string{"taro t@x -"}, func(b *Book) { b.Observe("u", "T@x") },
			"taro t@x u", "taro IDENTIFIED t@x"},
		"named again": {[]string{"taro t@x u"}, func(b *Book) { b.Observe("u", "t@x") },
			"taro t@x u", ""},
		"renamed": {[]string{"taro t@x u"}, func(b *Book) { b.Observe("u", "new@x") },
			"taro new@x u", "taro RENAMED new@x"},
		"a stranger has the login id": {[]string{"taro t@x u"}, func(b *Book) { b.Observe("v", "t@x") },
			"taro t@x u", ""},
		"nobody": {[]string{"taro t@x u"}, func(b *Book) { b.Observe("v", "v@x"); b.Vanish("w") },
			"taro t@x u", ""},
		"gone": {[]string{"taro t@x u"}, func(b *Book) { b.Vanish("u"); b.Vanish("u") },
			"taro t@x u!", "taro GONE t@x"},
		"gone in API 1.0": {[]string{"taro t@x -"}, func(b *Book) { b.Vanish("T@x") },
			"taro t@x -!", "taro GONE t@x"},
		"returned": {[]string{"taro t@x u!"}, func(b *Book) { b.Observe("u", "t@x") },
			"taro t@x u", "taro RETURNED t@x"},
		"a login id that can be none": {[]string{"taro t@x u"}, func(b *Book) { b.Observe("u", "") },
			"taro t@x u", ""},
		"returned with a login id that can be none": {[]string{"taro t@x u!"}, func(b *Book) { b.Observe("u", "") },
			"taro t@x u", "taro RETURNED t@x"},
		"returned and first named": {[]string{"taro t@x -!"}, func(b *Book) { b.Observe("u", "t@x") },
			"taro t@x u", "taro RETURNED t@x, taro IDENTIFIED t@x"},
		"typed userId returns": {[]string{"taro u -!"}, func(b *Book) { b.Observe("u", "t@x") },
			"taro t@x u", "taro RETURNED u, taro IDENTIFIED u, taro RENAMED t@x"},
		"typed userId in another case": {[]string{"taro u1 -"}, func(b *Book) { b.Observe("U1", "t@x") },
			"taro t@x U1", "taro IDENTIFIED u1, taro RENAMED t@x"},
		"the userId is known in one case only": {[]string{"taro u1" + " u1"}, func(b *Book) { b.Observe("U1", "t@x") },
			"taro u1" + " u1", ""},
		"typed userId beside the login id": {[]string{"taro u -", "hana t@x -"}, func(b *Book) { b.Observe("u", "t@x") },
			"hana t@x -, taro u u", "taro IDENTIFIED u"},
		"the login id is written otherwise": {[]string{"taro t@x -"}, func(b *Book) { b.Observe("u", "\u3000T@X ") },
			"taro t@x u", "taro IDENTIFIED t@x"},
		"a sign that only looks like the login id": {[]string{"taro k@x -"}, func(b *Book) { b.Observe("u", "\u212a@x") },
			"taro k@x -", ""},
		"the userId stood for the login id": {[]string{"taro u u"}, func(b *Book) { b.Observe("u", "t@x") },
			"taro t@x u", "taro RENAMED t@x"},
		"two swapped login ids": {[]string{"taro a@x u", "hana b@x v"}, func(b *Book) { b.Observe("u", "b@x"); b.Observe("v", "a@x") },
			"hana a@x v, taro b@x u", "hana RENAMED v, taro RENAMED b@x, hana RENAMED a@x"},
		"the new login id was given to somebody by hand": {[]string{"taro a@x u", "hana b@x -"}, func(b *Book) { b.Observe("u", "b@x") },
			"hana b@x -, taro a@x u", ""},
		"no room for who has to give way": {[]string{"taro a@x u", "hana b@x v", "jiro v -"}, func(b *Book) { b.Observe("u", "b@x") },
			"hana b@x v, jiro v -, taro a@x u", ""},
	} {
		t.Run(name, func(t *testing.T) {
			b := opened(c.stored...)
			c.happens(b)
			if b.show() != c.links || b.history() != c.history {
				t.Errorf("%q and %q", b.show(), b.history())
			}
		})
	}
}

func TestAssign(t *testing.T) {
	for name, c := range map[string]struct {
		stored   []string
		wants    []Want
		verdicts string
		links    string
	}{
		"new":                                {nil, []Want{{"taro", "t@x", ""}}, "CREATED ", "taro t@x -"},
		"same":                               {[]string{"taro t@x u"}, []Want{{"taro", "t@x", ""}}, "UNCHANGED ", "taro t@x u"},
		"another account forgets the userId": {[]string{"taro t@x u!"}, []Want{{"taro", "new@x", ""}}, "CHANGED ", "taro new@x -"},
		"taken":                              {[]string{"taro t@x u"}, []Want{{"hana", "t@x", ""}}, "FAILED taro", "taro t@x u"},
		"swap":                               {[]string{"taro a@x u", "hana b@x v"}, []Want{{"taro", "b@x", ""}, {"hana", "a@x", ""}}, "CHANGED ,CHANGED ", "hana a@x -, taro b@x -"},
		"ring":                               {[]string{"a 1 -", "b 2 -", "c 3 -"}, []Want{{"a", "2", ""}, {"b", "3", ""}, {"c", "1", ""}}, "CHANGED ,CHANGED ,CHANGED ", "a 2 -, b 3 -, c 1 -"},
		"move up":                            {[]string{"a 1 -"}, []Want{{"b", "1", ""}, {"a", "2", ""}}, "CREATED ,CHANGED ", "a 2 -, b 1 -"},
		"no domino":                          {[]string{"a 1 -", "b 2 -", "c 3 -"}, []Want{{"a", "2", ""}, {"b", "3", ""}, {"d", "1", ""}}, "FAILED b,FAILED c,FAILED a", "a 1 -, b 2 -, c 3 -"},
		"good beside bad":                    {[]string{"c 3 -"}, []Want{{"a", "3", ""}, {"b", "2", ""}}, "FAILED c,CREATED ", "b 2 -, c 3 -"},
		"the person is linked already":       {[]string{"taro a@x u"}, []Want{{"hana", "b@x", "u"}}, "FAILED taro", "taro a@x u"},
		"a typed userId is the person":       {[]string{"taro a@x u"}, []Want{{"hana", "u", ""}}, "FAILED taro", "taro a@x u"},
		"a userId typed in another case":     {[]string{"taro a@x U1"}, []Want{{"hana", "u1", ""}}, "FAILED taro", "taro a@x U1"},
		"an old login id gives way":          {[]string{"taro a@x u"}, []Want{{"hana", "a@x", "v"}}, "CREATED ", "hana a@x v, taro u u"},
		"not if the person is unknown":       {[]string{"taro a@x -"}, []Want{{"hana", "a@x", "v"}}, "FAILED taro", "taro a@x -"},
		"same account, first named":          {[]string{"taro a@x -"}, []Want{{"taro", "a@x", "u"}}, "UNCHANGED ", "taro a@x u"},
		"same account, another person":       {[]string{"taro a@x u"}, []Want{{"taro", "a@x", "v"}}, "CHANGED ", "taro a@x v"},
	} {
		t.Run(name, func(t *testing.T) {
			b := opened(c.stored...)
			var got []string
			for _, v := range b.Assign(c.wants) {
				got = append(got, string(v.Result)+" "+v.Holder)
			}
			if strings.Join(got, ",") != c.verdicts || b.show() != c.links {
				t.Errorf("%q and %q", got, b.show())
			}
		})
	}
}

// What is stored is what changed: an employee's old row goes, the new one comes.
func TestRowsAreWhatChanged(t *testing.T) {
	b := opened("taro a@x u", "hana b@x v", "jiro c@x -")
	b.Remove("jiro")
	b.Assign([]Want{{"taro", "c@x", ""}, {"saki", "d@x", ""}})
	outdated, current := b.Rows()
	slices.Sort(outdated)
	revisions := map[string]int64{}
	for _, l := range current {
		revisions[l.Employee] = l.Revision
	}
	if fmt.Sprint(outdated) != "[jiro taro]" || len(revisions) != 2 || revisions["taro"] != 2 || revisions["saki"] != 1 {
		t.Errorf("%v, %v", outdated, revisions)
	}
	if b.history() != "jiro UNLINKED c@x, taro LINKED c@x, saki LINKED d@x" || b.Remove("jiro") {
		t.Errorf("%q", b.history())
	}
}

// Whoever else is linked with a login id, and not gone, has to be asked about.
func TestRival(t *testing.T) {
	for links, want := range map[string]string{"taro t@x u": "u", "taro t@x v": "", "taro t@x -": "", "taro t@x u!": "", "taro a@x u": ""} {
		if got := opened(links).Rival("v", "T@x"); got != want {
			t.Errorf("%s: %q", links, got)
		}
	}
}

// A link is only replaced by a person who says so.
func TestReplaces(t *testing.T) {
	for links, want := range map[string]bool{"taro t@x u": true, "taro t@x v": false, "taro t@x -": false, "taro a@x v": true, "taro a@x -": true, "hana t@x u": false} {
		if got := opened(links).Replaces(Want{Employee: "taro", Account: "t@x", User: "v"}); got != want {
			t.Errorf("%s: %t", links, got)
		}
	}
}
