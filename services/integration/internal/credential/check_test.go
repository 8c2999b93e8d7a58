package credential

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/dakoku/dakoku/platform/fault"
)

func goodV2(t *testing.T) Input {
	t.Helper()
	return Input{
		Version: V2, BotID: " 2000001\n", BotSecret: "secret-of-bot", ClientID: "client-id", ClientSecret: "\tsecret-of-client ",
		ServiceAccount: "abc12.serviceaccount@example", PrivateKey: pkcs8PEM(t),
	}
}

func goodV1(t *testing.T) Input {
	t.Helper()
	return Input{Version: V1, BotNo: "1234", APIID: "jp1AbCdEf", ConsumerKey: "consumer-key", ServerID: "the-server", AuthKey: pkcs8PEM(t)}
}

func violations(err error) map[string]string {
	out := map[string]string{}
	if f, ok := fault.From(err); ok {
		for _, v := range f.Fields() {
			out[v.Path] += v.Reason
		}
	}
	return out
}

func TestCheckAccepts(t *testing.T) {
	v2, err := Check(goodV2(t))
	if err != nil {
		t.Fatal(err)
	}
	if v2.Bot != "2000001" || v2.ClientSecret.Reveal() != "secret-of-client" || v2.SigningSecret().Reveal() != "secret-of-bot" {
		t.Errorf("values are not trimmed or mixed up")
	}
	v1, err := Check(goodV1(t))
	if err != nil || v1.SigningSecret().Reveal() != "jp1AbCdEf" || v1.Bot != "1234" {
		t.Errorf("API 1.0: %v", err)
	}
	for _, set := range []Set{v1, v2} {
		if _, err := set.Key(); err != nil {
			t.Error(err)
		}
	}
}

func TestCheckNamesEveryBadField(t *testing.T) {
	cases := map[string]struct {
		change func(*Input)
		want   map[string]string
	}{
		"nothing": {func(in *Input) { *in = Input{Version: V2} }, map[string]string{"botId": "REQUIRED", "botSecret": "REQUIRED",
			"clientId": "REQUIRED", "clientSecret": "REQUIRED", "serviceAccount": "REQUIRED", "privateKey": "REQUIRED"}},
		"nothing of 1.0": {func(in *Input) { *in = Input{Version: V1} }, map[string]string{"botNo": "REQUIRED", "apiId": "REQUIRED",
			"serverApiConsumerKey": "REQUIRED", "serverId": "REQUIRED", "authKey": "REQUIRED"}},
		"no version":        {func(in *Input) { in.Version = "" }, map[string]string{"apiVersion": "REQUIRED"}},
		"bot is a name":     {func(in *Input) { in.BotID = "bot" }, map[string]string{"botId": "NOT_DIGITS"}},
		"bot with zeros":    {func(in *Input) { in.BotID = "00123" }, map[string]string{"botId": "NOT_DIGITS"}},
		"bot too long":      {func(in *Input) { in.BotID = strings.Repeat("1", 21) }, map[string]string{"botId": "NOT_DIGITS"}},
		"full width digits": {func(in *Input) { in.BotID = "１２３" }, map[string]string{"botId": "FULL_WIDTH"}},
		"inner space":       {func(in *Input) { in.ClientID = "cli ent" }, map[string]string{"clientId": "WHITESPACE"}},
		"ideographic space": {func(in *Input) { in.ClientID = "cli　ent" }, map[string]string{"clientId": "WHITESPACE"}},
		"full width":        {func(in *Input) { in.ClientSecret = "ｓecret" }, map[string]string{"clientSecret": "FULL_WIDTH"}},
		"control":           {func(in *Input) { in.ClientSecret = "a\x01b" }, map[string]string{"clientSecret": "FULL_WIDTH"}},
		"mask":              {func(in *Input) { in.BotSecret = "********" }, map[string]string{"botSecret": "MASKED"}},
		"mask of dots":      {func(in *Input) { in.BotSecret = "••••••••" }, map[string]string{"botSecret": "MASKED"}},
		"mask of circles":   {func(in *Input) { in.ClientSecret = "●●●●" }, map[string]string{"clientSecret": "MASKED"}},
		"half a mask":       {func(in *Input) { in.ClientSecret = "abcd****" }, map[string]string{"clientSecret": "MASKED"}},
		"our own mask":      {func(in *Input) { in.ClientSecret = "[redacted]" }, map[string]string{"clientSecret": "MASKED"}},
		"too long":          {func(in *Input) { in.BotSecret = strings.Repeat("x", 513) }, map[string]string{"botSecret": "TOO_LONG"}},
		"own account":       {func(in *Input) { in.ServiceAccount = "taro@example" }, map[string]string{"serviceAccount": "NOT_A_SERVICE_ACCOUNT"}},
		"account, no domain": {func(in *Input) { in.ServiceAccount = "a.serviceaccount" },
			map[string]string{"serviceAccount": "NOT_A_SERVICE_ACCOUNT"}},
		"client and account swapped": {func(in *Input) { in.ClientID, in.ServiceAccount = in.ServiceAccount, in.ClientID },
			map[string]string{"clientId": "NOT_A_CLIENT_ID", "serviceAccount": "NOT_A_SERVICE_ACCOUNT"}},
		"mixed": {func(in *Input) { in.BotNo, in.AuthKey = "1", "x" },
			map[string]string{"botNo": "NOT_OF_THIS_VERSION", "authKey": "NOT_OF_THIS_VERSION"}},
		"two at once": {func(in *Input) { in.BotID, in.PrivateKey = "x", "y" }, map[string]string{"botId": "NOT_DIGITS", "privateKey": "NOT_A_KEY"}},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			in := goodV2(t)
			c.change(&in)
			set, err := Check(in)
			if d := cmp.Diff(c.want, violations(err)); d != "" || set != (Set{}) {
				t.Fatal(d)
			}
			f, _ := fault.From(err)
			for _, v := range f.Fields() {
				if v.Text.JA == "" || v.Text.EN == "" || strings.Contains(fmt.Sprint(v), "secret-of") {
					t.Errorf("text of %s: %+v", v.Path, v.Text)
				}
				saysWhere(t, v)
			}
		})
	}
}

// saysWhere wants in both languages the place in the Developer Console, unless
// the field is to be left empty or chosen.
func saysWhere(t *testing.T, v fault.Field) {
	t.Helper()
	if v.Path == "apiVersion" || v.Reason == "NOT_OF_THIS_VERSION" {
		return
	}
	for _, text := range []string{v.Text.JA, v.Text.EN} {
		if !strings.Contains(text, "Developer Console") {
			t.Errorf("%s, %s does not say where the value is found: %s", v.Path, v.Reason, text)
		}
	}
}

// Each key that is no good says what it is and where the right one is found.
func TestCheckOfKeysSaysWhere(t *testing.T) {
	for _, version := range []Version{V1, V2} {
		for name, text := range map[string]string{
			"KEY_ENCRYPTED": strings.ReplaceAll(pkcs8PEM(t), "PRIVATE KEY", "ENCRYPTED PRIVATE KEY"), "PUBLIC_KEY": strings.ReplaceAll(pkcs8PEM(t), "PRIVATE", "PUBLIC"),
			"CERTIFICATE": strings.ReplaceAll(pkcs8PEM(t), "PRIVATE KEY", "CERTIFICATE"), "NOT_RSA": strings.ReplaceAll(pkcs8PEM(t), "PRIVATE", "EC PRIVATE"),
			"KEY_TOO_SMALL": block8(t, small(t)), "KEY_DAMAGED": pkcs8PEM(t)[:200], "NOT_A_KEY": "abc",
			"HYPHENS_REPLACED": strings.ReplaceAll(pkcs8PEM(t), "-", "\u2212"), "TWO_KEYS": pkcs8PEM(t) + another(t), "REQUIRED": "　",
		} {
			in, path := goodV2(t), "privateKey"
			in.PrivateKey = text
			if version == V1 {
				in, path = goodV1(t), "authKey"
				in.AuthKey = text
			}
			_, err := Check(in)
			f, _ := fault.From(err)
			if f == nil || len(f.Fields()) != 1 || f.Fields()[0].Path != path || f.Fields()[0].Reason != name {
				t.Errorf("%s %s: %v", version, name, err)
				continue
			}
			saysWhere(t, f.Fields()[0])
			text := f.Fields()[0].Text
			issue := strings.Contains(text.JA, "発行し直し、ダウンロード") && (strings.Contains(text.EN, "issue a new Private Key") || strings.Contains(text.EN, "Server List (ID type) anew"))
			if issue != (name == "KEY_ENCRYPTED" || name == "KEY_TOO_SMALL") {
				t.Errorf("%s %s: %+v", version, name, text)
			}
		}
	}
}

func TestCheckCutsWhatCopyingAdds(t *testing.T) {
	in := goodV2(t)
	in.BotID, in.ClientID, in.ServiceAccount = "\u3000123\u3000", "\ufeffclient\r\n", "\u200ba.serviceaccount@example\u00a0"
	in.PrivateKey = "秘密鍵です:\r\n" + strings.ReplaceAll(in.PrivateKey, "\n", "\r\n") + "以上"
	got, err := Check(in)
	if err != nil || got.Bot != "123" || got.ClientID != "client" || got.ServiceAccount != "a.serviceaccount@example" {
		t.Errorf("%q %q %q, %v", got.Bot, got.ClientID, got.ServiceAccount, err)
	}
}

func TestSetsDoNotPrint(t *testing.T) {
	set, err := Check(goodV2(t))
	if err != nil {
		t.Fatal(err)
	}
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x"} {
		if text := fmt.Sprintf(verb, set); strings.Contains(text, "secret-of") || strings.Contains(text, "BEGIN") || strings.Contains(text, "7365637265742d6f66") {
			t.Errorf("%s prints a secret", verb)
		}
	}
	raw, err := set.BotSecret.MarshalText()
	if err != nil || string(raw) != "[redacted]" {
		t.Errorf("marshals to %s", raw)
	}
}
