package store

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"path/filepath"
	"strings"
	"testing"

	"github.com/dakoku/dakoku/platform/postgres/pgtest"
	"github.com/dakoku/dakoku/platform/seal"
	"github.com/dakoku/dakoku/services/attendance/internal/evidence"
)

// wrapper is a key service whose answers are as long as it likes.
type wrapper struct {
	longer int
	kept   map[string][]byte
}

func (w *wrapper) Current(context.Context) (string, error) { return "key", nil }

func (w *wrapper) Encrypt(_ context.Context, _ string, dataKey []byte) ([]byte, error) {
	wrapped := make([]byte, 32+w.longer)
	_, err := rand.Read(wrapped)
	w.kept[string(wrapped)] = bytes.Clone(dataKey)
	return wrapped, err
}

func (w *wrapper) Decrypt(_ context.Context, _ string, wrapped []byte) ([]byte, error) {
	if dataKey, ok := w.kept[string(wrapped)]; ok {
		return bytes.Clone(dataKey), nil
	}
	return nil, seal.ErrNotOpened
}

// slip keeps the check value of a keyring.
type slip struct{ value []byte }

func (s *slip) LoadCheck(context.Context) ([]byte, error) { return s.value, nil }

func (s *slip) SaveCheck(_ context.Context, sealed []byte) error {
	s.value = sealed
	return nil
}

// The offset at which the payload of a sealed value begins is known to the code
// that seals, to the trigger that lets a rotation through, and to the statement
// that hashes facts. A value is wrapped anew by wrappings of many lengths: all
// three must find the same bytes, which stay, and all of them.
func TestThePayloadIsFoundAlikeEverywhere(t *testing.T) {
	owner := pgtest.New(t, Migrations()).Owner(t)
	statements := map[string]string{
		"payload_of": "select attendance.payload_of(f.sealed_text) from (select $1::bytea as sealed_text) f",
		"TextSQL":    "select " + evidence.Fact{Text: "sealed_text"}.TextSQL() + " from (select $1::bytea as sealed_text) f",
	}
	path := filepath.Join(t.TempDir(), "keys.json")
	for _, plain := range []string{"", "出", strings.Repeat("出勤 ", 90)} {
		for _, longer := range []int{0, 1, 200, 255, 256, 700, 4000} {
			keys, err := seal.LoadOrCreate(t.Context(), path, &slip{})
			if err != nil {
				t.Fatal(err)
			}
			was, err := keys.Seal(seal.Context{Tenant: "t"}, []byte(plain))
			if err != nil {
				t.Fatal(err)
			}
			service, err := seal.Load(t.Context(), seal.Source{Path: path, Service: &wrapper{longer, map[string][]byte{}}}, &slip{})
			if err != nil {
				t.Fatal(err)
			}
			becomes, err := service.Rewrap(was)
			if err != nil || len(becomes) == len(was) {
				t.Fatal(errors.Join(err, errors.New("not wrapped anew")))
			}
			for name, statement := range statements {
				var before, after []byte
				if err := errors.Join(owner.QueryRow(t.Context(), statement, was).Scan(&before), owner.QueryRow(t.Context(), statement, becomes).Scan(&after)); err != nil {
					t.Fatal(err)
				}
				const nonceAndTag = 12 + 16
				if !bytes.Equal(before, after) || len(before) != len(plain)+nonceAndTag || !bytes.HasSuffix(was, before) {
					t.Errorf("%s, %d bytes wrapped %d longer: the payload has %d and %d bytes", name, len(plain), longer, len(before), len(after))
				}
			}
		}
	}
}
