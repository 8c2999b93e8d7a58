package load

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"
)

// door takes callbacks as the platform documents them and counts the events.
type door struct {
	mu     sync.Mutex
	events map[string]int
	bad    int
}

func (d *door) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	mac := hmac.New(sha256.New, []byte("secret"))
	mac.Write(body)
	var event struct {
		Source  struct{ UserID string }
		Content struct{ Text string }
	}
	signed := r.Header.Get("X-WORKS-Signature") == base64.StdEncoding.EncodeToString(mac.Sum(nil))
	d.mu.Lock()
	defer d.mu.Unlock()
	if !signed || json.Unmarshal(body, &event) != nil || r.Header.Get("X-WORKS-BotId") != "7" {
		d.bad++
		w.WriteHeader(http.StatusUnauthorized)
		return
	}
	d.events[event.Source.UserID+event.Content.Text]++
}

func posted(t *testing.T, change func(*Plan)) (*door, Result) {
	d := &door{events: map[string]int{}}
	server := httptest.NewServer(d)
	defer server.Close()
	plan := Plan{
		Bots:  []Bot{{URL: server.URL + "/x", Secret: "secret", ID: "7", Domain: 1, Users: []string{"a", "b"}}},
		Texts: []string{"出勤", "退勤"}, Conns: 3, Length: 50 * time.Millisecond,
	}
	change(&plan)
	got, err := Run(t.Context(), plan)
	if err != nil {
		t.Fatal(err)
	}
	return d, got
}

func TestEveryAnswerIsCounted(t *testing.T) {
	for name, rate := range map[string]func(time.Duration) float64{
		"closed": nil,
		"open":   func(time.Duration) float64 { return 2000 },
	} {
		d, got := posted(t, func(p *Plan) { p.Rate = rate })
		total := 0
		for _, n := range d.events {
			total += n
		}
		if d.bad > 0 || total == 0 || int64(total) != got.OK || got.Next != got.OK || len(got.Answers) != total || len(d.events) > 4 {
			t.Errorf("%s: %d refused, %v stored, %+v", name, d.bad, d.events, got.Status)
		}
	}
}

func TestARefusalIsNoAnswer(t *testing.T) {
	_, got := posted(t, func(p *Plan) { p.Bots[0].Secret = "other" })
	if got.OK != 0 || len(got.Answers) != 0 || got.Status["401"] == 0 {
		t.Error(got.Status)
	}
}

func TestQuantiles(t *testing.T) {
	r := Result{Answers: []Answer{{Took: 3}, {Took: 1}, {Took: 2}, {Took: 4}}}
	if r.Quantile(0.5) != 3 || r.Quantile(0.99) != 4 || r.Quantile(0) != 1 || (Result{}).Quantile(0.5) != 0 {
		t.Error(r.Quantile(0.5), r.Quantile(0.99), r.Quantile(0))
	}
}

// Bots take turns, each with its own URL and secret, and their users, each with every text; every answer says of which
// request it is.
func TestBotsTakeTurns(t *testing.T) {
	var paths sync.Map
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		mac := hmac.New(sha256.New, []byte(r.Header.Get("X-WORKS-BotId")))
		mac.Write(body)
		if r.Header.Get("X-WORKS-Signature") != base64.StdEncoding.EncodeToString(mac.Sum(nil)) {
			w.WriteHeader(http.StatusUnauthorized)
		}
		paths.Store(r.URL.Path, true)
	}))
	defer server.Close()
	p := Plan{Texts: []string{"出勤", "退勤"}, Conns: 2, Length: 50 * time.Millisecond}
	for _, id := range []string{"1", "2", "3"} {
		p.Bots = append(p.Bots, Bot{URL: server.URL + "/" + id, Secret: id, ID: id, Users: []string{"a" + id, "b" + id}})
	}
	got, err := Run(t.Context(), p)
	if err != nil || got.OK < 12 || got.OK != got.Next {
		t.Fatalf("%v, %+v", err, got.Status)
	}
	numbers := map[int64]bool{}
	for _, a := range got.Answers {
		numbers[a.Number] = true
	}
	for _, path := range []string{"/1", "/2", "/3"} {
		if _, posted := paths.Load(path); !posted || int64(len(numbers)) != got.Next {
			t.Errorf("%s: %t, %d of %d numbers", path, posted, len(numbers), got.Next)
		}
	}
	bot, user, before := p.Turn(3*2*5 + 3 + 2)
	if bot != 2 || user != 1 || before != 5 {
		t.Error(bot, user, before)
	}
}
