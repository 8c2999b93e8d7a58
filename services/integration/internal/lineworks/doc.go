// Package lineworks speaks to the LINE WORKS platform: access tokens, login ids
// of people, messages and how a bot is set up, in API 2.0 and 1.0.
//
// It knows requests, answers and what each failure means for a repetition. It
// makes exactly one attempt per call. It refuses to know queues, databases and
// when to try again.
package lineworks

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"strings"
	"sync/atomic"
	"time"

	"github.com/dakoku/dakoku/services/integration/internal/credential"
)

const (
	connectLimit = 3 * time.Second
	tlsLimit     = 5 * time.Second
	headerLimit  = 10 * time.Second
	callLimit    = 12 * time.Second
	maxAnswer    = 4 << 20 // a page of a hundred members with all their fields fits
)

// Config says where the platform is. The three addresses are required.
type Config struct {
	AuthURL  string // of the token endpoints
	APIURL   string // of API 2.0
	APIV1URL string // of API 1.0
	Now      func() time.Time
	Names    *net.Resolver // finds the three hosts; nil asks the system
}

// Client calls the platform. Safe for concurrent use.
type Client struct {
	auth, api, apiV1 string
	http             *http.Client
	now              func() time.Time
	skew             atomic.Int64 // far side's clock minus ours, nanoseconds
	dated            atomic.Bool  // the far side has told its time
}

// New makes a client. Nothing is called. A bad address is an error that names
// its setting.
func New(cfg Config) (*Client, error) {
	for name, address := range map[string]string{
		"DAKOKU_LINEWORKS_AUTH_URL": cfg.AuthURL, "DAKOKU_LINEWORKS_API_URL": cfg.APIURL, "DAKOKU_LINEWORKS_API_V1_URL": cfg.APIV1URL,
	} {
		u, err := url.Parse(address)
		if err != nil || (u.Scheme != "https" && u.Scheme != "http") || u.Host == "" || u.RawQuery != "" || u.User != nil {
			return nil, fmt.Errorf("%s: %q is not a base address such as https://www.worksapis.com", name, address)
		}
	}
	c := &Client{
		auth: strings.TrimRight(cfg.AuthURL, "/"), api: strings.TrimRight(cfg.APIURL, "/"),
		apiV1: strings.TrimRight(cfg.APIV1URL, "/"), http: httpClient(cfg.Names), now: cfg.Now,
	}
	if c.now == nil {
		c.now = time.Now
	}
	return c, nil
}

// Close ends idle connections.
func (c *Client) Close() { c.http.CloseIdleConnections() }

func httpClient(names *net.Resolver) *http.Client {
	return &http.Client{
		Transport: &http.Transport{
			Proxy:                  http.ProxyFromEnvironment,
			DialContext:            (&net.Dialer{Timeout: connectLimit, Resolver: names}).DialContext,
			TLSHandshakeTimeout:    tlsLimit,
			ResponseHeaderTimeout:  headerLimit,
			MaxResponseHeaderBytes: 64 << 10,
			MaxIdleConnsPerHost:    16,
			IdleConnTimeout:        30 * time.Second,
			ForceAttemptHTTP2:      true,
		},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

// Person asks API 2.0 about the person who has a userId or a login id, and tells what
// the answer said about the rate limit. LoginID is empty when the answer names one that can
// be none: there is somebody, whom nobody can be linked with by it. User is empty when the
// answer does not name it. Whoever is suspended is Active as far as the scope does not tell.
func (c *Client) Person(ctx context.Context, access credential.Secret, who string) (m Member, rate Rate, err error) {
	id, err := segment(who)
	if err != nil {
		return Member{}, rate, err
	}
	var answer struct {
		User      string `json:"userId"`
		Email     string `json:"email"`
		Suspended bool   `json:"isSuspended"` // only the scopes of the directory tell
		Deleted   bool   `json:"isDeleted"`
	}
	r := request{method: http.MethodGet, address: c.api + "/v1.0/users/" + id, access: access, repeatable: true, rate: &rate}
	if err := c.call(ctx, r, &answer); err != nil {
		return Member{}, rate, err
	}
	if answer.Email == "" {
		return Member{}, rate, &Failure{Class: Forbidden, Code: "NO_EMAIL", cause: errors.New("the answer has no email; is the scope user.email.read ticked?")}
	}
	if !plausible(answer.Email, maxID) {
		answer.Email = ""
	}
	if !plausible(answer.User, maxID) {
		answer.User = "" // nobody could be linked by that
	}
	return Member{User: answer.User, LoginID: answer.Email, Active: !answer.Suspended && !answer.Deleted}, rate, nil
}

// Send posts a message and tells what the answer said about the rate limit. The
// message may have arrived although an error is returned: then the class is
// Ambiguous.
func (c *Client) Send(ctx context.Context, set credential.Set, access credential.Secret, m Message) (Rate, error) {
	return c.post(ctx, set, access, m, true)
}

// Ask makes the call of Send without anything to say, which nobody can read and
// LINE WORKS refuses, as it does whatever lacks a member that must be there
// (MISSING_PARAMETER): whoever gets that answer knows that the API is there again.
func (c *Client) Ask(ctx context.Context, set credential.Set, access credential.Secret, m Message) (Rate, error) {
	return c.post(ctx, set, access, m, false)
}

func (c *Client) post(ctx context.Context, set credential.Set, access credential.Secret, m Message, says bool) (Rate, error) {
	var rate Rate
	r := request{method: http.MethodPost, access: access, rate: &rate, repeatable: !says}
	var body map[string]any
	var err error
	if set.Version == credential.V1 {
		r.address, body, err = c.pushV1(set, m)
		r.consumerKey = set.ConsumerKey
	} else {
		r.address, body, err = c.sendV2(set, m)
	}
	if err != nil {
		return rate, err
	}
	if !says {
		delete(body, "content")
	}
	r.json = body
	err = c.call(ctx, r, nil)
	return rate, err
}

func (c *Client) sendV2(set credential.Set, m Message) (string, map[string]any, error) {
	bot, err := segment(set.Bot)
	if err != nil {
		return "", nil, err
	}
	kind, target := "users", m.User
	if m.Channel != "" {
		kind, target = "channels", m.Channel
	}
	id, err := segment(target)
	if err != nil {
		return "", nil, err
	}
	return c.api + "/v1.0/bots/" + bot + "/" + kind + "/" + id + "/messages", map[string]any{"content": m.content()}, nil
}

func (c *Client) pushV1(set credential.Set, m Message) (string, map[string]any, error) {
	api, err := segment(set.APIID.Reveal())
	if err != nil {
		return "", nil, err
	}
	bot, err := segment(set.Bot)
	if err != nil {
		return "", nil, err
	}
	body := map[string]any{"content": m.content()}
	switch {
	case m.Channel != "":
		body["roomId"] = m.Channel
	case m.User != "":
		body["accountId"] = m.User
	default:
		return "", nil, &Failure{Class: Permanent, Code: "NO_TARGET"}
	}
	return c.apiV1 + "/r/" + api + "/message/v1/bot/" + bot + "/message/push", body, nil
}

// Possible tells an id that somebody can have, and that LINE WORKS can be asked about.
func Possible(id string) bool { return id != "" && id != "." && id != ".." }

// segment escapes an id for a path. Ids that could climb out of the path are
// refused.
func segment(id string) (string, error) {
	if !Possible(id) {
		return "", &Failure{Class: Permanent, Code: "BAD_ID"}
	}
	return url.PathEscape(id), nil
}
