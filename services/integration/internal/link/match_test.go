package link

import (
	"strings"
	"testing"
)

// Employees are named like their number and have name@x as address.
func TestMatch(t *testing.T) {
	people := func(names ...string) (out []Employee) {
		for _, n := range names {
			out = append(out, Employee{ID: n, Number: n, Email: strings.ToUpper(n) + "@x", Active: true})
		}
		return out
	}
	for name, c := range map[string]struct {
		stored  []string
		staff   []Employee
		members []Member
		relink  bool
		results string
		links   string
	}{
		"new":                        {nil, people("taro"), []Member{{"u", "taro@x", true}}, false, "CREATED ", "taro taro@x u"},
		"no member":                  {nil, people("taro"), nil, false, "NO_MATCH " + MemberMissing, ""},
		"two members":                {nil, people("taro"), []Member{{"u", "taro@x", true}, {"v", "taro@x", true}}, false, "NO_MATCH " + MembersMany, ""},
		"two employees":              {nil, append(people("taro"), Employee{ID: "b", Email: "taro@x", Active: true}), []Member{{"u", "taro@x", true}}, false, "NO_MATCH " + EmailShared + ",NO_MATCH " + EmailShared, ""},
		"no address":                 {nil, []Employee{{ID: "b", Active: true}}, []Member{{"u", "taro@x", true}}, false, "NO_MATCH " + EmailMissing, ""},
		"inactive":                   {nil, []Employee{{ID: "b", Email: "taro@x"}}, []Member{{"u", "taro@x", true}}, false, "", ""},
		"as it should be":            {[]string{"taro taro@x u"}, people("taro"), []Member{{"u", "taro@x", true}}, false, "UNCHANGED ", "taro taro@x u"},
		"first named":                {[]string{"taro taro@x -"}, people("taro"), []Member{{"u", "taro@x", true}}, false, "UNCHANGED ", "taro taro@x u"},
		"renamed":                    {[]string{"taro old@x u"}, people("taro"), []Member{{"u", "taro@x", true}}, false, "CHANGED ", "taro taro@x u"},
		"made by hand":               {[]string{"taro other@x -"}, people("taro"), []Member{{"u", "taro@x", true}}, false, "FAILED " + OtherAccount, "taro other@x -"},
		"taken":                      {[]string{"hana taro@x -"}, people("taro"), []Member{{"u", "taro@x", true}}, false, "FAILED " + AccountTaken, "hana taro@x u"},
		"the person is hana":         {[]string{"hana h@x u"}, people("taro"), []Member{{"u", "taro@x", true}}, false, "FAILED " + AccountTaken, "hana taro@x u"},
		"an old login id":            {[]string{"hana taro@x v"}, people("taro"), []Member{{"u", "taro@x", true}}, false, "CREATED ", "hana v v, taro taro@x u"},
		"typed userId":               {[]string{"taro u -"}, people("taro"), []Member{{"U", "taro@x", true}}, false, "CHANGED ", "taro taro@x U"},
		"suspended":                  {[]string{"taro taro@x u"}, people("taro"), []Member{{"u", "taro@x", false}}, false, "GONE " + MemberGone, "taro taro@x u!"},
		"suspended, not named yet":   {[]string{"taro taro@x -"}, people("taro"), []Member{{"u", "taro@x", false}}, false, "GONE " + MemberGone, "taro taro@x -!"},
		"suspended, another address": {[]string{"taro t@x -"}, people("taro"), []Member{{"u", "taro@x", false}}, false, "NO_MATCH " + MemberUnsure, "taro t@x -"},
		"suspended, no link":         {nil, people("taro"), []Member{{"u", "taro@x", false}}, false, "NO_MATCH " + MemberInactive, ""},
		"suspended, login id reused": {[]string{"taro taro@x -"}, people("taro"), []Member{{"u", "taro@x", false}, {"v", "taro@x", true}}, false, "UNCHANGED ", "taro taro@x v"},
		"back, not named yet":        {[]string{"taro taro@x -!"}, people("taro"), []Member{{"u", "taro@x", true}}, false, "UNCHANGED ", "taro taro@x u"},
		"deleted, no address":        {[]string{"taro taro@x u"}, people("taro"), []Member{{"u", "", false}}, false, "GONE " + MemberGone, "taro taro@x u!"},
		"back":                       {[]string{"taro taro@x u!"}, people("taro"), []Member{{"u", "taro@x", true}}, false, "UNCHANGED ", "taro taro@x u"},
		"gone before, not listed":    {[]string{"taro taro@x u!"}, people("taro"), nil, false, "GONE " + MemberGone, "taro taro@x u!"},
		"back, no login id":          {[]string{"taro taro@x u!"}, people("taro"), []Member{{"u", "", true}}, false, "UNCHANGED ", "taro taro@x u"},
		"left, gone":                 {[]string{"b taro@x u"}, []Employee{{ID: "b", Email: "taro@x"}}, []Member{{"u", "", false}}, false, "GONE " + MemberGone, "b taro@x u!"},
		"left, gone before":          {[]string{"b taro@x u!"}, []Employee{{ID: "b", Email: "taro@x"}}, []Member{{"u", "", false}}, false, "", "b taro@x u!"},
		"left, still there":          {[]string{"b taro@x u"}, []Employee{{ID: "b", Email: "taro@x"}}, []Member{{"u", "taro@x", true}}, false, "", "b taro@x u"},
		"left, back":                 {[]string{"b taro@x u!"}, []Employee{{ID: "b", Email: "taro@x"}}, []Member{{"u", "taro@x", true}}, false, "", "b taro@x u"},
		"renamed away":               {[]string{"taro taro@x u"}, people("taro"), []Member{{"u", "new@x", true}}, false, "CHANGED ", "taro new@x u"},
		"nothing to follow":          {[]string{"taro taro@x u"}, people("taro"), []Member{{"u", "", true}}, false, "UNCHANGED ", "taro taro@x u"},
		"linked by another login id": {[]string{"taro t.yamada@x u"}, people("taro"), []Member{{"u", "t.yamada@x", true}}, false, "UNCHANGED ", "taro t.yamada@x u"},
		"such a one, without e-mail": {[]string{"taro t.yamada@x u"}, []Employee{{ID: "taro", Number: "taro", Active: true}}, []Member{{"u", "t.yamada@x", true}}, false, "UNCHANGED ", "taro t.yamada@x u"},
		"such a one, not named yet":  {[]string{"taro t.yamada@x -"}, people("taro"), []Member{{"u", "t.yamada@x", true}}, false, "UNCHANGED ", "taro t.yamada@x u"},
		"such a one, suspended":      {[]string{"taro t.yamada@x u"}, people("taro"), []Member{{"u", "t.yamada@x", false}}, false, "GONE " + MemberGone, "taro t.yamada@x u!"},
		"such a one, not listed":     {[]string{"taro t.yamada@x u"}, people("taro"), []Member{{"v", "v@x", true}}, false, "NO_MATCH " + MemberUnsure, "taro t.yamada@x u"},
		"not listed, without e-mail": {[]string{"taro t.yamada@x u"}, []Employee{{ID: "taro", Number: "taro", Active: true}}, nil, false, "NO_MATCH " + MemberUnsure, "taro t.yamada@x u"},
		"not listed, shared address": {[]string{"taro t.yamada@x u"}, append(people("taro"), Employee{ID: "b", Email: "taro@x", Active: true}), nil, false,
			"NO_MATCH " + MemberUnsure + ",NO_MATCH " + EmailShared, "taro t.yamada@x u"},
		"not listed, several members":      {[]string{"taro t.yamada@x u"}, people("taro"), []Member{{"v", "taro@x", true}, {"w", "taro@x", true}}, false, "NO_MATCH " + MemberUnsure, "taro t.yamada@x u"},
		"several have the linked login id": {[]string{"taro taro@x -"}, people("taro"), []Member{{"v", "taro@x", true}, {"w", "taro@x", true}}, false, "NO_MATCH " + MembersMany, "taro taro@x -"},
		"typed userId, another address":    {[]string{"taro u -"}, people("taro"), []Member{{"U", "t@x", true}}, false, "UNCHANGED ", "taro u -"},
		"typed userId, suspended":          {[]string{"taro u -"}, people("taro"), []Member{{"U", "t@x", false}}, false, "NO_MATCH " + MemberUnsure, "taro u -"},
		"renamed, and the login id is another's": {[]string{"taro taro@x u"}, people("taro"), []Member{{"u", "new@x", true}, {"v", "taro@x", true}}, true,
			"FAILED " + OtherAccount, "taro new@x u"},
		"created anew, or renamed":    {[]string{"taro taro@x u"}, people("taro"), []Member{{"v", "taro@x", true}}, false, "FAILED " + OtherAccount, "taro taro@x u"},
		"nobody can tell, confirmed":  {[]string{"taro taro@x u"}, people("taro"), []Member{{"v", "taro@x", true}}, true, "FAILED " + OtherAccount, "taro taro@x u"},
		"created anew, known":         {[]string{"taro taro@x u!"}, people("taro"), []Member{{"v", "taro@x", true}}, false, "FAILED " + Recreated, "taro taro@x u!"},
		"created anew, listed":        {[]string{"taro taro@x u"}, people("taro"), []Member{{"u", "", false}, {"v", "taro@x", true}}, false, "FAILED " + Recreated, "taro taro@x u!"},
		"created anew, confirmed":     {[]string{"taro taro@x u!"}, people("taro"), []Member{{"v", "taro@x", true}}, true, "CHANGED ", "taro taro@x v"},
		"another's link is over":      {[]string{"taro old@x u!"}, people("taro"), []Member{{"v", "taro@x", true}}, true, "CHANGED ", "taro taro@x v"},
		"made by hand, confirmed":     {[]string{"taro other@x -"}, people("taro"), []Member{{"u", "taro@x", true}}, true, "FAILED " + OtherAccount, "taro other@x -"},
		"another login id, confirmed": {[]string{"taro other@x v"}, people("taro"), []Member{{"u", "taro@x", true}}, true, "FAILED " + OtherAccount, "taro other@x v"},
		"created anew, taken":         {[]string{"taro taro@x u!", "hana h@x v"}, people("taro"), []Member{{"v", "taro@x", true}}, true, "FAILED " + AccountTaken, "hana taro@x v, taro u u!"},
	} {
		t.Run(name, func(t *testing.T) {
			b := opened(c.stored...)
			var got []string
			for _, o := range b.Match(c.staff, ByEmail(c.staff), NewMembers(Home{Sole: true}, c.members), c.relink) {
				got = append(got, string(o.Result)+" "+o.Reason)
			}
			if strings.Join(got, ",") != c.results || b.show() != c.links {
				t.Errorf("%q and %q", got, b.show())
			}
		})
	}
}

func TestEveryReasonHasBothSentences(t *testing.T) {
	for _, reason := range []string{EmployeeUnknown, EmployeeInactive, NumberTwice, AccountTwice, AccountTaken, OtherAccount, Recreated,
		EmailMissing, EmailShared, MemberMissing, MemberInactive, MembersMany, MemberGone, MemberElsewhere, MemberUnsure} {
		if s := Sentence(reason); s.JA == "" || s.EN == "" {
			t.Error(reason)
		}
	}
	for reason := range syncSentences {
		if s := SyncSentence(reason); s.JA == "" || s.EN == "" {
			t.Error(reason)
		}
	}
}
