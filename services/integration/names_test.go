package integration_test

import (
	"bytes"
	"context"
	"net"
	"net/url"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/uuid"

	integrationv1 "github.com/dakoku/dakoku/proto/gen/dakoku/integration/v1"
)

// What a name server may do.
const (
	answers int32 = iota
	denies        // the name does not exist
	silent        // nothing comes back
)

// nameServer answers that every name is 127.0.0.1, or misbehaves.
type nameServer struct {
	conn net.PacketConn
	mode atomic.Int32
}

func newNameServer(t *testing.T) *nameServer {
	t.Helper()
	conn, err := new(net.ListenConfig).ListenPacket(t.Context(), "udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s := &nameServer{conn: conn}
	t.Cleanup(func() { _ = conn.Close() })
	go s.serve()
	return s
}

func (s *nameServer) serve() {
	query := make([]byte, 512)
	for {
		n, from, err := s.conn.ReadFrom(query)
		if err != nil {
			return
		}
		if mode := s.mode.Load(); mode != silent {
			_, _ = s.conn.WriteTo(answer(query[:n], mode == denies), from)
		}
	}
}

// answer is a DNS message (RFC 1035, section 4) for the one question of a query.
func answer(query []byte, deny bool) []byte {
	end := 12 + bytes.IndexByte(query[12:], 0) + 1
	question := query[12 : end+4]
	isA := question[len(question)-3] == 1
	head := append([]byte{query[0], query[1], 0x81, 0x80, 0, 1, 0, 0, 0, 0, 0, 0}, question...)
	switch {
	case deny:
		head[3] |= 3
	case isA:
		head[7] = 1
		head = append(head, 0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 0, 0, 4, 127, 0, 0, 1)
	}
	return head
}

func (s *nameServer) resolver() *net.Resolver {
	return &net.Resolver{PreferGo: true, Dial: func(ctx context.Context, _, _ string) (net.Conn, error) {
		return new(net.Dialer).DialContext(ctx, "udp", s.conn.LocalAddr().String())
	}}
}

// TestWithoutNamesRepliesWaitAndNothingElse is fault F56: the name of LINE WORKS
// is gone, or asking for it takes for ever.
func TestWithoutNamesRepliesWaitAndNothingElse(t *testing.T) {
	t.Parallel()
	for name, mode := range map[string]int32{"denied": denies, "silent": silent} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w, names := newWorld(t), newNameServer(t)
			w.renamed(t, names)
			tenant := uuid.NewString()
			conn, keys := w.activeV2(as(t, tenant), t)
			known, fresh := w.user(t, "known@example"), w.user(t, "fresh@example")
			first, second := w.link(t, tenant, "known@example"), w.link(t, tenant, "fresh@example")
			if got := w.resolve(t, tenant, conn, integrationv1.Credentials_V2, known.ID)[0]; got.GetEmployee() != first {
				t.Fatalf("before: %v", got)
			}
			w.stop() // connections that are open need no name
			names.mode.Store(mode)
			w.start(t)

			began := time.Now()
			got := w.resolve(t, tenant, conn, integrationv1.Credentials_V2, known.ID, fresh.ID)
			if got[0].GetState() != linked || got[0].GetEmployee() != first || got[1].GetState() != pending {
				t.Errorf("senders: %v", got)
			}
			accepted := w.send(t, reply(tenant, conn, key(t), integrationv1.Credentials_V2, known.ID, "1"),
				reply(tenant, conn, key(t), integrationv1.Credentials_V2, fresh.ID, "2"))
			if len(accepted) != 2 {
				t.Errorf("replies: %v", accepted)
			}
			if again := w.resolve(t, tenant, conn, integrationv1.Credentials_V2, known.ID)[0]; again.GetState() != linked {
				t.Errorf("the known sender: %v", again)
			}
			if took := time.Since(began); took > 5*time.Second {
				t.Errorf("the path of a punch took %s", took)
			}
			if state := w.state(t, tenant, conn); state != integrationv1.Connection_ACTIVE {
				t.Errorf("the connection is %s", state)
			}
			names.mode.Store(answers)
			eventually(t, "both replies, once each", func() bool {
				return len(w.shown(t, known.ID, keys.BotID)) == 1 && len(w.shown(t, fresh.ID, keys.BotID)) == 1
			})
			eventually(t, "the new sender is found", func() bool {
				return w.resolve(t, tenant, conn, integrationv1.Credentials_V2, fresh.ID)[0].GetEmployee() == second
			})
		})
	}
}

// renamed gives LINE WORKS names that only this server knows.
func (w *world) renamed(t *testing.T, names *nameServer) {
	t.Helper()
	far, err := url.Parse(w.cfg.APIURL)
	if err != nil {
		t.Fatal(err)
	}
	w.stop()
	w.cfg.Names = names.resolver()
	w.cfg.AuthURL = "http://auth.lineworks.test:" + far.Port()
	w.cfg.APIURL = "http://www.lineworks.test:" + far.Port()
	w.start(t)
}

func (w *world) state(t *testing.T, tenant, conn string) integrationv1.Connection_State {
	t.Helper()
	got, err := w.admin.GetConnection(as(t, tenant), &integrationv1.GetConnectionRequest{Connection: conn})
	if err != nil {
		t.Fatal(err)
	}
	return got.GetConnection().GetState()
}
