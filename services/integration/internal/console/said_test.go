package console

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/dakoku/dakoku/services/integration/internal/check"
	"github.com/dakoku/dakoku/services/integration/internal/connection"
	"github.com/dakoku/dakoku/services/integration/internal/credential"
	"github.com/dakoku/dakoku/services/integration/internal/lineworks"
)

// said reads one sentence of the screens.
func said(t *testing.T, language, file, key string) string {
	t.Helper()
	all, err := os.ReadFile(filepath.Join("..", "..", "..", "..", "console", "src", "i18n", language, file+".ts"))
	if err != nil {
		t.Fatal(err)
	}
	found := regexp.MustCompile(`"` + regexp.QuoteMeta(key) + `":\s*"([^"]*)"`).FindSubmatch(all)
	if found == nil {
		t.Fatalf("%s: %s has no %s", language, file, key)
	}
	return string(found[1])
}

// A token is given for scopes only that are ticked, each of them (LINE WORKS
// documentation, auth-jwt): whoever follows the guide must have ticked all we ask for.
func TestTheGuideNamesEveryScopeThatIsAskedFor(t *testing.T) {
	whole := func(scope string) *regexp.Regexp {
		return regexp.MustCompile(`(^|[^a-z.])` + regexp.QuoteMeta(scope) + `([^a-z.]|\.? |\.?$)`)
	}
	places := map[string]string{"manual.v2.2": "integrations", "replyRemedy.ACCESS_DENIED": "replies", "replyRemedy.FORBIDDEN": "replies"}
	for _, language := range []string{"ja", "en"} {
		for key, file := range places {
			for _, scope := range append(lineworks.RunScopes(), scopeBot) {
				if words := said(t, language, file, key); !whole(scope).MatchString(words) {
					t.Errorf("%s: %s does not name %s: %s", language, key, scope, words)
				}
			}
		}
	}
}

// What a test of the connection tells people to press is on the screens under that name.
func TestRemediesNameButtonsThatAreThere(t *testing.T) {
	seen := check.Seen{Version: credential.V2, OurURLs: []string{"https://dakoku.example.jp/x"}}
	bot := func(staged bool) (ja, en string) {
		seen.Staged = staged
		for _, i := range check.Judge(seen) {
			if i.Kind == check.CallbackURL {
				return i.Remedy.JA, i.Remedy.EN
			}
		}
		return "", ""
	}
	nowJA, nowEN := bot(false)
	firstJA, firstEN := bot(true)
	broken, lookUps := check.Broken(connection.Cause{Reason: connection.AccessRefused}), check.LookUps(connection.Cause{Reason: connection.LookUpsForbidden})
	for _, c := range []struct{ language, remedy, key string }{
		{"ja", nowJA, "register.callback"}, {"en", nowEN, "register.callback"},
		{"ja", firstJA, "register.callback"}, {"en", firstEN, "register.callback"},
		{"ja", firstJA, "keySet.activate"}, {"en", firstEN, "keySet.activate"},
		{"ja", broken.Remedy.JA, "connect.activate"}, {"ja", lookUps.Remedy.JA, "connect.activate"},
	} {
		label := said(t, c.language, "integrations", c.key)
		if !strings.Contains(c.remedy, "「"+label+"」") && !strings.Contains(c.remedy, "“"+label+"”") {
			t.Errorf("%s: no %s in: %s", c.language, label, c.remedy)
		}
	}
	if remedy := lookUps.Remedy; strings.Contains(remedy.JA+remedy.EN, "directory") {
		t.Errorf("the scope directory.read does not help a look-up: %s", remedy.JA)
	}
}
