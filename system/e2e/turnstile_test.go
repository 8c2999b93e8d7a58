package e2e

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"net/http"
	"time"

	"github.com/google/uuid"
)

// rotate replaces the token or the bot secret of a connection.
func (s *turnstile) rotate(l *line, secret bool) {
	old := l.live
	next, retire := s.freshToken, s.revokeOldest
	if secret {
		next, retire = s.freshSecret, s.retire
	}
	fresh, err := next(l)
	if err != nil {
		s.problem("rotation: %v", err)
		return
	}
	both := s.event()
	for k, w := range []way{old, fresh} {
		status := s.deliver(s.doors[k%len(s.doors)], l, w, both)
		for status == http.StatusServiceUnavailable { // a busy machine, which is counted elsewhere
			status = s.deliver(s.doors[k%len(s.doors)], l, w, both)
		}
		if status != http.StatusOK {
			s.problem("%d for an event on its way %d of two live ones", status, k+1)
		}
	}
	l.posting.Lock()
	l.live = fresh
	l.posting.Unlock()
	if err := retire(l); err != nil {
		s.problem("rotation: %v", err)
		return
	}
	retired := time.Now()
	for _, door := range s.doors {
		for status := 0; status != http.StatusUnauthorized && time.Since(retired) < patience; {
			began := time.Now()
			if status = s.deliver(door, l, old, both); status == http.StatusOK {
				s.taken(began.Sub(retired))
			}
			<-time.After(time.Duration(sized(20, 250)) * time.Millisecond) // 25 lines that ask more often are a load of their own
		}
	}
}

// taken notes that something was accepted so long after it was retired.
func (s *turnstile) taken(after time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.retired = max(s.retired, after)
}

func (s *turnstile) freshToken(l *line) (way, error) { return way{s.issued(l), l.live.secret}, nil }

func (s *turnstile) revokeOldest(l *line) error {
	var list struct {
		Tokens []callbackToken `json:"tokens"`
	}
	if err := s.admin.Get(s.t.Context(), "/v1/"+l.name+"/tokens", &list); err != nil {
		return err
	}
	return s.admin.Call(s.t.Context(), http.MethodDelete, "/v1/"+list.Tokens[0].Name, nil, nil)
}

func (s *turnstile) freshSecret(l *line) (way, error) {
	l.keys.BotSecret = "re-issued-" + uuid.NewString()
	path := "/v1/" + l.name + "/credentials"
	if err := s.admin.Put(s.t.Context(), path+"?stage=true", l.keys, nil); err != nil {
		return way{}, err
	}
	return way{l.live.path, l.keys.BotSecret}, s.admin.Post(s.t.Context(), path+":activate", map[string]any{}, nil)
}

func (s *turnstile) retire(l *line) error {
	return s.admin.Post(s.t.Context(), "/v1/"+l.name+"/credentials:retire", map[string]any{}, nil)
}

func (s *turnstile) problem(format string, args ...any) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.problems = append(s.problems, fmt.Sprintf(format, args...))
}

// deliver is the platform's call; 0 when there was no answer.
func (s *turnstile) deliver(door string, l *line, w way, body []byte) int {
	mac := hmac.New(sha256.New, []byte(w.secret))
	mac.Write(body)
	request, err := http.NewRequestWithContext(s.t.Context(), http.MethodPost, door+w.path, bytes.NewReader(body))
	if err != nil {
		return 0
	}
	request.Header.Set("Content-Type", "application/json; charset=UTF-8")
	request.Header.Set("X-WORKS-BotId", l.bot)
	request.Header.Set("X-WORKS-Signature", base64.StdEncoding.EncodeToString(mac.Sum(nil)))
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return 0
	}
	_ = response.Body.Close()
	return response.StatusCode
}

// tally is what the inbox holds: events, those that came more than once, and
// those that were refused because of their token.
type tally struct{ events, again, revoked int }

func (i *installation) tally() (out tally) {
	i.t.Helper()
	err := i.sql().QueryRow(i.t.Context(), `select count(*), count(*) filter (where deliveries > 1), count(*) filter (where reason = 'TOKEN_REVOKED')
		from gateway.inbox`).Scan(&out.events, &out.again, &out.revoked)
	if err != nil {
		i.t.Fatal(err)
	}
	return out
}

// judgedAll waits until no event is pending, as long as their number falls.
func (i *installation) judgedAll() {
	i.t.Helper()
	conn := i.sql()
	for left, since := 1<<30, time.Now(); left > 0; <-time.After(100 * time.Millisecond) {
		var now int
		if err := conn.QueryRow(i.t.Context(), `select count(*) from gateway.inbox where outcome = 'PENDING'`).Scan(&now); err != nil {
			i.t.Fatal(err)
		}
		if now < left {
			left, since = now, time.Now()
		}
		if time.Since(since) > patience {
			i.t.Fatalf("%d events stay pending", left)
		}
	}
}

// judge holds what was sent against what the inbox says.
func (s *turnstile) judge(before, after tally, rotations int) {
	s.t.Helper()
	for n, p := range s.problems {
		if s.t.Errorf("%s", p); n == 20 {
			s.t.Fatalf("and %d more", len(s.problems)-n)
		}
	}
	sent := len(s.took) + rotations
	if got := after.events - before.events; got < sent-s.late || got > sent {
		s.t.Errorf("%d events of %d, of which %d were answered 503", got, sent, s.late)
	}
	if s.late > 0 && !full() { // the full size is more than a small machine can take
		s.t.Errorf("%d events were answered 503", s.late)
	}
	if got := after.again - before.again; got != rotations || after.revoked > 0 {
		s.t.Errorf("%d of %d events that came both ways are one; %d came by a token that was live and are refused", got, rotations, after.revoked)
	}
	if s.retired > time.Duration(sized(30, 5))*time.Second { // a busy machine may ask integration late
		s.t.Errorf("something retired was accepted for %s", s.retired)
	}
}

// quantile is how long that share of the events took at most.
func (s *turnstile) quantile(share float64) time.Duration {
	return s.took[int(share*float64(len(s.took)-1))].Round(time.Millisecond)
}
