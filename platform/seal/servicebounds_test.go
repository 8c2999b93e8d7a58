package seal

import (
	"context"
	"errors"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// plain is a key service that wraps with nothing; while it is silent it never
// answers.
type plain struct {
	id     string
	silent bool
}

func (p *plain) Current(context.Context) (string, error) { return p.id, nil }

func (p *plain) Encrypt(ctx context.Context, _ string, dataKey []byte) ([]byte, error) {
	return p.answer(ctx, dataKey)
}

func (p *plain) Decrypt(ctx context.Context, _ string, wrapped []byte) ([]byte, error) {
	return p.answer(ctx, wrapped)
}

func (p *plain) answer(ctx context.Context, data []byte) ([]byte, error) {
	if !p.silent {
		return data, nil
	}
	<-ctx.Done()
	return nil, ctx.Err()
}

func TestOpeningWithAKeyServiceIsBounded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		service := &plain{id: "k"}
		keys := load(t, Source{Service: service}, &ledger{})
		sealed := mustSeal(t, keys, "x")
		service.silent = true
		began := time.Now()
		_, err := keys.Open(Context{Tenant: "t"}, sealed)
		if took := time.Since(began); !errors.Is(err, ErrAway) || took != servicePatience {
			t.Errorf("%v after %s", err, took)
		}
	})
}

func TestTheIDOfAServiceKeyHasBounds(t *testing.T) {
	for _, id := range []string{"", strings.Repeat("k", 256)} {
		if _, err := Load(t.Context(), Source{Service: &plain{id: id}}, &ledger{}); err == nil || !strings.Contains(err.Error(), "names no key") {
			t.Errorf("an id of %d bytes: %v", len(id), err)
		}
	}
	keys := load(t, Source{Service: &plain{id: strings.Repeat("k", 255)}}, &ledger{})
	mustOpen(t, keys, mustSeal(t, keys, "x"), "x")
	for _, wrapped := range []string{"\x02", "\x02\x02k", "\x03\x01k", "\x02\xff"} {
		bad := append([]byte{0, 0, 0, byte(len(wrapped))}, wrapped+"payload"...)
		if _, err := keys.Open(Context{Tenant: "t"}, bad); !errors.Is(err, ErrNotOpened) {
			t.Errorf("%q: %v", wrapped, err)
		}
	}
}
