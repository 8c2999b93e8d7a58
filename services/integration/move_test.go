package integration_test

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/google/uuid"

	integrationv1 "github.com/dakoku/dakoku/proto/gen/dakoku/integration/v1"
	"github.com/dakoku/dakoku/simulator"
)

// move is a connection on its way from API 1.0 to 2.0, with a person who talks
// to the bot all the time.
type move struct {
	*world
	ctx          context.Context
	tenant, conn string
	old          simulator.CredentialsV1
	fresh        simulator.CredentialsV2
	person       simulator.User
	platform     sync.Mutex // the platform upgrades a bot between two events
	said         []string
}

func newMove(t *testing.T) *move {
	t.Helper()
	m := &move{world: newWorld(t), tenant: uuid.NewString()}
	m.sim.SetRateLimit(-1)
	m.ctx, m.conn = as(t, m.tenant), ""
	m.conn = m.connection(m.ctx, t)
	var err error
	if m.old, err = m.sim.NewBotV1(simulator.BotSpec{Domain: m.domain}); err != nil {
		t.Fatal(err)
	}
	m.activate(m.ctx, t, m.conn, inV1(m.old))
	m.person = m.user(t, "taro@example")
	m.link(t, m.tenant, "taro@example")
	tokens, err := m.admin.ListTokens(m.ctx, &integrationv1.ListTokensRequest{Connection: m.conn})
	if err != nil {
		t.Fatal(err)
	}
	if err := m.sim.SetCallback(m.old.BotNo, newDoor(t, m.world).server.URL+"/"+tokens.GetTokens()[0].GetToken()); err != nil {
		t.Fatal(err)
	}
	return m
}

// say posts a text, whose callback must be accepted.
func (m *move) say(t *testing.T, text string) {
	t.Helper()
	m.platform.Lock()
	d, err := m.sim.Say(t.Context(), simulator.Post{User: m.person.ID, Bot: m.old.BotNo, Text: text})
	m.said = append(m.said, text)
	m.platform.Unlock()
	if err != nil || d.Status() != 200 {
		t.Errorf("%q: status %d, %v", text, d.Status(), err)
	}
}

// late posts an event that the platform had signed as one of API 1.0 before.
func (m *move) late(t *testing.T, text string, want int) {
	t.Helper()
	m.deliver(t, fmt.Sprintf(`{"accountId":%q}`, m.person.Email), text, want)
	if want == 200 {
		m.platform.Lock()
		m.said = append(m.said, text)
		m.platform.Unlock()
	}
}

// lateInRooms posts such events of rooms, whose ids mean nothing to API 2.0.
func (m *move) lateInRooms(t *testing.T, text string) {
	t.Helper()
	for i := range 3 {
		room, err := m.sim.NewRoom(m.domain, text, []string{m.person.ID}, []string{m.old.BotNo})
		if err != nil {
			t.Fatal(err)
		}
		m.deliver(t, fmt.Sprintf(`{"accountId":%q,"roomId":%q}`, m.person.Email, room.ID), fmt.Sprint(text, " ", i), 200)
	}
}

func (m *move) deliver(t *testing.T, source, text string, want int) {
	t.Helper()
	body := fmt.Appendf(nil, `{"type":"message","source":%s,"createdTime":1,"content":{"type":"text","text":%q}}`, source, text)
	d, err := m.sim.Deliver(t.Context(), m.old.BotNo, body, simulator.Options{Headers: map[string]string{
		"X-WORKS-BotId": "", "X-WORKS-BotNo": m.old.BotNo, "X-WORKS-Signature": signedWith(m.old.APIID, body)}})
	if err != nil || d.Status() != want {
		t.Errorf("%q: status %d, want %d, %v", text, d.Status(), want, err)
	}
}

// answered waits until every text has its answer, and each once.
func (m *move) answered(t *testing.T) {
	t.Helper()
	m.platform.Lock()
	want := len(m.said)
	m.platform.Unlock()
	found := func() map[string]int {
		out := map[string]int{}
		for _, shown := range m.shown(t, m.person.ID, m.old.BotNo) {
			for line := range strings.Lines(shown.Text) {
				if text, is := strings.CutPrefix(strings.TrimSpace(line), "答え "); is {
					out[text]++
				}
			}
		}
		return out
	}
	eventually(t, "an answer to every text", func() bool { return len(found()) >= want })
	for text, times := range found() {
		if times != 1 {
			t.Errorf("%q was answered %d times", text, times)
		}
	}
}

func (m *move) stage(t *testing.T) *integrationv1.Credentials {
	t.Helper()
	out, err := m.admin.UpdateCredentials(m.ctx, &integrationv1.UpdateCredentialsRequest{Connection: m.conn, Credentials: inV2(m.fresh), Stage: true})
	if err != nil || out.GetCredentials().GetStaged().GetBotId() != m.fresh.BotID || out.GetCredentials().GetApiVersion() != integrationv1.Credentials_V1 {
		t.Fatalf("stage: %v, %v", out, err)
	}
	return out.GetCredentials()
}

func (m *move) turn(t *testing.T, current, staged, previous integrationv1.Credentials_ApiVersion, verb func() (*integrationv1.Credentials, error)) {
	t.Helper()
	got, err := verb()
	if err != nil || got.GetApiVersion() != current || got.GetStaged().GetApiVersion() != staged || got.GetPrevious().GetApiVersion() != previous {
		t.Fatalf("got %v, %v", got, err)
	}
}

func (m *move) activated() (*integrationv1.Credentials, error) {
	out, err := m.admin.ActivateCredentials(m.ctx, &integrationv1.ActivateCredentialsRequest{Connection: m.conn})
	return out.GetCredentials(), err
}

func (m *move) rolledBack() (*integrationv1.Credentials, error) {
	out, err := m.admin.RollBackCredentials(m.ctx, &integrationv1.RollBackCredentialsRequest{Connection: m.conn})
	return out.GetCredentials(), err
}

func (m *move) retired() (*integrationv1.Credentials, error) {
	out, err := m.admin.RetireCredentials(m.ctx, &integrationv1.RetireCredentialsRequest{Connection: m.conn})
	return out.GetCredentials(), err
}

// TestMoveToAPI2WithoutAGap moves a bot from API 1.0 to 2.0 and back while a
// person goes on talking to it: every callback of either kind is accepted and
// answered once, whether the platform keeps API 1.0 of an upgraded bot or not.
func TestMoveToAPI2WithoutAGap(t *testing.T) {
	t.Parallel()
	const none, v1, v2 = integrationv1.Credentials_API_VERSION_UNSPECIFIED, integrationv1.Credentials_V1, integrationv1.Credentials_V2
	for name, keepsV1 := range map[string]bool{"API 1.0 goes on": true, "API 1.0 is gone": false} {
		t.Run(name, func(t *testing.T) {
			m := newMove(t)
			var err error
			if m.fresh, err = m.sim.PrepareUpgrade(m.old.BotNo); err != nil {
				t.Fatal(err)
			}
			stop := m.talk(t)
			m.say(t, "before")
			m.stage(t)
			m.say(t, "staged")
			m.platform.Lock()
			if _, err := m.sim.UpgradeBot(m.old.BotNo, keepsV1); err != nil {
				t.Fatal(err)
			}
			m.platform.Unlock()
			m.say(t, "upgraded")
			m.late(t, "upgraded, late", 200)
			m.answered(t)
			m.turn(t, v2, none, v1, m.activated)
			m.lateInRooms(t, "activated, in a room")
			m.say(t, "activated")
			m.late(t, "activated, late", 200)
			m.answered(t)
			m.turn(t, v1, v2, none, m.rolledBack)
			m.say(t, "rolled back")
			m.late(t, "rolled back, late", 200)
			m.answered(t)
			m.turn(t, v2, none, v1, m.activated)
			m.say(t, "activated again")
			m.turn(t, v2, none, none, m.retired)
			m.say(t, "retired")
			stop()
			m.late(t, "retired, late", 401)
			m.answered(t)
			if n := len(m.shown(t, m.person.ID, m.old.BotNo)); n < 20 {
				t.Errorf("only %d messages: the person did not talk all the while", n)
			}
		})
	}
}

// Keys of API 1.0 that are refused are seen by an administrator, although the
// answer reaches the person by API 2.0.
func TestASecondWayDoesNotHideRefusedKeys(t *testing.T) {
	t.Parallel()
	m := newMove(t)
	wrong := m.old
	wrong.ConsumerKey = "anotherConsumerKey"
	if _, err := m.admin.UpdateCredentials(m.ctx, &integrationv1.UpdateCredentialsRequest{Connection: m.conn, Credentials: inV1(wrong)}); err != nil {
		t.Fatal(err)
	}
	if _, err := m.admin.RetireCredentials(m.ctx, &integrationv1.RetireCredentialsRequest{Connection: m.conn}); err != nil {
		t.Fatal(err)
	}
	var err error
	if m.fresh, err = m.sim.UpgradeBot(m.old.BotNo, true); err != nil {
		t.Fatal(err)
	}
	m.stage(t)
	for i := range 3 { // after so many in a row nobody takes it for a token that was just revoked
		m.late(t, fmt.Sprint("late ", i), 200)
		m.answered(t)
	}
	eventually(t, "BROKEN", func() bool {
		got, err := m.admin.GetConnection(m.ctx, &integrationv1.GetConnectionRequest{Connection: m.conn})
		return err == nil && got.GetConnection().GetState() == integrationv1.Connection_BROKEN &&
			strings.HasSuffix(got.GetConnection().GetStateReason(), "_REFUSED") && got.GetConnection().GetStateDetail() == "024"
	})
}

// talk lets the person go on until the returned function is called.
func (m *move) talk(t *testing.T) func() {
	t.Helper()
	done := make(chan struct{})
	var talking sync.WaitGroup
	talking.Go(func() {
		for i := 0; ; i++ {
			select {
			case <-done:
				return
			default:
				m.say(t, fmt.Sprint("talk ", i))
			}
		}
	})
	stop := sync.OnceFunc(func() {
		close(done)
		talking.Wait()
	})
	t.Cleanup(stop) // a test that fails says why, and not that it was talked to after its end
	return stop
}
