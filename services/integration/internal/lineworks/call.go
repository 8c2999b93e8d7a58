package lineworks

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"mime"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"github.com/dakoku/dakoku/platform/failpoint"
	"github.com/dakoku/dakoku/services/integration/internal/credential"
)

// request is one call, of which exactly one attempt is made.
type request struct {
	method      string
	address     string
	access      credential.Secret
	consumerKey credential.Secret // API 1.0
	json        any
	form        url.Values
	repeatable  bool  // doing it twice does no harm, so no failure is ambiguous
	token       bool  // at a token endpoint, where 4xx means that our keys are refused
	rate        *Rate // filled with what the answer says; may be nil
}

// call makes the attempt and decodes a good answer into out, which may be nil.
// Every error is a *Failure.
func (c *Client) call(ctx context.Context, r request, out any) error {
	ctx, cancel := context.WithTimeout(ctx, callLimit)
	defer cancel()
	var wrote atomic.Bool
	ctx = httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{WroteHeaders: func() { wrote.Store(true) }})
	req, err := r.build(ctx)
	if err != nil {
		return err
	}
	if err := failpoint.Hit("out.http.write"); err != nil {
		return silence(err, false)
	}
	resp, err := c.http.Do(req)
	if err != nil {
		return silence(err, wrote.Load() && !r.repeatable)
	}
	defer resp.Body.Close()
	if err := failpoint.Hit("out.http.read"); err != nil {
		return silence(err, !r.repeatable)
	}
	if page(resp.Header) {
		return r.stranger(resp)
	}
	c.noteDate(resp.Header)
	if r.rate != nil {
		*r.rate = rateOf(resp.Header)
	}
	body, err := readAll(resp.Body)
	if resp.StatusCode/100 != 2 {
		return r.refused(resp, body)
	}
	if out == nil {
		return nil
	}
	if err != nil || json.Unmarshal(body, out) != nil {
		return &Failure{Class: Temporary, Status: resp.StatusCode, Code: "BAD_ANSWER", cause: errors.New("the answer cannot be read")}
	}
	return nil
}

// page tells an HTML page, which the platform never answers: it comes from something
// in between, and nothing of it is read, neither what is left of a limit nor the time.
func page(h http.Header) bool {
	kind, _, _ := mime.ParseMediaType(h.Get("Content-Type"))
	return kind == "text/html" || kind == "application/xhtml+xml"
}

// stranger is the failure of a page from something in between. It says nothing of our
// keys, our app, the bot or the recipient, so the call waits as in an outage. Behind a
// good status, of a log-in page for example, or a lost answer nobody knows whether the
// platform was asked; behind a refusal it was not.
func (r request) stranger(resp *http.Response) error {
	f := &Failure{Class: Temporary, Status: resp.StatusCode, Code: "NOT_LINE_WORKS"}
	if resp.StatusCode >= http.StatusInternalServerError { // perhaps of the platform's own front
		f.Code = "HTTP_" + strconv.Itoa(resp.StatusCode)
	}
	switch s := resp.StatusCode; {
	case s == http.StatusTooManyRequests:
		f.Class, f.Reset = RateLimited, reset(resp.Header)
	case s >= http.StatusInternalServerError:
		f.Class = r.broken(s)
	case !r.repeatable && s/100 == 2:
		f.Class = Ambiguous
	}
	return f
}

func (r request) build(ctx context.Context) (*http.Request, error) {
	var body io.Reader
	kind := ""
	switch {
	case r.json != nil:
		raw, err := json.Marshal(r.json)
		if err != nil {
			return nil, &Failure{Class: Permanent, Code: "BAD_MESSAGE", cause: err}
		}
		body, kind = bytes.NewReader(raw), "application/json; charset=UTF-8"
	case r.form != nil:
		body, kind = strings.NewReader(r.form.Encode()), "application/x-www-form-urlencoded; charset=UTF-8"
	}
	req, err := http.NewRequestWithContext(ctx, r.method, r.address, body)
	if err != nil {
		return nil, &Failure{Class: Permanent, Code: "BAD_ADDRESS"}
	}
	if kind != "" {
		req.Header.Set("Content-Type", kind)
	}
	if r.access != "" {
		req.Header.Set("Authorization", "Bearer "+r.access.Reveal())
	}
	if r.consumerKey != "" {
		req.Header.Set("consumerKey", r.consumerKey.Reveal())
	}
	req.Header.Set("User-Agent", "dakoku")
	return req, nil
}

// silence classifies a call without an answer. The address holds the API ID in
// API 1.0, so it is cut off the error.
func silence(err error, ambiguous bool) error {
	if whole := (*url.Error)(nil); errors.As(err, &whole) {
		err = whole.Err
	}
	if ambiguous {
		return &Failure{Class: Ambiguous, Code: "NO_ANSWER", cause: err}
	}
	return &Failure{Class: Temporary, Code: "UNREACHABLE", cause: err}
}

func readAll(body io.Reader) ([]byte, error) {
	raw, err := io.ReadAll(io.LimitReader(body, maxAnswer+1))
	if err == nil && len(raw) > maxAnswer {
		return nil, errors.New("the answer is too long")
	}
	return raw, err
}

// Skew is how far the far side's clock is ahead of ours, to the second; false
// before its first answer.
func (c *Client) Skew() (time.Duration, bool) {
	return time.Duration(c.skew.Load()), c.dated.Load()
}

// noteDate remembers how far the far side's clock is from ours.
func (c *Client) noteDate(h http.Header) {
	if date, err := http.ParseTime(h.Get("Date")); err == nil {
		c.skew.Store(int64(date.Sub(c.now())))
		c.dated.Store(true)
	}
}
