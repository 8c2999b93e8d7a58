package credential

import (
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/dakoku/dakoku/platform/fault"
	"github.com/dakoku/dakoku/services/integration/internal/guide"
)

// Input is what an administrator typed, of either version.
type Input struct {
	Version                                                              Version
	BotID, BotSecret, ClientID, ClientSecret, ServiceAccount, PrivateKey string // API 2.0
	BotNo, APIID, ConsumerKey, ServerID, AuthKey                         string // API 1.0
}

// Check reads the input into a Set, or answers a fault that names every bad
// field at once, says what is wrong and where the value is found. White space
// around values is cut off.
func Check(in Input) (Set, error) {
	c := &checker{}
	var out Set
	switch in.Version {
	case V2:
		out = c.v2(in)
	case V1:
		out = c.v1(in)
	default:
		c.add("apiVersion", problemVersion, guide.Bot("「API Interface」の表示を確認してください(API 2.0 が V2 です)。", "API Interface shows which it is (API 2.0 is V2)."))
	}
	if len(c.fields) > 0 {
		return Set{}, fault.Invalid(c.fields...)
	}
	return out, nil
}

type checker struct{ fields []fault.Field }

func (c *checker) v2(in Input) Set {
	out := Set{
		Version:        V2,
		Bot:            c.digits("botId", in.BotID),
		BotSecret:      Secret(c.own("botSecret", in.BotSecret)),
		ClientID:       c.client(in.ClientID),
		ClientSecret:   Secret(c.own("clientSecret", in.ClientSecret)),
		ServiceAccount: c.account(in.ServiceAccount),
		PrivateKey:     Secret(c.key("privateKey", in.PrivateKey)),
	}
	c.alike(out)
	c.short("botSecret", out.BotSecret)
	c.short("clientSecret", out.ClientSecret)
	c.none(map[string]string{"botNo": in.BotNo, "apiId": in.APIID, "serverApiConsumerKey": in.ConsumerKey,
		"serverId": in.ServerID, "authKey": in.AuthKey}, problemOfV1)
	return out
}

func (c *checker) v1(in Input) Set {
	out := Set{
		Version:     V1,
		Bot:         c.digits("botNo", in.BotNo),
		APIID:       Secret(c.own("apiId", in.APIID)),
		ConsumerKey: Secret(c.own("serverApiConsumerKey", in.ConsumerKey)),
		ServerID:    c.own("serverId", in.ServerID),
		PrivateKey:  Secret(c.key("authKey", in.AuthKey)),
	}
	c.alike(out)
	c.short("apiId", out.APIID)
	c.short("serverApiConsumerKey", out.ConsumerKey)
	c.none(map[string]string{"botId": in.BotID, "botSecret": in.BotSecret, "clientId": in.ClientID,
		"clientSecret": in.ClientSecret, "serviceAccount": in.ServiceAccount, "privateKey": in.PrivateKey}, problemOfV2)
	return out
}

// value checks a key of one word and returns it trimmed.
func (c *checker) value(path, raw string) string {
	text := strings.TrimFunc(raw, func(r rune) bool { return unicode.IsSpace(r) || r == '\ufeff' || r == '\u200b' })
	if p := wordProblem(text); p != nil {
		c.add(path, p, placeOf(path))
	}
	return text
}

// own is a value that is neither an address nor one that we issue.
func (c *checker) own(path, raw string) string {
	text := c.value(path, raw)
	if wordProblem(text) == nil && address.MatchString(text) {
		c.add(path, problemAddress, placeOf(path))
	}
	return text
}

// minSecret is the fewest characters of a secret. LINE WORKS documents no length;
// the shortest that it issues has ten. Fewer than eight are a slip, and as a key of
// callbacks they could be guessed.
const minSecret = 8

// short refuses a secret that is too short to be one. A field that has a violation
// already gets no second one.
func (c *checker) short(path string, s Secret) {
	bad := slices.ContainsFunc(c.fields, func(f fault.Field) bool { return f.Path == path })
	if !bad && len(s) < minSecret {
		c.add(path, problemTooShort, placeOf(path))
	}
}

// address is a login id, a service account or an e-mail address. Which signs a
// key of LINE WORKS may have is documented nowhere, so that an @ alone says
// nothing.
var address = regexp.MustCompile(`^[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*$`)

// wordProblem finds what is wrong with one word; nil when nothing is.
func wordProblem(text string) *problem {
	const maxWord = 512
	switch {
	case text == "":
		return problemRequired
	case len(text) > maxWord:
		return problemTooLong
	case masked(text):
		return problemMasked
	case strings.ContainsFunc(text, unicode.IsSpace):
		return problemWhitespace
	case !utf8.ValidString(text) || strings.ContainsFunc(text, func(r rune) bool { return r < ' ' || r >= 0x7f }):
		return problemFullWidth
	case strings.HasPrefix(text, "dkt_") || strings.HasPrefix(text, "dkk_"):
		return problemOurs
	case strings.Contains(text, "://"):
		return problemURL
	}
	return nil
}

// masked tells what screens show in place of a key, in whole or in part.
func masked(text string) bool {
	return strings.Trim(text, "*.") == "" || strings.ContainsAny(text, "•●") ||
		strings.Contains(text, "***") || strings.Contains(text, "[redacted]")
}

// digits checks a bot number. LINE WORKS names it in every callback without
// zeros in front: with one it would be another text, and no callback would fit.
// Only when the word itself is sound, so that a
// field has one violation.
func (c *checker) digits(path, raw string) string {
	text := c.value(path, raw)
	if wordProblem(text) != nil {
		return text
	}
	const maxDigits = 20
	if strings.Trim(text, "0123456789") != "" || text[0] == '0' || len(text) > maxDigits {
		c.add(path, problemDigits, placeOf(path))
	}
	return text
}

// client checks a client id; the service account pasted in its place is the
// usual slip.
func (c *checker) client(raw string) string {
	text := c.value("clientId", raw)
	if wordProblem(text) == nil && strings.Contains(text, "@") {
		c.add("clientId", problemClient, placeOf("clientId"))
	}
	return text
}

func (c *checker) account(raw string) string {
	text := c.value("serviceAccount", raw)
	if wordProblem(text) != nil {
		return text
	}
	local, domain, found := strings.Cut(text, "@")
	if !found || domain == "" || !strings.HasSuffix(local, ".serviceaccount") {
		c.add("serviceAccount", problemAccount, placeOf("serviceAccount"))
	}
	return text
}

func (c *checker) key(path, raw string) string {
	if strings.TrimSpace(raw) == "" {
		c.add(path, problemRequired, placeOf(path))
		return ""
	}
	text, _, p := readKey(raw)
	switch p {
	case nil:
	case keyEncrypted, keyTooSmall:
		c.add(path, p, anew(path))
	default:
		c.add(path, p, placeOf(path))
	}
	return text
}

// none refuses values of the other version: mixed sets are a slip.
func (c *checker) none(others map[string]string, p *problem) {
	for _, path := range []string{"botId", "botSecret", "clientId", "clientSecret", "serviceAccount", "privateKey",
		"botNo", "apiId", "serverApiConsumerKey", "serverId", "authKey"} {
		if strings.TrimSpace(others[path]) != "" {
			c.add(path, p, fault.Text{})
		}
	}
}

func (c *checker) add(path string, p *problem, where fault.Text) {
	c.fields = append(c.fields, fault.Field{Path: path, Reason: p.reason, Text: p.text(where)})
}
