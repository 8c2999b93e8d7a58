package store

import (
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/dakoku/dakoku/platform/postgres"
	"github.com/dakoku/dakoku/platform/seal"
	"github.com/dakoku/dakoku/services/attendance/internal/evidence"
)

// sealedTexts adds a company whose texts are really sealed, and opens them from then on.
func (c *court) sealedTexts(t *testing.T, n int) *seal.Keyring {
	t.Helper()
	keys, err := seal.LoadOrCreate(t.Context(), filepath.Join(t.TempDir(), "keys", "attendance.json"), postgres.NewSealCheck(c.db, Migrations()))
	if err != nil {
		t.Fatal(err)
	}
	c.open = func(tenant, punch string, sealed []byte) (bool, error) {
		_, err := keys.Open(TextContext(tenant, punch), sealed)
		return err == nil, nil
	}
	refs := company(t, c.Store, n)
	err = c.Record(t.Context(), refs, func(k Known) (Verdicts, error) {
		v := recordAll(refs)(k)
		for i := range v.Punches {
			if v.Punches[i].SealedText, err = keys.Seal(TextContext(refs[i].Tenant, v.Punches[i].ID), []byte("出勤")); err != nil {
				return v, err
			}
		}
		return v, nil
	})
	if err != nil {
		t.Fatal(err)
	}
	c.round(t)
	return keys
}

// No hash covers the wrapped data key of a text, which a rotation replaces. Whoever changes it is found by opening.
func TestAChangedWrappedKeyIsFound(t *testing.T) {
	for _, change := range []string{
		`set_byte(sealed_text, 20, get_byte(sealed_text, 20) # 1)`,
		`set_byte(sealed_text, 4, get_byte(sealed_text, 4) # 1)`,
		`set_byte(sealed_text, 0, 1)`, // of the length, which the hash of the text looks at only in part
		`(select overlay(p.sealed_text placing substring(o.sealed_text for 4 + get_byte(o.sealed_text, 3)) from 1) from attendance.punches o where o.id <> p.id limit 1)`,
	} {
		c := newCourt(t)
		c.sealedTexts(t, 2)
		if report := c.clean(t, time.Now()); report.Opened != 2 || !report.Keys {
			t.Errorf("%d opened", report.Opened)
		}
		c.exec(t, `set session_replication_role = replica`)
		c.exec(t, `update attendance.punches p set sealed_text = `+change)
		if found := c.problems(t); !slices.Equal(found, []evidence.Problem{evidence.TextUnreadable}) {
			t.Errorf("%s: %v", change, found)
		}
		c.open = nil
		if report := c.clean(t, time.Now()); report.Opened != 0 || report.Keys {
			t.Errorf("%d opened without keys", report.Opened)
		}
	}
}

// A rotation is sound.
func TestARewrappedTextOpens(t *testing.T) {
	c := newCourt(t)
	keys := c.sealedTexts(t, 1)
	var sealed []byte
	if err := c.owner.QueryRow(t.Context(), `select sealed_text from attendance.punches`).Scan(&sealed); err != nil {
		t.Fatal(err)
	}
	anew, err := keys.Rewrap(sealed)
	if err != nil {
		t.Fatal(err)
	}
	c.exec(t, `set session_replication_role = replica`)
	c.exec(t, `update attendance.punches set sealed_text = $1`, anew)
	if report := c.clean(t, time.Now()); report.Opened != 1 {
		t.Errorf("%d opened", report.Opened)
	}
}
