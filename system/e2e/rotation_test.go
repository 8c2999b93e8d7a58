package e2e

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/dakoku/dakoku/simulator"
)

// rotations of the callback token while people write: each takes about two
// seconds, because the door asks for its table every second.
const rotations = 8

// rotator changes the callback URL while others post through it.
type rotator struct {
	*company
	connection string
	posting    sync.RWMutex // held while posting, so that nobody is on the way to a URL that ends
	posts      atomic.Int64
	last       atomic.Pointer[simulator.Delivery]
}

// TestRotatedTokens: no callback on a live token is refused, the same event over
// both URLs is one, and a revoked token is refused within five seconds.
func TestRotatedTokens(t *testing.T) {
	c := allInOne(t).company()
	r := &rotator{company: c, connection: c.connections()[0]}
	stop := r.post(4)
	var slowest time.Duration
	for range rotations {
		slowest = max(slowest, r.rotate())
	}
	stop()
	doubled := 0
	for _, e := range c.allEvents() {
		if e.Outcome == "REFUSED" && e.Reason == "TOKEN_REVOKED" {
			t.Errorf("%s came by a live token", e.Name)
		}
		if e.Deliveries == 2 {
			doubled++
		}
	}
	if doubled < rotations || slowest > 5*time.Second {
		t.Errorf("%d of %d events over both URLs are one; a revoked token was refused after %s", doubled, rotations, slowest)
	}
	t.Logf("%d callbacks during %d rotations; a revoked token was refused after at most %s", r.posts.Load(), rotations, slowest.Round(time.Millisecond))
}

// post lets people write until the returned function is called; every callback
// must be answered 200.
func (r *rotator) post(people int) (stop func()) {
	ctx, cancel := context.WithCancel(context.Background())
	var all sync.WaitGroup
	for i := range people {
		user := r.world.People[i].ID
		all.Go(func() {
			for ctx.Err() == nil {
				r.posting.RLock()
				d, err := r.simulator.Say(context.WithoutCancel(ctx), simulator.Post{User: user, Bot: r.world.Bot.BotID, Text: fmt.Sprint("雑談 ", r.posts.Add(1))})
				r.posting.RUnlock()
				if err != nil || !d.OK() {
					r.t.Errorf("refused on a live token: %v, %+v", err, d.Attempts)
				}
				r.last.Store(&d)
			}
		})
	}
	return func() { cancel(); all.Wait() }
}

// rotate issues a second token, sends one event over both, switches and revokes
// the first; it tells how long that was still accepted.
func (r *rotator) rotate() time.Duration {
	r.t.Helper()
	tokens := r.tokensOf(r.connection)
	old, next := tokens[0], r.issueToken(r.connection)
	eventually(r.t, "a first callback", func() bool { return r.last.Load() != nil })
	// A door waits for its table before it refuses a token, which newer_test.go holds, but no longer than a caller does.
	eventually(r.t, "the second token is known", func() bool { return r.again(next) == http.StatusOK })
	if status := r.again(old.URL); status != http.StatusOK {
		r.t.Errorf("the first token, still live: %d", status)
	}
	r.posting.Lock()
	err := r.simulator.SetCallback(r.world.Bot.BotID, next)
	r.posting.Unlock()
	if err != nil {
		r.t.Fatal(err)
	}
	if err := r.admin.Call(r.t.Context(), http.MethodDelete, "/v1/"+old.Name, nil, nil); err != nil {
		r.t.Fatal(err)
	}
	revoked := time.Now()
	eventually(r.t, "the revoked token is refused", func() bool { return r.again(old.URL) == http.StatusUnauthorized })
	return time.Since(revoked)
}

type callbackToken struct {
	Name string `json:"name"`
	URL  string `json:"callbackUrl"`
}

// again delivers the last event once more, to any URL.
func (r *rotator) again(url string) int {
	r.t.Helper()
	body := r.last.Load().Body
	mac := hmac.New(sha256.New, []byte(r.world.Bot.BotSecret))
	mac.Write(body)
	request, err := http.NewRequestWithContext(r.t.Context(), http.MethodPost, url, bytes.NewReader(body))
	if err != nil {
		r.t.Fatal(err)
	}
	request.Header.Set("Content-Type", "application/json; charset=UTF-8")
	request.Header.Set("X-WORKS-BotId", r.world.Bot.BotID)
	request.Header.Set("X-WORKS-Signature", base64.StdEncoding.EncodeToString(mac.Sum(nil)))
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		r.t.Fatal(err)
	}
	_ = response.Body.Close()
	return response.StatusCode
}

// TestDeferredPunchesKeepTheirOrder: while LINE WORKS cannot say who somebody is
// everybody punches in; when it can again they punch out at once. Both are
// recorded, and nobody is told that there was no 出勤.
func TestDeferredPunchesKeepTheirOrder(t *testing.T) {
	t.Parallel()
	c := allInOne(t).company()
	c.simulator.Fail(simulator.Fault{Class: simulator.ClassUsers, Status: http.StatusServiceUnavailable})
	people := c.world.People[:4]
	// Both are overdue at every hour of today: an answer younger than a day goes
	// before an older one (ADR 0013).
	day := morning().AddDate(0, 0, -1)
	say := func(text string, hour int) (said []simulator.Delivery) {
		for _, p := range people {
			said = append(said, c.say(simulator.Post{User: p.ID, Bot: c.world.Bot.BotID, Text: text, SentAt: day.Add(time.Duration(hour) * time.Hour)}))
		}
		return said
	}
	in := say("出勤", 0)
	eventually(t, "出勤 waits for LINE WORKS", func() bool {
		return len(c.simulator.Ledger(simulator.Query{Class: simulator.ClassUsers})) >= len(people)
	})
	c.simulator.Heal()
	out := say("退勤", 9)
	for i := range people {
		var answers string // those that wait for one person go together
		eventually(t, "both answers", func() bool {
			answers = ""
			for _, m := range c.simulator.Messages(in[i].Room) {
				if m.FromBot {
					answers += m.TextIn("ja_JP") + "\n"
				}
			}
			return strings.Contains(answers, "退勤")
		})
		came := strings.Index(answers, onDay(day, "09:00 出勤を記録しました。"))
		left := strings.Index(answers, onDay(day, "18:00 退勤を記録しました。"))
		if came < 0 || left < came || strings.Count(answers, "記録しました") != 2 || strings.Contains(answers, "出勤の打刻がありません") {
			t.Errorf("answers: %q", answers)
		}
		if first, second := c.judged(in[i].Issued), c.judged(out[i].Issued); first.Outcome != "RECORDED" || second.Outcome != "RECORDED" {
			t.Errorf("%+v, %+v", first, second)
		}
	}
}
