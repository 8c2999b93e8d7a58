package integration_test

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	integrationv1 "github.com/dakoku/dakoku/proto/gen/dakoku/integration/v1"
)

// door stands in for the public door, with its own code: it accepts what one of
// the signing keys has signed, finds out who the sender is and answers.
type door struct {
	w       *world
	t       *testing.T
	server  *httptest.Server
	answers sync.WaitGroup
	ctx     context.Context
}

func newDoor(t *testing.T, w *world) *door {
	t.Helper()
	d := &door{w: w, t: t, ctx: t.Context()}
	d.server = httptest.NewServer(d)
	t.Cleanup(func() {
		d.server.Close()
		d.answers.Wait()
	})
	return d
}

// callback is an event of either version, as far as the door reads it.
type callback struct {
	Source  struct{ UserID, AccountID, ChannelID, RoomID string }
	Content struct{ Text string }
}

func (d *door) ServeHTTP(rw http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		rw.WriteHeader(http.StatusBadRequest)
		return
	}
	endpoint, key := d.find(r, body)
	if key == nil {
		rw.WriteHeader(http.StatusUnauthorized)
		return
	}
	var event callback
	if err := json.Unmarshal(body, &event); err != nil || event.Content.Text == "" {
		rw.WriteHeader(http.StatusBadRequest)
		return
	}
	d.answers.Go(func() { d.answer(endpoint, key.GetApiVersion(), event) })
}

// find knows the endpoint by the token and the key by the signature.
func (d *door) find(r *http.Request, body []byte) (*integrationv1.Endpoint, *integrationv1.SigningKey) {
	table, err := d.w.machine.ListEndpoints(r.Context(), &integrationv1.ListEndpointsRequest{})
	if err != nil {
		d.t.Errorf("endpoints: %v", err)
		return nil, nil
	}
	hash := sha256.Sum256([]byte(strings.TrimPrefix(r.URL.Path, "/")))
	for _, e := range table.GetEndpoints() {
		if string(e.GetTokenHash()) != string(hash[:]) {
			continue
		}
		for _, k := range e.GetSigningKeys() {
			header := map[integrationv1.Credentials_ApiVersion]string{integrationv1.Credentials_V1: "X-WORKS-BotNo", integrationv1.Credentials_V2: "X-WORKS-BotId"}[k.GetApiVersion()]
			if r.Header.Get(header) == k.GetBot() && r.Header.Get("X-WORKS-Signature") == signedWith(string(k.GetSecret()), body) {
				return e, k
			}
		}
	}
	return nil, nil
}

func signedWith(key string, body []byte) string {
	mac := hmac.New(sha256.New, []byte(key))
	mac.Write(body)
	return base64.StdEncoding.EncodeToString(mac.Sum(nil))
}

func (d *door) answer(e *integrationv1.Endpoint, version integrationv1.Credentials_ApiVersion, event callback) {
	sender := &integrationv1.Sender{Tenant: e.GetTenant(), Connection: e.GetConnection(), ApiVersion: version, User: event.Source.UserID + event.Source.AccountID}
	text := "答え " + event.Content.Text
	for {
		out, err := d.w.machine.ResolveSenders(d.ctx, &integrationv1.ResolveSendersRequest{Senders: []*integrationv1.Sender{sender}})
		if d.ctx.Err() != nil {
			return // the test is over
		}
		if err != nil {
			d.t.Errorf("resolve: %v", err)
			return
		}
		if got := out.GetSenders()[0]; got.GetState() == linked {
			break
		} else if got.GetState() != pending {
			text = got.GetState().String() + " " + event.Content.Text
			break
		}
		select {
		case <-d.ctx.Done():
			return
		case <-time.After(50 * time.Millisecond):
		}
	}
	sum := sha256.Sum256([]byte(event.Content.Text))
	message := reply(e.GetTenant(), e.GetConnection(), sum[:], version, sender.GetUser(), text)
	message.Channel = event.Source.ChannelID + event.Source.RoomID
	if _, err := d.w.machine.SendReplies(d.ctx, &integrationv1.SendRepliesRequest{Replies: []*integrationv1.Reply{message}}); err != nil && d.ctx.Err() == nil {
		d.t.Errorf("reply: %v", err)
	}
}
