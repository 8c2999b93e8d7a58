package simulator

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"sync"
	"time"

	"github.com/dakoku/dakoku/simulator/internal/signature"
)

// prepare writes the event for the bot and says whether the platform would send
// it at all. The caller holds the lock.
func (s *Simulator) prepare(e event, b *bot, shape Shape, options Options) (Prepared, error) {
	weather := s.bend(e, b)
	shape, options = weather.shape(shape), weather.options(options)
	body, err := e.encode(b, shape)
	if err != nil {
		return Prepared{}, fmt.Errorf("write the event: %w", err)
	}
	d := Delivery{ID: s.next(), Bot: b.id, Room: e.room.ID, URL: b.callback, Body: body,
		Issued: e.issued.Add(-shape.Late), Skipped: b.skips(e, shape)}
	if d.Skipped == "" && weather.Lose {
		d.Skipped = "a script loses this event"
	}
	if e.user != nil {
		d.User = e.user.ID
	}
	return Prepared{Delivery: d, Options: options}, nil
}

// skips says why an event is not sent to the bot; empty: it is.
func (b *bot) skips(e event, shape Shape) string {
	var content struct {
		Type string `json:"type"`
	}
	known := e.content != nil && json.Unmarshal(e.content, &content) == nil && slices.Contains(allContents(), content.Type)
	switch {
	case !b.enabled || b.callback == "":
		return "the bot has no callback URL"
	case b.v1 && (e.kind == "begin" || e.kind == "end"):
		return "API 1.0 has no such event"
	case !b.v1 && !shape.UnknownType && !slices.Contains(b.events, e.kind):
		return "the event type is not among the bot's channelEvents"
	case !shape.UnknownContent && known && !slices.Contains(b.contents, content.Type):
		return "the content type is not among the bot's callbackEvents"
	}
	return ""
}

// Send delivers a prepared event. It is never sent again by itself, whatever
// the answer.
func (s *Simulator) Send(ctx context.Context, prepared Prepared) Delivery {
	d := prepared.Delivery
	if d.Skipped == "" {
		Fault{DelayMillis: prepared.Options.DelayMillis}.wait(ctx)
		d.Attempts = s.attempts(ctx, d, prepared.Options)
	}
	s.delivered(d)
	return d
}

// Deliver sends any bytes to the bot's callback URL, signed as the options say.
func (s *Simulator) Deliver(ctx context.Context, botID string, body []byte, options Options) (Delivery, error) {
	s.mu.Lock()
	b := s.world.bots[botID]
	if b == nil {
		s.mu.Unlock()
		return Delivery{}, fmt.Errorf("bot %s: %w", botID, ErrUnknown)
	}
	d := Delivery{ID: s.next(), Bot: botID, URL: b.callback, Body: bytes.Clone(body)}
	s.mu.Unlock()
	if d.URL == "" {
		return Delivery{}, errors.New("the bot has no callback URL")
	}
	return s.Send(ctx, Prepared{Delivery: d, Options: options}), nil
}

func (s *Simulator) attempts(ctx context.Context, d Delivery, options Options) []Attempt {
	out := make([]Attempt, max(options.Copies, 1))
	headers := s.headers(d, options)
	if !options.Concurrent {
		for i := range out {
			out[i] = s.attempt(ctx, d, headers)
		}
		return out
	}
	var all sync.WaitGroup
	start := make(chan struct{})
	for i := range out {
		all.Go(func() {
			<-start
			out[i] = s.attempt(ctx, d, headers)
		})
	}
	close(start)
	all.Wait()
	return out
}

func (s *Simulator) headers(d Delivery, options Options) http.Header {
	s.mu.Lock()
	b := s.world.bots[d.Bot]
	key, name := b.key, "X-WORKS-BotId"
	if b.v1 {
		name = "X-WORKS-BotNo"
	}
	s.mu.Unlock()
	headers := http.Header{"Content-Type": {"application/json; charset=UTF-8"}, name: {d.Bot}}
	switch {
	case options.OmitSignature:
	case options.BreakSignature:
		headers["X-WORKS-Signature"] = []string{signature.Broken(key, d.Body)}
	default:
		headers["X-WORKS-Signature"] = []string{signature.Sign(key, d.Body)}
	}
	for name, value := range options.Headers {
		override(headers, name, value)
	}
	return headers
}

// override replaces a header whatever the spelling of its name.
func override(headers http.Header, name, value string) {
	for existing := range headers {
		if http.CanonicalHeaderKey(existing) == http.CanonicalHeaderKey(name) {
			delete(headers, existing)
		}
	}
	if value != "" {
		headers[name] = []string{value}
	}
}

func (s *Simulator) attempt(ctx context.Context, d Delivery, headers http.Header) Attempt {
	started := time.Now()
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, d.URL, bytes.NewReader(d.Body))
	if err != nil {
		return Attempt{Error: "the callback URL cannot be called", Took: time.Since(started)}
	}
	request.GetBody = nil // a connection that breaks must not make the client send again
	request.Header = headers.Clone()
	response, err := s.client.Do(request)
	if err != nil {
		return Attempt{Error: err.Error(), Took: time.Since(started)}
	}
	_, err = io.Copy(io.Discard, io.LimitReader(response.Body, 64<<10))
	err = errors.Join(err, response.Body.Close())
	attempt := Attempt{Status: response.StatusCode, Took: time.Since(started)}
	if err != nil {
		attempt.Error = err.Error()
	}
	return attempt
}
