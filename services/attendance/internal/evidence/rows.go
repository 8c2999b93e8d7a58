package evidence

import (
	"bytes"
	"context"
	"encoding/json"
	"time"
)

// Row is a fact beside its seal; one of the two may be missing.
type Row struct {
	Tenant, Key string
	There       bool // the fact is in its table
	Noted       bool // and waits for its seal
	Again       bool // a row with the key was read before
	Canonical   []byte
	Content     []byte     // nil without a text
	Sealed      []byte     // all of it, with its wrapped data key
	Received    *time.Time // of the text, by the row; nil for facts without one
	Employee    string     // whose text it is
	Seal        *Seal
	Stone       bool // a tombstone says that it was removed because its time was over
}

// Opener tells whether the sealed text of a punch, held or not, opens. An error means that nobody can tell now.
type Opener func(tenant, punch string, sealed []byte) (bool, error)

// facts compares every row with its seal.
func (c *check) facts(ctx context.Context, r Reader) error {
	for _, f := range Facts() {
		if err := r.Rows(ctx, f, func(row Row) { c.row(f.Table, row) }); err != nil {
			return err
		}
		if c.failed != nil {
			return c.failed
		}
		if err := r.Lost(ctx, f, func(tenant, key string) { c.find(tenant, f.Table, key, RemovedEarly) }); err != nil {
			return err
		}
	}
	return r.Unknown(ctx, func(tenant, table, key string) { c.find(tenant, table, key, UnknownFact) })
}

// row compares a fact with its seal.
func (c *check) row(table string, r Row) {
	of := c.company(r.Tenant)
	switch {
	case r.Again:
		c.find(r.Tenant, table, r.Key, Inserted)
		return
	case r.Seal == nil && r.Noted:
		of.Newer++
	case r.Seal == nil:
		c.find(r.Tenant, table, r.Key, Inserted)
	case !r.There && !r.Stone:
		c.find(r.Tenant, table, r.Key, Removed)
	case !r.There:
		if wrong, found := c.buried[rowOf{r.Tenant, table, r.Key}]; found {
			c.find(r.Tenant, table, r.Key, wrong)
		}
		if r.Seal.Salt != nil || r.Seal.TextSalt != nil {
			c.find(r.Tenant, table, r.Key, SaltLeft)
		}
	default:
		c.sealed(table, r)
	}
	if r.Seal != nil && r.Seal.Position > of.Covered {
		of.Newer++
	}
}

func (c *check) sealed(table string, r Row) {
	if r.Stone {
		c.find(r.Tenant, table, r.Key, NotErased)
	}
	if r.Seal.Form < 1 || r.Seal.Form > Form || !bytes.Equal(r.Seal.LeafOf(r.Canonical), r.Seal.Leaf) {
		c.find(r.Tenant, table, r.Key, Changed)
	}
	switch had := len(r.Seal.TextLeaf) > 0; {
	case !had && (r.Content != nil || r.Seal.TextSalt != nil), had && r.Content != nil && !bytes.Equal(r.Seal.TextLeafOf(r.Content), r.Seal.TextLeaf):
		c.find(r.Tenant, table, r.Key, TextChanged)
	case had && r.Content == nil && (r.Received == nil || c.now.Before(r.Received.Add(TextKept)) || c.terms.keptText(r.Tenant, r.Employee, *r.Received)):
		c.find(r.Tenant, table, r.Key, TextRemoved)
	case had && r.Content == nil && r.Seal.TextSalt != nil:
		c.find(r.Tenant, table, r.Key, SaltLeft)
	case r.Sealed != nil && c.open != nil:
		c.opened(table, r)
	}
}

// opened finds what no hash can tell: a rotation replaces the wrapped data key, so that it is in none.
func (c *check) opened(table string, r Row) {
	var id [1]string
	c.Opened++
	opens := json.Unmarshal([]byte(r.Key), &id) == nil
	if opens && c.failed == nil {
		opens, c.failed = c.open(r.Tenant, id[0], r.Sealed)
	}
	if !opens && c.failed == nil {
		c.find(r.Tenant, table, r.Key, TextUnreadable)
	}
}
