package naming

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"go.uber.org/zap"

	"github.com/dakoku/dakoku/services/integration/internal/lineworks"
	"github.com/dakoku/dakoku/services/integration/internal/link"
)

var noon = time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC)

// office is one organization, its links and what each connection to LINE WORKS says.
type office struct {
	links   []link.Link
	claim   Claim
	trouble map[string]error // by account, or by connection and account
	asked   []string
	named   []string
	rest    time.Duration
	ended   bool
	known   string // whom LINE WORKS has named before
}

func (o *office) NamingDue(context.Context, time.Time, int) ([]string, error) {
	return []string{"t"}, nil
}

func (o *office) ClaimNaming(context.Context, string, time.Time, time.Time) (Claim, error) {
	o.claim.Lease++
	return o.claim, nil
}

func (o *office) Unnamed(_ context.Context, _ string, lease int64, limit int) ([]link.Link, error) {
	if lease != o.claim.Lease {
		return nil, errors.New("another lease")
	}
	return o.links[:min(limit, len(o.links))], nil
}

func (o *office) Name(_ context.Context, _, _ string, asked link.Link, m link.Member) error {
	o.named = append(o.named, asked.Account+"="+m.User)
	return nil
}

func (o *office) RestNaming(_ context.Context, _ string, claimed, until time.Time) error {
	o.rest = until.Sub(noon)
	if !claimed.Equal(noon.Add(leaseTime)) {
		o.rest = -1
	}
	return nil
}

func (o *office) EndNaming(context.Context, string, int64, time.Time) error {
	o.ended = true
	return nil
}

func (o *office) Named(context.Context, string, string, int) ([]string, error) {
	if o.known == "" {
		return nil, nil
	}
	return []string{o.known}, nil
}

func (o *office) WhoIs(_ context.Context, _, conn, account string) (lineworks.Member, error) {
	if o.asked = append(o.asked, account); len(o.claim.By) > 1 {
		o.asked[len(o.asked)-1] = conn + account
	}
	for _, key := range []string{conn + account, account} {
		if err := o.trouble[key]; err != nil {
			return lineworks.Member{}, err
		}
	}
	return lineworks.Member{User: "U" + account, LoginID: account, Active: true}, nil
}

// round serves the office once, with so many links that were made at noon.
func (o *office) round(t *testing.T, links int) {
	t.Helper()
	for i := range links {
		o.links = append(o.links, link.Link{Employee: fmt.Sprint("e", i), Account: fmt.Sprint(i), Created: noon})
	}
	New(o, o, func() time.Time { return noon }, zap.NewNop(), 0).Round(t.Context())
}

var (
	forbidden = &lineworks.Failure{Class: lineworks.Forbidden, Status: 403, Code: "FORBIDDEN"}
	nobody    = &lineworks.Failure{Class: lineworks.NotFound, Status: 404, Code: "USER_NOT_EXIST", Absent: lineworks.Recipient}
	away      = &lineworks.Failure{Class: lineworks.Temporary, Status: 503}
)

// Trouble that passes is waited for, nobody is asked about twice for an answer, and each
// question is followed by its rest, also the last one: new links do not hasten the
// questions. Whoever is refused keeps nobody else from being asked about.
func TestHowARoundEnds(t *testing.T) {
	failed := func(class lineworks.Class, status int) error {
		return &lineworks.Failure{Class: class, Status: status, Code: "NOT_FOUND"}
	}
	for name, c := range map[string]struct {
		links   int
		conn    string
		trouble error // of the second person
		asked   int
		named   string
		rest    time.Duration
		ended   bool
	}{
		"all of them":            {3, "c", nil, 3, "[0=U0 1=U1 2=U2]", 3 * each, false},
		"nobody has the account": {3, "c", failed(lineworks.NotFound, 404), 3, "[0=U0 2=U2 1=]", 3 * each, false},
		"more than a batch":      {batch + 1, "c", failed(lineworks.NotFound, 404), batch, "", batch * each, false},
		"no connection":          {3, "", nil, 0, "[]", idle, false},
		"none left":              {0, "", nil, 0, "[]", 0, true},
		"forbidden for one":      {3, "c", failed(lineworks.Forbidden, 403), 3, "[0=U0 2=U2 1=]", 3 * each, false},
		"the last is forbidden":  {2, "c", failed(lineworks.Forbidden, 403), 2, "[0=U0]", 2 * each, false},
		"a 404 of nobody knows":  {2, "c", &lineworks.Failure{Class: lineworks.NotFound, Status: 404, Code: "HTTP_404"}, 2, "[0=U0]", 2 * each, false},
		"keys refused":           {3, "c", &lineworks.Failure{Class: lineworks.Unauthorized, Keys: true}, 2, "[0=U0]", refuse, false},
		"away":                   {3, "c", away, 2, "[0=U0]", pause, false},
		"the store is away":      {3, "c", errors.New("x"), 2, "[0=U0]", pause, false},
		"no budget":              {3, "c", &lineworks.Failure{Class: lineworks.RateLimited, Reset: time.Hour}, 2, "[0=U0]", time.Hour, false},
	} {
		t.Run(name, func(t *testing.T) {
			o := &office{trouble: map[string]error{"1": c.trouble}}
			if c.conn != "" {
				o.claim.By = []string{c.conn}
			}
			o.round(t, c.links)
			if len(o.asked) != c.asked || o.rest != c.rest || o.ended != c.ended || c.named != "" && fmt.Sprint(o.named) != c.named {
				t.Errorf("asked %q, named %q, rest %v, ended %v", o.asked, o.named, o.rest, o.ended)
			}
		})
	}
}

// An app that may not look anybody up uses up nobody's question, however often it is
// tried; who is refused for their own sake is not asked about for ever. Somebody who is
// answered tells the two apart: one behind them, or whom LINE WORKS has named before.
func TestARefusalOfTheAppUsesUpNoQuestion(t *testing.T) {
	for name, c := range map[string]struct {
		links int
		known string
		about error // the known one
		asked string
		named string
		rest  time.Duration
	}{
		"nobody is known":            {2, "", nil, "[0 1]", "[]", refuse},
		"the app":                    {2, "k", forbidden, "[0 1 k]", "[]", refuse},
		"LINE WORKS is away by then": {2, "k", &lineworks.Failure{Class: lineworks.RateLimited, Reset: time.Hour}, "[0 1 k]", "[]", time.Hour},
		"two people":                 {2, "k", nil, "[0 1 k]", "[0= 1=]", 3 * each},
		"two, and the known one is of another LINE WORKS": {2, "k", nobody, "[0 1 k]", "[0= 1=]", 3 * each},
		"two, and somebody behind them":                   {4, "", nil, "[0 1 2 3]", "[2=U2 3=U3 0= 1=]", 4 * each},
		"one, who is the last":                            {1, "k", nil, "[0 k]", "[0=]", 2 * each},
		"the app, when one is left":                       {1, "k", forbidden, "[0 k]", "[]", refuse},
	} {
		t.Run(name, func(t *testing.T) {
			o := &office{claim: Claim{By: []string{"c"}}, known: c.known, trouble: map[string]error{"0": forbidden, "1": forbidden, "k": c.about}}
			o.round(t, c.links)
			if fmt.Sprint(o.asked) != c.asked || fmt.Sprint(o.named) != c.named || o.rest != c.rest {
				t.Errorf("asked %q, named %q, rest %v", o.asked, o.named, o.rest)
			}
		})
	}
}
