package seal

import (
	"bytes"
	"context"
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

// cloud stands for a key service behind a network: an HTTP server with its own
// keys, which the client below reaches as a cloud provider's client would.
type cloud struct {
	*httptest.Server
	keys    map[string]cipher.AEAD
	current atomic.Value // string
	status  atomic.Int32 // answered instead, when not 0
	calls   atomic.Int32
}

func newCloud(t *testing.T) *cloud {
	t.Helper()
	c := &cloud{keys: map[string]cipher.AEAD{}}
	for _, id := range []string{"projects/p/keys/k/versions/1", "projects/p/keys/k/versions/2"} {
		block, err := aes.NewCipher([]byte(rand.Text() + rand.Text())[:32])
		try(t, err)
		c.keys[id], err = cipher.NewGCMWithRandomNonce(block)
		try(t, err)
	}
	c.current.Store("projects/p/keys/k/versions/1")
	c.Server = httptest.NewServer(http.HandlerFunc(c.serve))
	t.Cleanup(c.Close)
	return c
}

func (c *cloud) serve(w http.ResponseWriter, r *http.Request) {
	c.calls.Add(1)
	if status := int(c.status.Load()); status != 0 {
		w.WriteHeader(status)
		return
	}
	body, _ := io.ReadAll(r.Body)
	data, _ := base64.StdEncoding.DecodeString(string(body))
	key := c.keys[r.URL.Query().Get("key")]
	if r.URL.Path == "/encrypt" {
		data = key.Seal(nil, nil, data, nil)
	} else if plain, err := key.Open(nil, nil, data, nil); err == nil {
		data = plain
	} else {
		w.WriteHeader(http.StatusBadRequest)
		return
	}
	_, _ = io.WriteString(w, base64.StdEncoding.EncodeToString(data))
}

func (c *cloud) Current(context.Context) (string, error) { return c.current.Load().(string), nil }

func (c *cloud) Encrypt(ctx context.Context, id string, dataKey []byte) ([]byte, error) {
	return c.call(ctx, "/encrypt?key="+id, dataKey)
}

func (c *cloud) Decrypt(ctx context.Context, id string, wrapped []byte) ([]byte, error) {
	return c.call(ctx, "/decrypt?key="+id, wrapped)
}

func (c *cloud) call(ctx context.Context, path string, data []byte) ([]byte, error) {
	text := base64.StdEncoding.EncodeToString(data)
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, c.URL+path, strings.NewReader(text))
	if err != nil {
		return nil, err
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	switch response.StatusCode {
	case http.StatusOK:
	case http.StatusBadRequest:
		return nil, ErrNotOpened
	default:
		return nil, fmt.Errorf("status %d", response.StatusCode)
	}
	answer, err := io.ReadAll(response.Body)
	if err != nil {
		return nil, err
	}
	return base64.StdEncoding.DecodeString(string(answer))
}

func TestAKeyServiceTakesThePlaceOfTheFile(t *testing.T) {
	remote, path, holdings := newCloud(t), keyPath(t), &shelf{ledger: &ledger{}}
	holdings.values = [][]byte{mustSeal(t, mustLoad(t, path, holdings), "from the file")}
	source := Source{Path: path, Service: remote}
	keys := load(t, source, holdings)
	mustOpen(t, keys, holdings.values[0], "from the file")
	holdings.values = append(holdings.values, mustSeal(t, keys, "from the service"))
	try(t, Rotation{Source: source, Check: holdings, Holdings: holdings, Grace: time.Nanosecond, Say: func(string) {}}.Run(t.Context()))
	alone := load(t, Source{Service: remote}, holdings) // the file is not needed any more
	mustOpen(t, alone, holdings.values[0], "from the file")
	mustOpen(t, alone, holdings.values[1], "from the service")

	remote.current.Store("projects/p/keys/k/versions/2")
	try(t, Rotation{Source: source, Check: holdings, Holdings: holdings, Grace: time.Nanosecond, Say: func(string) {}}.Run(t.Context()))
	for i, v := range append(holdings.values, holdings.value) {
		if id, _ := keys.keyOf(v); id != "projects/p/keys/k/versions/2" {
			t.Errorf("value %d is under %s", i, id)
		}
	}
	mustOpen(t, alone, holdings.values[0], "from the file")
}

func TestAnOutageOfTheKeyServiceIsNoDamage(t *testing.T) {
	remote, check := newCloud(t), &ledger{}
	keys := load(t, Source{Service: remote}, check)
	sealed := mustSeal(t, keys, "x")
	remote.status.Store(http.StatusServiceUnavailable)
	if _, err := keys.Open(Context{Tenant: "t"}, sealed); !errors.Is(err, ErrAway) || errors.Is(err, ErrNotOpened) {
		t.Errorf("open: %v", err)
	}
	if _, err := keys.Seal(Context{Tenant: "t"}, []byte("y")); !errors.Is(err, ErrAway) {
		t.Errorf("seal: %v", err)
	}
	if _, err := keys.Rewrap(sealed); !errors.Is(err, ErrAway) {
		t.Errorf("rewrap: %v", err)
	}
	if _, err := Load(t.Context(), Source{Service: remote}, check); !errors.Is(err, ErrAway) || !strings.Contains(err.Error(), "key service") {
		t.Errorf("start: %v", err)
	}
	holdings := &shelf{ledger: check}
	if _, err := rotate(t, Source{Service: remote}, holdings); !errors.Is(err, ErrAway) {
		t.Errorf("rotation: %v", err)
	}
	remote.status.Store(0)
	mustOpen(t, keys, sealed, "x")
	bad := bytes.Clone(sealed)
	bad[lengthBytes+2+len("projects/p/keys/k/versions/1")+3] ^= 1
	if _, err := keys.Open(Context{Tenant: "t"}, bad); !errors.Is(err, ErrNotOpened) {
		t.Errorf("a data key that the service refuses: %v", err)
	}
	if _, err := Load(t.Context(), Source{Service: newCloud(t)}, check); err == nil || !strings.Contains(err.Error(), "not the key") {
		t.Errorf("another service: %v", err)
	}
}

// stuck never answers.
type stuck struct{}

func (stuck) Current(context.Context) (string, error) { return "k", nil }
func (stuck) Encrypt(ctx context.Context, _ string, _ []byte) ([]byte, error) {
	<-ctx.Done()
	return nil, ctx.Err()
}
func (stuck) Decrypt(ctx context.Context, _ string, _ []byte) ([]byte, error) {
	<-ctx.Done()
	return nil, ctx.Err()
}

func TestACallToTheKeyServiceIsBounded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		began := time.Now()
		_, err := Load(t.Context(), Source{Service: stuck{}}, &ledger{})
		if took := time.Since(began); !errors.Is(err, ErrAway) || took != servicePatience {
			t.Errorf("%v after %s", err, took)
		}
	})
}
