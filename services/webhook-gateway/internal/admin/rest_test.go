package admin

import (
	"context"
	"net"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"

	integrationv1 "github.com/dakoku/dakoku/proto/gen/dakoku/integration/v1"
	"github.com/dakoku/dakoku/proto/gen/openapi"
	"github.com/dakoku/dakoku/services/webhook-gateway/internal/admin/contract"
	"github.com/dakoku/dakoku/services/webhook-gateway/internal/identity"
	"go.uber.org/zap"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/metadata"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/emptypb"
)

// behind is every service at once: it answers each call with an empty message, or with what it is told, and
// says more in metadata than anybody shall see.
type behind struct {
	mu      sync.Mutex
	methods []string
	seen    metadata.MD
	says    proto.Message // nil: nothing
}

func (b *behind) serve(_ any, stream grpc.ServerStream) error {
	method, _ := grpc.MethodFromServerStream(stream)
	b.mu.Lock()
	b.methods = append(b.methods, method)
	b.seen, _ = metadata.FromIncomingContext(stream.Context())
	b.mu.Unlock()
	if err := stream.RecvMsg(&emptypb.Empty{}); err != nil {
		return err
	}
	stream.SetTrailer(metadata.Pairs("canary", "CANARY"))
	if err := stream.SetHeader(metadata.Pairs("canary", "CANARY", "grpc-metadata-canary", "CANARY")); err != nil {
		return err
	}
	if b.says != nil {
		return stream.SendMsg(b.says)
	}
	return stream.SendMsg(&emptypb.Empty{})
}

// called is what was called since the last time.
func (b *behind) called() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	list := strings.Join(b.methods, " ")
	b.methods = nil
	return list
}

// bare are the routes without what stands before them: the headers of a client
// come through as they were sent.
func bare(t *testing.T) (http.Handler, *behind) {
	t.Helper()
	b := &behind{}
	lis, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	server := grpc.NewServer(grpc.UnknownServiceHandler(b.serve))
	go func() { _ = server.Serve(lis) }()
	t.Cleanup(server.Stop)
	conn, err := grpc.NewClient(lis.Addr().String(), grpc.WithTransportCredentials(insecure.NewCredentials()))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	terms, err := contract.Load(openapi.Document())
	if err != nil {
		t.Fatal(err)
	}
	e := &Edge{cfg: Config{Contract: terms, PageKey: []byte("key"), Log: zap.NewNop(), Backends: Backends{conn, conn, conn, conn}}}
	rest, err := e.rest(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return rest, b
}

// ask sends a request of an administrator with headers in pairs.
func ask(t *testing.T, h http.Handler, method, path, body string, headers ...string) *httptest.ResponseRecorder {
	t.Helper()
	v := &visit{language: "en", caller: &identity.Caller{Tenant: "t", ID: "a", Role: identity.Administrator, Session: "s"}}
	r := httptest.NewRequestWithContext(context.WithValue(t.Context(), visitKey{}, v), method, path, strings.NewReader(body))
	r.Host, r.RemoteAddr = "", ""
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

// The routes themselves make no other method of a POST, whatever the headers that
// are taken away before them say.
func TestTheRoutesTakeAMethodAsItIs(t *testing.T) {
	rest, behind := bare(t)
	if w := ask(t, rest, "DELETE", "/v1/apiKeys/x", ""); w.Code != http.StatusOK || behind.called() != "/dakoku.identity.v1.IdentityService/DeleteApiKey" {
		t.Fatalf("%d %s", w.Code, w.Body)
	}
	for _, path := range []string{"/v1/apiKeys/x", "/v1/organization"} {
		for _, override := range []string{"DELETE", "GET", ""} {
			w := ask(t, rest, "POST", path, "", "Content-Type", "application/x-www-form-urlencoded", "X-HTTP-Method-Override", override)
			if called := behind.called(); w.Code != http.StatusMethodNotAllowed || called != "" {
				t.Errorf("POST %s as %q: %d, calls %q", path, override, w.Code, called)
			}
		}
	}
}

// No header becomes metadata, and no metadata a header, by the routes themselves.
// Authorization is the one that their library passes on whatever it is told; it is
// taken away before.
func TestTheRoutesPassNoHeaders(t *testing.T) {
	rest, behind := bare(t)
	hostile := []string{"TE", "trailers"}
	for _, name := range []string{"Cookie", "Accept", "Origin", "Referer", "User-Agent", "Via", "Grpc-Metadata-Dakoku-Tenant", "Grpc-Metadata-Canary", "Grpcgateway-Canary", "Dakoku-Tenant", "Canary"} {
		hostile = append(hostile, name, "CANARY")
	}
	w := ask(t, rest, "GET", "/v1/organization", "", hostile...)
	if w.Code != http.StatusOK {
		t.Fatalf("%d %s", w.Code, w.Body)
	}
	for name, values := range behind.seen {
		if slices.Contains(values, "CANARY") {
			t.Errorf("metadata %s", name)
		}
	}
	for _, part := range []http.Header{w.Header(), w.Result().Trailer} {
		for name, values := range part {
			if strings.Contains(strings.ToLower(name+strings.Join(values, "")), "canary") {
				t.Errorf("header %s: %v", name, values)
			}
		}
	}
}

// The answer to 「確認」 and 「送信」 is the credentials alone, so what LINE WORKS said of
// them has to be among them.
func TestWhatLineWorksSaidOfKeysComesThrough(t *testing.T) {
	rest, behind := bare(t)
	behind.says = &integrationv1.UpdateCredentialsResponse{Credentials: &integrationv1.Credentials{CheckMessage: "could not be asked"}, Message: "could not be asked"}
	for _, query := range []string{"", "?validateOnly=true"} {
		if w := ask(t, rest, "PUT", "/v1/connections/x/credentials"+query, "{}", "Content-Type", "application/json"); w.Code != http.StatusOK || !strings.Contains(w.Body.String(), `"checkMessage":"could not be asked"`) {
			t.Errorf("%d %s", w.Code, w.Body)
		}
	}
}

// Of a request the routes see what they need.
func TestWhatIsLeftOfARequest(t *testing.T) {
	r := httptest.NewRequestWithContext(t.Context(), "POST", "http://host.example/v1/apiKeys?x=1", strings.NewReader("{}"))
	for _, name := range []string{"Content-Type", "Authorization", "Cookie", "Grpc-Timeout", "X-HTTP-Method-Override", "X-Forwarded-For", "X-Forwarded-Host", "Anything"} {
		r.Header.Set(name, "x")
	}
	r.Trailer = http.Header{"X": {"y"}}
	forgetHeaders(http.HandlerFunc(func(_ http.ResponseWriter, left *http.Request) {
		if len(left.Header) != 1 || left.Header.Get("Content-Type") != "x" || left.Host != "" || left.RemoteAddr != "" || left.Trailer != nil ||
			left.Method != http.MethodPost || left.URL.String() != r.URL.String() {
			t.Errorf("%+v", left)
		}
	})).ServeHTTP(nil, r)
}
