package credential

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/dakoku/dakoku/platform/fault"
)

// Each field says on which page of the Developer Console its value is found, and
// by what name.
func TestEachFieldSaysItsPlace(t *testing.T) {
	for version, places := range map[Version]map[string][2]string{
		V2: {
			"botId": {"「Bot」", "Bot ID"}, "botSecret": {"「Bot」", "Bot Secret"}, "clientId": {"「ClientApp」", "Client ID"},
			"clientSecret": {"「ClientApp」", "Client Secret"}, "serviceAccount": {"「ClientApp」", "Service Account"}, "privateKey": {"「ClientApp」", "Private Key"},
		},
		V1: {
			"botNo": {"「Bot」", "Bot No."}, "apiId": {"「API 1.0」", "API ID"}, "serverApiConsumerKey": {"「API 1.0」", "Server API Consumer Key"},
			"serverId": {"「API 1.0」", "Server List (ID登録タイプ) の Server ID"}, "authKey": {"「API 1.0」", "認証キー"},
		},
	} {
		_, err := Check(Input{Version: version})
		f, _ := fault.From(err)
		if f == nil || len(f.Fields()) != len(places) {
			t.Fatalf("%s: %v", version, err)
		}
		for _, v := range f.Fields() {
			page, name := places[v.Path][0], places[v.Path][1]
			if !strings.Contains(v.Text.JA, page) || !strings.Contains(v.Text.JA, "、"+name+" を") || !strings.Contains(v.Text.EN, strings.Trim(page, "「」")) {
				t.Errorf("%s is not said to be %s of %s: %+v", v.Path, name, page, v.Text)
			}
		}
	}
}

func TestWhatNoKeyboardWritesIsRefused(t *testing.T) {
	for _, odd := range []string{"a\x7fb", "a\xffb", "a\u200bb", "a\u202eb", "–"} {
		in := goodV2(t)
		in.BotSecret = odd
		_, err := Check(in)
		if d := cmp.Diff(map[string]string{"botSecret": "FULL_WIDTH"}, violations(err)); d != "" {
			t.Errorf("%q:\n%s", odd, d)
		}
	}
}

// A print is the beginning of SHA-256, of each secret its own.
func TestPrintsAreOfTheSecrets(t *testing.T) {
	printOf := func(s string) string {
		sum := sha256.Sum256([]byte(s))
		return hex.EncodeToString(sum[:8])
	}
	v2, err := Check(goodV2(t))
	if err != nil {
		t.Fatal(err)
	}
	v1, err := Check(goodV1(t))
	if err != nil {
		t.Fatal(err)
	}
	key := printOf(pkcs8PEM(t))
	if d := cmp.Diff(Prints{PrivateKey: key, BotSecret: printOf("secret-of-bot"), ClientSecret: printOf("secret-of-client"), ClientID: printOf("client-id")}, v2.Fingerprints()); d != "" {
		t.Error(d)
	}
	if d := cmp.Diff(Prints{PrivateKey: key, APIID: printOf("jp1AbCdEf"), ConsumerKey: printOf("consumer-key"), ServerID: printOf("the-server")}, v1.Fingerprints()); d != "" {
		t.Error(d)
	}
}
