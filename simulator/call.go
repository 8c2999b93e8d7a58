package simulator

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/dakoku/dakoku/simulator/internal/content"
)

const maxRequest = 1 << 20

// call is one API call on its way through the simulator.
type call struct {
	sim    *Simulator
	r      *http.Request
	body   []byte
	family family
	grant  *grant // nil for token endpoints
	bot    *bot   // of the path; nil when the path names none
}

// endpoint describes one API.
type endpoint struct {
	name   string // counts as one API for the rate limit
	class  Class
	family family
	scopes []string // any of them is enough; API 2.0 only
	handle func(*call) answer
}

// serve is the path of every API call: fault, authentication, rate limit,
// scope, the work itself, ledger, answer.
func (s *Simulator) serve(e endpoint) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		started := time.Now()
		body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxRequest))
		if err != nil {
			e.family.refuse(http.StatusBadRequest, "BAD_REQUEST", "the body cannot be read").write(w)
			return
		}
		c := &call{sim: s, r: r, body: body, family: e.family}
		fault, faulty := s.takeFault(c, e.class)
		out := s.meet(r.Context(), e, c, fault)
		s.note(e, r, body, out.status, fault, faulty, time.Since(started))
		if fault.silent() && cut(w) {
			return
		}
		w.Header().Set("Date", s.now().UTC().Format(http.TimeFormat))
		out.write(w)
	}
}

// meet waits as the fault says and then refuses, or works.
func (s *Simulator) meet(ctx context.Context, e endpoint, c *call, fault Fault) answer {
	leave, admitted := s.crowd.enter(c, e.class)
	defer leave()
	fault.wait(ctx)
	switch {
	case fault.Status != 0:
		return fault.answer(e.family)
	case fault.Cut:
		return answer{}
	case !admitted:
		return e.family.refuse(http.StatusTooManyRequests, "TOO_MANY_REQUESTS", "too many concurrent calls")
	}
	return s.work(e, c)
}

func (s *Simulator) work(e endpoint, c *call) answer {
	s.mu.Lock()
	defer s.mu.Unlock()
	if e.family == oauth || e.class == ClassToken {
		return e.handle(c)
	}
	if refusal, ok := c.authenticate(); !ok {
		return refusal
	}
	header := http.Header{}
	if refusal, ok := c.count(e.name, header); !ok {
		return refusal
	}
	out := c.admit(e)
	for name, values := range header {
		out.header[name] = values
	}
	return out
}

// admit checks scope and bot before the endpoint does its work.
func (c *call) admit(e endpoint) answer {
	if len(e.scopes) > 0 && !c.grant.hasAny(e.scopes) {
		return c.family.refuse(http.StatusForbidden, "FORBIDDEN", "the token has none of the scopes "+strings.Join(e.scopes, ", "))
	}
	if refusal, ok := c.findBot(); !ok {
		return refusal
	}
	return e.handle(c)
}

func (c *call) findBot() (answer, bool) {
	id := c.r.PathValue("botId")
	if id == "" {
		return answer{}, true
	}
	b := c.sim.world.bots[id]
	if b == nil || !b.answers(c.family) || c.sim.world.tenantOf(b.domain) != c.tenant() || c.grant.server != nil && c.grant.server != b {
		return c.notFound("bot"), false
	}
	c.bot = b
	return answer{}, true
}

// count takes one call from the quota of this API and domain.
func (c *call) count(api string, header http.Header) (answer, bool) {
	limit := c.sim.rate
	if own := c.sim.world.domains[c.grant.domain()].rate; own != 0 {
		limit = own
	}
	if c.family == gatewayV1 {
		return c.countPush(api)
	}
	if limit < 0 {
		return answer{}, true
	}
	if api == "bot-channel-create" {
		limit = min(limit, 10)
	}
	key := api + " " + strconv.FormatInt(c.grant.domain(), 10)
	if c.sim.config.TireOut && c.sim.limiter.Tired(key, limit, c.sim.now()) {
		limit /= 2
	}
	state := c.sim.limiter.Take(key, limit, c.sim.now())
	header.Set("rateLimit-limit", strconv.Itoa(state.Limit))
	header.Set("rateLimit-remaining", strconv.Itoa(state.Remaining))
	header.Set("rateLimit-used", strconv.Itoa(state.Used))
	header.Set("rateLimit-reset", strconv.Itoa(state.Reset))
	if !state.Refused {
		return answer{}, true
	}
	refusal := c.family.refuse(http.StatusTooManyRequests, "TOO_MANY_REQUESTS", "API rate limit exceeded")
	refusal.header = header
	return refusal, false
}

// countPush takes one message from the day's quota of API 1.0.
func (c *call) countPush(api string) (answer, bool) {
	limit := c.sim.config.PushesPerDay
	if limit == 0 {
		limit = 20_000 + 100*max(len(c.sim.world.people)-100, 0)
	}
	if api != "message-push" || c.sim.limiter.TakeOfDay(c.r.PathValue("apiId"), limit, c.sim.now()) {
		return answer{}, true
	}
	return c.family.refuse(http.StatusTooManyRequests, "TOO_MANY_REQUESTS", "the quota of the day is used up"), false
}

func (c *call) tenant() int64 { return c.sim.world.tenantOf(c.grant.domain()) }

func (c *call) notFound(what string) answer {
	return c.family.refuse(http.StatusNotFound, "NOT_FOUND", "no such "+what)
}

func (c *call) invalid(err error) answer {
	var problem *content.Problem
	if errors.As(err, &problem) {
		return c.family.refuse(http.StatusBadRequest, problem.Code, problem.Description)
	}
	return c.family.refuse(http.StatusBadRequest, "INVALID_PARAMETER", err.Error())
}

// members reads the JSON object of the request; undocumented names are refused.
func (c *call) members(documented ...string) (map[string]json.RawMessage, error) {
	var out map[string]json.RawMessage
	decoder := json.NewDecoder(bytes.NewReader(c.body))
	if err := decoder.Decode(&out); err != nil || out == nil {
		return nil, errors.New("the body is not a JSON object")
	}
	for name := range out {
		if !slices.Contains(documented, name) {
			return nil, errors.New(name + " is not a documented property")
		}
	}
	return out, nil
}

// note writes the call into the ledger; token requests without their body.
func (s *Simulator) note(e endpoint, r *http.Request, body []byte, status int, fault Fault, faulty bool, took time.Duration) {
	entry := Entry{Kind: Called, Class: e.class, Method: r.Method, Path: r.URL.Path, Bot: r.PathValue("botId"), Status: status, Took: took}
	if faulty {
		entry.Note = fault.note()
	}
	if fault.silent() {
		entry.Status = 0
	}
	if e.class != ClassToken {
		entry.Body = string(body)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	entry.Time = s.now()
	s.record(entry)
}

// cut ends the connection without an answer.
func cut(w http.ResponseWriter) bool {
	connection, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		return false
	}
	return connection.Close() == nil
}
