package e2e

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"maps"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
)

// canary is a secret that was planted, or that was seen to be handed out.
type canary struct {
	what  string
	value string
}

// canaries are all of them. Secrets may be added while the programs run.
type canaries struct {
	mu    sync.Mutex
	known map[string]canary // by value
}

// add plants a secret; a key file is planted line by line and as the bytes that
// its lines mean.
func (c *canaries) add(what, value string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	block, _ := pem.Decode([]byte(value))
	if block == nil {
		c.known[value] = canary{what, value}
		return
	}
	lines := strings.Split(strings.TrimSpace(value), "\n")
	for _, n := range []int{3, 9, len(lines) - 4} { // the first lines of two keys are alike
		c.known[lines[n]] = canary{what, lines[n]}
	}
	middle := string(block.Bytes[len(block.Bytes)/2:][:32])
	c.known[middle] = canary{what, middle}
}

// all are those known by now: the programs go on while they are looked for.
func (c *canaries) all() map[string]canary {
	c.mu.Lock()
	defer c.mu.Unlock()
	return maps.Clone(c.known)
}

// forms are the ways in which somebody may have written the value, in lower
// case: raw, as hex and base64 wherever it stands in what was encoded, and
// escaped for JSON, a URL and Go.
func (c canary) forms() []string {
	out := []string{c.value, hex.EncodeToString([]byte(c.value)), url.QueryEscape(c.value), url.PathEscape(c.value)}
	for _, quoted := range []string{strconv.Quote(c.value), strconv.QuoteToASCII(c.value), marshalled(c.value, true), marshalled(c.value, false)} {
		out = append(out, strings.Trim(quoted, `"`))
	}
	for before := range 3 {
		text := append(make([]byte, before), c.value...)
		for _, encoding := range []*base64.Encoding{base64.RawStdEncoding, base64.RawURLEncoding} {
			encoded := encoding.EncodeToString(text)
			out = append(out, encoded[(before*8+5)/6:len(text)*8/6])
		}
	}
	for n := range out {
		out[n] = strings.ToLower(out[n])
	}
	slices.Sort(out)
	return slices.Compact(out)
}

func marshalled(value string, html bool) string {
	var out bytes.Buffer
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(html)
	_ = encoder.Encode(value) // a string can be encoded
	return strings.TrimSpace(out.String())
}

// place is something that was written and might be read by somebody.
type place struct {
	name string
	text string
}

// shown is where the contract itself shows a secret.
type shown struct {
	what   string // of the canary
	where  *regexp.Regexp
	times  int // that it may be there; 0: as often as asked
	reason string
}

func contract() []shown {
	door := func(rest string) *regexp.Regexp {
		return regexp.MustCompile(`^answer of the admin door: ` + rest + `$`)
	}
	return []shown{
		{"callback token", door(`(POST|GET) /v1/connections/[0-9a-f-]+/tokens 200`), 0, "an administrator pastes it into the Developer Console and may look it up again"},
		{"callback token", door(`POST /v1/connections/[0-9a-f-]+:registerCallback 200`), 0, "the answer is the URL that was registered"},
		{"API key", door(`POST /v1/apiKeys 200`), 1, "the one time that a key is told"},
		{"invitation", door(`POST /v1/accounts(/[0-9a-f-]+:invite)? 200`), 2, "the one time that a link is told, with its secret apart"},
		{"TOTP secret", door(`POST /v1/session/totp 200`), 2, "the one time that an app is given it, with its URI"},
		{"recovery code", door(`POST /v1/session/totp:(confirm|renewRecoveryCodes) 200`), 1, "the one time that a recovery code is told"},
		{"session cookie", door(`POST /v1/(setup|session|session:changePassword|session:prove|session/totp:confirm|session/totp:remove) 200`), 1, "Set-Cookie, to who logs in"},
		{"setup secret", regexp.MustCompile(`^output of admin-gateway$`), 1, "on the terminal of who installs"},
	}
}

// leaks names every place in which a canary is and may not be.
func (c *canaries) leaks(places []place) []string {
	var found []string
	known, forms, rules, allowed := c.all(), map[string][]string{}, contract(), map[string]int{}
	for value, one := range known {
		forms[value] = one.forms()
	}
	for _, p := range places {
		text := strings.ToLower(p.text)
		for value, one := range known {
			n := slices.IndexFunc(forms[value], func(form string) bool { return strings.Contains(text, form) })
			if n < 0 {
				continue
			}
			rule := slices.IndexFunc(rules, func(s shown) bool { return s.what == one.what && s.where.MatchString(p.name) })
			if rule >= 0 {
				allowed[one.value] += strings.Count(text, forms[value][n])
				if times := rules[rule].times; times == 0 || allowed[one.value] <= times {
					continue
				}
			}
			at := strings.Index(text, forms[value][n])
			found = append(found, fmt.Sprintf("%s is in %s: %q", one.what, p.name, text[max(at-120, 0):min(at+len(forms[value][n])+40, len(text))]))
		}
	}
	slices.Sort(found)
	return found
}

// TestCanaries plants a secret in every field that takes or makes one, drives
// the programs through good and bad days, and looks for each secret, in every
// form, in all that was written: output, answers, debug pages, columns, files.
func TestCanaries(t *testing.T) {
	t.Parallel()
	a := newAviary(t)
	a.setUp()
	a.invite()
	a.connectBots()
	a.hire()
	a.rotateKeys()
	a.talk()
	a.askAboutBots()
	a.askBadly()
	a.lookAtEverything()
	a.failSending()
	a.withoutDatabase()
	a.lookAtEverything()
	places := a.places()
	for _, leak := range a.canaries.leaks(places) {
		t.Error(leak)
	}
	t.Logf("%d canaries, %d places; LINE WORKS mirrored %d calls", len(a.canaries.all()), len(places), a.mirror.hits.Load())
	a.finds(places)
}

// finds proves that the search sees what it looks for: every canary, in each
// form, in a place of each kind.
func (a *aviary) finds(places []place) {
	a.t.Helper()
	for value, one := range a.canaries.all() {
		alone := &canaries{known: map[string]canary{value: one}}
		for _, form := range []string{
			value, hex.EncodeToString([]byte(value)), strings.ToUpper(hex.EncodeToString([]byte(value))),
			base64.StdEncoding.EncodeToString([]byte("xy" + value + "z")), base64.URLEncoding.EncodeToString([]byte("x" + value)),
			base64.StdEncoding.EncodeToString([]byte(value)), url.QueryEscape(value), fmt.Sprintf("%+q", value), marshalled(value, true),
		} {
			probe := place{"column nowhere", "before " + form + " after"}
			if len(alone.leaks([]place{probe})) == 0 {
				a.t.Errorf("%s is not found as %q", one.what, form)
			}
		}
	}
	for _, kind := range []string{"output of", "answer of the admin door", "answer of the public door", "page", "column", "file"} {
		if !slices.ContainsFunc(places, func(p place) bool { return strings.HasPrefix(p.name, kind) && p.text != "" }) {
			a.t.Errorf("nothing was collected as %s", kind)
		}
	}
}
