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
		results string
		links   string
	}{
		"new":                {nil, people("taro"), []Member{{"u", "taro@x"}}, "CREATED ", "taro taro@x u"},
		"no member":          {nil, people("taro"), nil, "NO_MATCH ", ""},
		"two members":        {nil, people("taro"), []Member{{"u", "taro@x"}, {"v", "taro@x"}}, "NO_MATCH ", ""},
		"two employees":      {nil, append(people("taro"), Employee{ID: "b", Email: "taro@x", Active: true}), []Member{{"u", "taro@x"}}, "NO_MATCH ,NO_MATCH ", ""},
		"no address":         {nil, []Employee{{ID: "b", Active: true}}, []Member{{"u", "taro@x"}}, "NO_MATCH ", ""},
		"inactive":           {nil, []Employee{{ID: "b", Email: "taro@x"}}, []Member{{"u", "taro@x"}}, "", ""},
		"as it should be":    {[]string{"taro taro@x u"}, people("taro"), []Member{{"u", "taro@x"}}, "UNCHANGED ", "taro taro@x u"},
		"first named":        {[]string{"taro taro@x -"}, people("taro"), []Member{{"u", "taro@x"}}, "UNCHANGED ", "taro taro@x u"},
		"renamed":            {[]string{"taro old@x u"}, people("taro"), []Member{{"u", "taro@x"}}, "CHANGED ", "taro taro@x u"},
		"made by hand":       {[]string{"taro other@x -"}, people("taro"), []Member{{"u", "taro@x"}}, "FAILED " + OtherAccount, "taro other@x -"},
		"another person":     {[]string{"taro taro@x v"}, people("taro"), []Member{{"u", "taro@x"}}, "FAILED " + OtherAccount, "taro taro@x v"},
		"taken":              {[]string{"hana taro@x -"}, people("taro"), []Member{{"u", "taro@x"}}, "FAILED " + AccountTaken, "hana taro@x u"},
		"the person is hana": {[]string{"hana h@x u"}, people("taro"), []Member{{"u", "taro@x"}}, "FAILED " + AccountTaken, "hana taro@x u"},
		"an old login id":    {[]string{"hana taro@x v"}, people("taro"), []Member{{"u", "taro@x"}}, "CREATED ", "hana v v, taro taro@x u"},
	} {
		t.Run(name, func(t *testing.T) {
			b := opened(c.stored...)
			members := map[string][]Member{}
			for _, m := range c.members {
				members[m.LoginID] = append(members[m.LoginID], m)
			}
			var got []string
			for _, o := range b.Match(c.staff, ByEmail(c.staff), members) {
				got = append(got, string(o.Result)+" "+o.Reason)
			}
			if strings.Join(got, ",") != c.results || b.show() != c.links {
				t.Errorf("%q and %q", got, b.show())
			}
		})
	}
}

func TestEveryReasonHasBothSentences(t *testing.T) {
	for _, reason := range []string{EmployeeUnknown, EmployeeInactive, NumberTwice, AccountTwice, AccountTaken, OtherAccount} {
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
