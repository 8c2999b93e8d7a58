// Package adminapi is a small client of the admin door: what a script of a
// customer would look like. It knows HTTP and JSON and nothing of the services
// behind the door.
package adminapi

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"strings"
	"time"
)

// Client talks to one admin door. The zero value is not usable; see New.
type Client struct {
	base string
	http *http.Client
}

// New makes a client for the door at base, for example http://127.0.0.1:8081.
// It keeps the session cookie that a log-in or set-up hands out.
func New(base string) *Client {
	jar, _ := cookiejar.New(nil) // fails only for options, and there are none
	return &Client{base: strings.TrimRight(base, "/"), http: &http.Client{Jar: jar, Timeout: 30 * time.Second}}
}

// Error is an answer that is no success.
type Error struct {
	HTTP    int
	Code    int    `json:"code"`
	Message string `json:"message"`
	Details []struct {
		Reason          string `json:"reason"`
		FieldViolations []struct {
			Field       string `json:"field"`
			Description string `json:"description"`
		} `json:"fieldViolations"`
	} `json:"details"`
}

// Error tells the HTTP status, the reason and the sentence for people.
func (e *Error) Error() string {
	text := fmt.Sprintf("%d %s: %s", e.HTTP, e.Reason(), e.Message)
	for _, d := range e.Details {
		for _, v := range d.FieldViolations {
			text += fmt.Sprintf(" [%s: %s]", v.Field, v.Description)
		}
	}
	return text
}

// Reason is the machine-readable reason, empty when the answer has none.
func (e *Error) Reason() string {
	for _, d := range e.Details {
		if d.Reason != "" {
			return d.Reason
		}
	}
	return ""
}

// Get reads path into out.
func (c *Client) Get(ctx context.Context, path string, out any) error {
	return c.Call(ctx, http.MethodGet, path, nil, out)
}

// Post sends in to path and reads the answer into out, which may be nil.
func (c *Client) Post(ctx context.Context, path string, in, out any) error {
	return c.Call(ctx, http.MethodPost, path, in, out)
}

// Put is Post with the method PUT.
func (c *Client) Put(ctx context.Context, path string, in, out any) error {
	return c.Call(ctx, http.MethodPut, path, in, out)
}

// Call performs one request. An answer that is no success is an *Error.
func (c *Client) Call(ctx context.Context, method, path string, in, out any) error {
	request, err := c.request(ctx, method, path, in)
	if err != nil {
		return err
	}
	response, err := c.http.Do(request)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	body, err := io.ReadAll(io.LimitReader(response.Body, 16<<20))
	if err != nil {
		return err
	}
	if response.StatusCode >= 300 {
		return readError(response.StatusCode, body)
	}
	if out == nil {
		return nil
	}
	return json.Unmarshal(body, out)
}

// Raw performs one request without a body and gives the answer as it is, for what is no JSON. The caller closes its body.
func (c *Client) Raw(ctx context.Context, method, path string) (*http.Response, error) {
	request, err := c.request(ctx, method, path, nil)
	if err != nil {
		return nil, err
	}
	return c.http.Do(request)
}

func (c *Client) request(ctx context.Context, method, path string, in any) (*http.Request, error) {
	var body io.Reader
	if in != nil {
		encoded, err := json.Marshal(in)
		if err != nil {
			return nil, err
		}
		body = bytes.NewReader(encoded)
	}
	request, err := http.NewRequestWithContext(ctx, method, c.base+path, body)
	if err != nil {
		return nil, err
	}
	if in != nil {
		request.Header.Set("Content-Type", "application/json")
	}
	return request, nil
}

func readError(status int, body []byte) error {
	failure := &Error{HTTP: status}
	if err := json.Unmarshal(body, failure); err != nil {
		failure.Message = "the answer is not JSON"
	}
	return failure
}
