package callback

import (
	"context"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"strings"
	"time"

	"go.uber.org/zap"

	"github.com/dakoku/dakoku/platform/failpoint"
	"github.com/dakoku/dakoku/services/webhook-gateway/internal/event"
	"github.com/dakoku/dakoku/services/webhook-gateway/internal/inbox"
)

const (
	// Route is the template of the one path served; only it may be logged.
	Route = "/v1/lineworks/attendance/{token}"

	prefix = "/v1/lineworks/attendance/"
	// maxBody is the largest body accepted, in bytes.
	maxBody = 64 << 10
	// storeBudget bounds how long a caller waits for the commit.
	storeBudget = 1500 * time.Millisecond
)

// Store makes a delivery durable before it returns nil.
type Store interface {
	Put(ctx context.Context, d inbox.Delivery) error
}

// Tally counts what happens on each connection; it makes nobody wait.
type Tally interface {
	Accepted(tenant, connection string, by Signer)
	Unsigned(tenant, connection string)
}

// Handler answers callbacks: 200 when the event is durable, otherwise a status
// that says whose fault it is. Every field but Patience is required.
type Handler struct {
	// Table addresses endpoints by token.
	Table *Table
	// Store is the inbox.
	Store Store
	// Tally counts for the figures of a connection.
	Tally Tally
	// Now measures how long a callback has waited.
	Now func() time.Time
	// Log receives ids and reasons only.
	Log *zap.Logger
	// Meters count the answers.
	Meters *Meters
	// Patience is how long a callback that would be refused waits for a table
	// that knows what was entered just now; zero waits for none.
	Patience time.Duration
}

// ServeHTTP answers one callback with a status and no body.
func (h *Handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	header := w.Header()
	header.Set("Cache-Control", "no-store")
	header.Set("Referrer-Policy", "no-referrer")
	header.Set("Content-Length", "0")
	if len(r.TransferEncoding) > 0 {
		// The request may have had a length too, by which a proxy would see its end
		// elsewhere: what follows on the connection is not read as a request.
		header.Set("Connection", "close")
	}
	status := h.guarded(w, r)
	switch status {
	case http.StatusMethodNotAllowed:
		header.Set("Allow", http.MethodPost)
	case http.StatusServiceUnavailable:
		header.Set("Retry-After", "2")
	}
	h.Meters.answered(status)
	w.WriteHeader(status)
	if status == http.StatusOK {
		_ = failpoint.Hit("gw.answered")
	}
}

// guarded answers for a handler that panics: our fault. The server would log the
// value, which may hold what came in by the URL or the body, so its type and the
// place have to do.
func (h *Handler) guarded(w http.ResponseWriter, r *http.Request) (status int) {
	defer func() {
		if fault := recover(); fault != nil {
			h.Log.Error("callback panicked", zap.String("route", Route), zap.String("type", fmt.Sprintf("%T", fault)), zap.Stack("stack"))
			status = http.StatusServiceUnavailable
		}
	}()
	return h.judge(w, r)
}

// judge distrusts in a fixed order: route, method, media type, size, token and
// signature; only then is the body read as an event.
func (h *Handler) judge(w http.ResponseWriter, r *http.Request) int {
	token, ok := strings.CutPrefix(r.URL.Path, prefix)
	switch {
	case !ok || token == "" || strings.Contains(token, "/"):
		return http.StatusNotFound
	case r.Method != http.MethodPost:
		return http.StatusMethodNotAllowed
	case !isJSON(r.Header):
		return http.StatusUnsupportedMediaType
	}
	body, status := readBody(w, r)
	if status != http.StatusOK {
		return status
	}
	if _, loaded := h.Table.Checked(); !loaded {
		return http.StatusServiceUnavailable // our fault, so not 401
	}
	endpoint, key, status := h.verify(r, token, body)
	if status == http.StatusUnauthorized && endpoint.Connection != "" {
		h.Tally.Unsigned(endpoint.Tenant, endpoint.Connection)
	}
	if status != http.StatusOK {
		return status
	}
	if failpoint.Hit("gw.verified") != nil {
		return http.StatusServiceUnavailable
	}
	return h.store(r.Context(), delivery(endpoint, key, body), key.signer())
}

// verify finds who signed the body. What would be refused is looked at again with
// every change of a table that may be behind; also a caller that has left is
// waited for, because its body is here. Whether to refuse it when integration says
// nothing in time, or too many wait for that, nobody can tell: our fault.
func (h *Handler) verify(r *http.Request, token string, body []byte) (Endpoint, Key, int) {
	asked := h.Now()
	for {
		version := h.Table.Version()
		endpoint, key, status := h.identify(r.Header, token, body)
		left := h.Patience - h.Now().Sub(asked)
		if status != http.StatusUnauthorized || h.Patience <= 0 {
			return endpoint, key, status
		}
		switch h.Table.newer(context.WithoutCancel(r.Context()), endpoint.Connection, version, asked, left) {
		case same:
			return endpoint, key, status
		case silence:
			return endpoint, key, http.StatusServiceUnavailable
		case changed: // look again
		}
	}
}

func (h *Handler) identify(header http.Header, token string, body []byte) (Endpoint, Key, int) {
	endpoint, known := h.Table.find(token)
	key, signed := authentic(endpoint, header, body)
	switch {
	case known && len(endpoint.Keys) == 0:
		return endpoint, key, http.StatusServiceUnavailable // our fault: nobody can tell who signs
	case !known || !signed:
		return endpoint, key, http.StatusUnauthorized
	}
	return endpoint, key, http.StatusOK
}

// store outlives the caller's connection: what arrived whole is kept.
func (h *Handler) store(ctx context.Context, d inbox.Delivery, by Signer) int {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), storeBudget)
	defer cancel()
	if err := h.Store.Put(ctx, d); err != nil {
		h.Log.Warn("callback not stored", zap.String("route", Route), zap.String("tenant", d.Tenant),
			zap.String("connection", d.Connection), zap.Error(err))
		return http.StatusServiceUnavailable
	}
	h.Tally.Accepted(d.Tenant, d.Connection, by)
	return http.StatusOK
}

func isJSON(header http.Header) bool {
	values := header.Values("Content-Type")
	if len(values) != 1 {
		return false
	}
	media, _, err := mime.ParseMediaType(values[0])
	return err == nil && media == "application/json"
}

// readBody reads at most maxBody bytes. A body that breaks off is a malformed
// request, which has no caller left to read the answer.
func readBody(w http.ResponseWriter, r *http.Request) ([]byte, int) {
	if r.ContentLength > maxBody {
		w.Header().Set("Connection", "close")
		return nil, http.StatusRequestEntityTooLarge
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
	var tooLarge *http.MaxBytesError
	switch {
	case errors.As(err, &tooLarge):
		return nil, http.StatusRequestEntityTooLarge
	case err != nil:
		return nil, http.StatusBadRequest
	}
	return body, http.StatusOK
}

// everyKeys is how many secrets every callback is tried against: an endpoint has
// one, and up to twelve while keys are replaced (current, staged and those that
// were current within a day). Unknown tokens and endpoints with fewer are tried
// against decoys, so that time does not tell them apart.
const everyKeys = 12

var decoy = []byte("decoy")

// authentic finds the key that signed the body for the bot that the header
// names. Every key is tried, whether one has fitted before or not.
func authentic(e Endpoint, header http.Header, body []byte) (Key, bool) {
	signature, one := only(header, "X-Works-Signature")
	var found Key
	signed := false
	for i, secret := range secrets(e.Keys) {
		fits := Verify(secret, body, signature)
		if i >= len(e.Keys) {
			continue // a decoy
		}
		bot, named := only(header, botHeader(e.Keys[i].Version))
		if fits && one && named && bot == e.Keys[i].Bot {
			found, signed = e.Keys[i], true
		}
	}
	return found, signed
}

// secrets are those of the keys, with decoys behind them up to everyKeys.
func secrets(keys []Key) [][]byte {
	out := make([][]byte, 0, everyKeys)
	for _, k := range keys {
		out = append(out, []byte(k.Secret.Reveal()))
	}
	for len(out) < everyKeys {
		out = append(out, decoy)
	}
	return out
}

func botHeader(v event.Version) string {
	if v == event.V1 {
		return "X-Works-Botno"
	}
	return "X-Works-Botid"
}

// only returns the value of a header that is there exactly once.
func only(header http.Header, name string) (string, bool) {
	values := header.Values(name)
	if len(values) != 1 {
		return "", false
	}
	return values[0], true
}

// delivery reads a signed body; what cannot be read is kept for a look. Whether it is
// from the future the clock of this process must not decide.
func delivery(e Endpoint, key Key, body []byte) inbox.Delivery {
	d := inbox.Delivery{Tenant: e.Tenant, Connection: e.Connection, Token: e.Token, Version: key.Version, Body: body}
	var err error
	if d.Event, err = event.Read(key.Version, body); err != nil {
		d.Event, d.Quarantine = event.Event{}, string(event.ReasonOf(err))
		d.Key = event.RawKey(e.Tenant, key.Bot, body)
		return d
	}
	d.Key = event.KeyOf(e.Tenant, key.Bot, d.Event)
	return d
}
