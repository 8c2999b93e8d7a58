package credential

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/dakoku/dakoku/platform/fault"
)

// What belongs into no field of one word, or into another one, is refused with
// the place of the right value.
func TestValuesOfOtherThingsAreRefused(t *testing.T) {
	for name, c := range map[string]struct {
		version Version
		change  func(*Input)
		want    map[string]string
	}{
		"our token":          {V2, func(in *Input) { in.BotSecret = "dkt_abc" }, map[string]string{"botSecret": "ISSUED_BY_DAKOKU"}},
		"our API key":        {V2, func(in *Input) { in.ClientID = "dkk_abc" }, map[string]string{"clientId": "ISSUED_BY_DAKOKU"}},
		"URL":                {V1, func(in *Input) { in.APIID = "https://x.example/" }, map[string]string{"apiId": "URL"}},
		"URL of 2.0":         {V2, func(in *Input) { in.ClientSecret = "https://x.example/" }, map[string]string{"clientSecret": "URL"}},
		"e-mail":             {V1, func(in *Input) { in.ConsumerKey = "taro@x.example" }, map[string]string{"serverApiConsumerKey": "ADDRESS"}},
		"e-mail as API ID":   {V1, func(in *Input) { in.APIID = "taro@x.example" }, map[string]string{"apiId": "ADDRESS"}},
		"account as server":  {V1, func(in *Input) { in.ServerID = "a1.serviceaccount@x" }, map[string]string{"serverId": "ADDRESS"}},
		"account as secret":  {V2, func(in *Input) { in.ClientSecret = "b2.serviceaccount@x" }, map[string]string{"clientSecret": "ADDRESS"}},
		"e-mail as secret":   {V2, func(in *Input) { in.BotSecret = "taro@x.example" }, map[string]string{"botSecret": "ADDRESS"}},
		"one letter":         {V2, func(in *Input) { in.BotSecret = "s" }, map[string]string{"botSecret": "TOO_SHORT"}},
		"seven letters":      {V2, func(in *Input) { in.ClientSecret = "1234567" }, map[string]string{"clientSecret": "TOO_SHORT"}},
		"short ones of 1.0":  {V1, func(in *Input) { in.APIID, in.ConsumerKey = "jp1", "1234567" }, map[string]string{"apiId": "TOO_SHORT", "serverApiConsumerKey": "TOO_SHORT"}},
		"secrets alike":      {V2, func(in *Input) { in.BotSecret = in.ClientSecret }, map[string]string{"botSecret": "SAME_AS_ANOTHER", "clientSecret": "SAME_AS_ANOTHER"}},
		"client alike":       {V2, func(in *Input) { in.ClientID = in.ClientSecret }, map[string]string{"clientId": "SAME_AS_ANOTHER", "clientSecret": "SAME_AS_ANOTHER"}},
		"bot alike":          {V2, func(in *Input) { in.BotSecret = in.BotID }, map[string]string{"botId": "SAME_AS_ANOTHER", "botSecret": "SAME_AS_ANOTHER"}},
		"server alike":       {V1, func(in *Input) { in.ServerID = in.APIID }, map[string]string{"serverId": "SAME_AS_ANOTHER", "apiId": "SAME_AS_ANOTHER"}},
		"consumer key alike": {V1, func(in *Input) { in.ServerID = in.ConsumerKey }, map[string]string{"serverId": "SAME_AS_ANOTHER", "serverApiConsumerKey": "SAME_AS_ANOTHER"}},
		"one violation each": {V2, func(in *Input) { in.ClientSecret, in.ClientID = in.ServiceAccount, in.ServiceAccount },
			map[string]string{"clientId": "NOT_A_CLIENT_ID", "clientSecret": "ADDRESS", "serviceAccount": "SAME_AS_ANOTHER"}},
	} {
		t.Run(name, func(t *testing.T) {
			in := goodV2(t)
			if c.version == V1 {
				in = goodV1(t)
			}
			c.change(&in)
			set, err := Check(in)
			if d := cmp.Diff(c.want, violations(err)); d != "" || set != (Set{}) {
				t.Fatal(d)
			}
			f, _ := fault.From(err)
			for _, v := range f.Fields() {
				saysWhere(t, v)
			}
		})
	}
}

// A key with an @ that is no address is nobody's business: which signs a key has
// is documented nowhere.
func TestASignAloneIsNoAddress(t *testing.T) {
	in := goodV2(t)
	in.ClientSecret, in.BotSecret = "a@b@c@d@e", "x/@+=/@+="
	if _, err := Check(in); err != nil {
		t.Error(err)
	}
}

func TestSecretsOfSetsThatWorkedStayInTheirFields(t *testing.T) {
	summary := func(in Input) Summary {
		set, err := Check(in)
		if err != nil {
			t.Fatal(err)
		}
		return set.Summary()
	}
	v2, v1 := goodV2(t), goodV1(t)
	worked := []Summary{summary(v2), summary(v1)}
	for name, c := range map[string]struct {
		in     Input
		change func(*Input)
		want   map[string]string
	}{
		"the same again":   {v2, func(*Input) {}, map[string]string{}},
		"the same of 1.0":  {v1, func(*Input) {}, map[string]string{}},
		"the bot of 1.0":   {v2, func(in *Input) { in.BotID = v1.BotNo }, map[string]string{}},
		"a new secret":     {v2, func(in *Input) { in.ClientSecret = "new-secret" }, map[string]string{}},
		"client swapped":   {v2, func(in *Input) { in.ClientID, in.ClientSecret = in.ClientSecret, in.ClientID }, map[string]string{"clientId": "OF_ANOTHER_FIELD", "clientSecret": "OF_ANOTHER_FIELD"}},
		"half a swap":      {v2, func(in *Input) { in.ClientID, in.ClientSecret = in.ClientSecret, "new-secret" }, map[string]string{"clientId": "OF_ANOTHER_FIELD"}},
		"secrets swapped":  {v2, func(in *Input) { in.BotSecret, in.ClientSecret = in.ClientSecret, in.BotSecret }, map[string]string{"botSecret": "OF_ANOTHER_FIELD", "clientSecret": "OF_ANOTHER_FIELD"}},
		"server swapped":   {v1, func(in *Input) { in.ServerID, in.APIID = in.APIID, in.ServerID }, map[string]string{"serverId": "OF_ANOTHER_FIELD", "apiId": "OF_ANOTHER_FIELD"}},
		"consumer swapped": {v1, func(in *Input) { in.ServerID, in.ConsumerKey = in.ConsumerKey, in.ServerID }, map[string]string{"serverId": "OF_ANOTHER_FIELD", "serverApiConsumerKey": "OF_ANOTHER_FIELD"}},
		"of the other API": {v2, func(in *Input) { in.ClientID = v1.APIID }, map[string]string{"clientId": "OF_ANOTHER_FIELD"}},
	} {
		c.change(&c.in)
		err := summary(c.in).Against(worked)
		if d := cmp.Diff(c.want, violations(err)); d != "" {
			t.Errorf("%s:\n%s", name, d)
			continue
		}
		if f, bad := fault.From(err); bad {
			for _, v := range f.Fields() {
				saysWhere(t, v)
				if !strings.Contains(v.Text.JA, "取り違え") || !strings.Contains(v.Text.EN, "wrong field") {
					t.Errorf("%s: %+v", name, v.Text)
				}
			}
		}
	}
}
