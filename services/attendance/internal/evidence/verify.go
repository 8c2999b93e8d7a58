package evidence

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"time"
)

// TextKept is how long the text of a message stays after it was received.
const TextKept = 90 * 24 * time.Hour

// filedWithin is when a checkpoint is in the file, unless it is the newest of a process that was killed.
const filedWithin = 10 * time.Minute

// End is where a chain is said to end.
type End struct {
	Tenant                             string
	Position, Checkpoint, Checkpointed int64
	Head                               []byte
}

// Reader reads one moment of everything, of all companies.
type Reader interface {
	Seals(ctx context.Context, each func(tenant string, s Seal)) error // by company and position
	Checkpoints(ctx context.Context) ([]Checkpoint, error)             // by company and number
	Ends(ctx context.Context) ([]End, error)
	Terms(ctx context.Context) (Terms, error)
	Remains(ctx context.Context, each func(Remain)) error // by employee, in the order of the chain
	Sheets(ctx context.Context, each func(Sheet)) error
	Rows(ctx context.Context, f Fact, each func(Row)) error
	Lost(ctx context.Context, f Fact, each func(tenant, key string)) error // noted, but not in the table
	Unknown(ctx context.Context, each func(tenant, table, key string)) error
	Unmatched(ctx context.Context, each func(Finding)) error // outcomes and punches that do not fit
}

// Company is what was checked of a company.
type Company struct {
	Sealed     int64     // facts in the chain
	Checkpoint int64     // the number of the last one
	Covered    int64     // facts that the last checkpoint covers
	At         time.Time // of the last checkpoint
	Newer      int64     // facts that it does not cover: their change would not be proved
	head       []byte
}

// Report is what a check found.
type Report struct {
	Companies map[string]*Company
	Keys      bool  // were there: every text was opened
	Opened    int64 // how many
	Findings  []Finding
}

type check struct {
	Report
	heads   map[string]map[int64][]byte // by company and position: what must be the link there
	signers []Signature                 // in the order in which they signed
	turn    map[string]int              // by company: whose turn it is
	terms   Terms
	whose   person            // the employee whose records are followed
	tales   map[string]*tale  // by record
	buried  map[rowOf]Problem // rows whose tombstone is wrong
	open    Opener
	failed  error // of open
	now     time.Time
}

type rowOf struct{ tenant, table, key string }

// Outside is what a check needs from outside the database.
type Outside struct {
	Checkpoints []Checkpoint                // read before the moment that is checked, so that nothing in it is newer
	Signers     func() ([]Signature, error) // read after it
	Open        Opener                      // nil without the keys
}

// Verify checks everything against the chain, the chain against the checkpoints, and those against the file's.
func Verify(ctx context.Context, r Reader, outside Outside, now time.Time) (Report, error) {
	c := &check{Report: Report{Companies: map[string]*Company{}}, heads: map[string]map[int64][]byte{}, buried: map[rowOf]Problem{}, open: outside.Open, now: now}
	c.Keys = outside.Open != nil
	inside, err := r.Checkpoints(ctx)
	if err != nil {
		return c.Report, err
	}
	if c.signers, err = outside.Signers(); err != nil {
		return c.Report, err
	}
	c.checkpoints(inside, outside.Checkpoints)
	if err := c.chain(ctx, r); err != nil {
		return c.Report, err
	}
	if err := c.ends(ctx, r); err != nil {
		return c.Report, err
	}
	if c.terms, err = r.Terms(ctx); err != nil {
		return c.Report, err
	}
	if err := r.Remains(ctx, c.remain); err != nil {
		return c.Report, err
	}
	if err := c.facts(ctx, r); err != nil {
		return c.Report, err
	}
	if err := r.Sheets(ctx, c.sheet); err != nil {
		return c.Report, err
	}
	return c.Report, r.Unmatched(ctx, func(f Finding) { c.Findings = append(c.Findings, f) })
}

func (c *check) sheet(s Sheet) {
	if !s.Fits {
		key, _ := json.Marshal([]string{s.Employee, s.Period}) // strings always can be
		c.find(s.Tenant, "timesheets", string(key), WrongDays)
	}
}

func (c *check) find(tenant, table, key string, p Problem) {
	c.Findings = append(c.Findings, Finding{tenant, table, key, p})
}

func (c *check) company(tenant string) *Company {
	if c.Companies[tenant] == nil {
		c.Companies[tenant], c.heads[tenant] = &Company{}, map[int64][]byte{}
	}
	return c.Companies[tenant]
}

type numbered struct {
	tenant string
	number int64
}

// checkpoints compares the two lists and notes what the chain must look like.
func (c *check) checkpoints(inside, outside []Checkpoint) {
	stored, filed, lastFiled := map[numbered]Checkpoint{}, map[numbered]bool{}, map[string]int64{}
	c.turn = map[string]int{}
	for _, p := range inside {
		stored[numbered{p.Tenant, p.Number}] = p
		c.signed(p)
		if of := c.company(p.Tenant); p.Number != of.Checkpoint+1 || p.Position <= of.Covered {
			c.find(p.Tenant, "evidence_checkpoints", fmt.Sprint(p.Number), LostCheckpoint)
		}
		c.last(p)
	}
	c.turn = map[string]int{}
	for _, p := range outside {
		at := numbered{p.Tenant, p.Number}
		filed[at], lastFiled[p.Tenant] = true, max(lastFiled[p.Tenant], p.Number)
		c.signed(p)
		c.last(p)
		if was, there := stored[at]; !there {
			c.find(p.Tenant, "evidence_checkpoints", fmt.Sprint(p.Number), LostCheckpoint)
		} else if !was.Same(p) {
			c.find(p.Tenant, "evidence_checkpoints", fmt.Sprint(p.Number), OtherOutside)
		}
	}
	for _, p := range inside { // the newest may be on their way to the file
		late := p.Number < c.Companies[p.Tenant].Checkpoint && c.now.Sub(p.At) > filedWithin
		if !filed[numbered{p.Tenant, p.Number}] && (p.Number < lastFiled[p.Tenant] || late) {
			c.find(p.Tenant, "evidence_checkpoints", fmt.Sprint(p.Number), NotOutside)
		}
	}
}

func (c *check) signed(p Checkpoint) {
	c.company(p.Tenant)
	turn := slices.IndexFunc(c.signers[c.turn[p.Tenant]:], func(s Signature) bool { return p.SignedBy(s) })
	switch {
	case turn >= 0:
		c.turn[p.Tenant] += turn
	case slices.ContainsFunc(c.signers, func(s Signature) bool { return p.SignedBy(s) }):
		c.find(p.Tenant, "evidence_checkpoints", fmt.Sprint(p.Number), ReplacedKey)
		return
	default:
		c.find(p.Tenant, "evidence_checkpoints", fmt.Sprint(p.Number), BadSignature)
		return
	}
	if was, twice := c.heads[p.Tenant][p.Position]; twice && !bytes.Equal(was, p.Head) {
		c.find(p.Tenant, "evidence_checkpoints", fmt.Sprint(p.Number), WrongHead)
	}
	c.heads[p.Tenant][p.Position] = p.Head
}

func (c *check) last(p Checkpoint) {
	if of := c.company(p.Tenant); p.Number > of.Checkpoint {
		of.Checkpoint, of.Covered, of.At = p.Number, p.Position, p.At
	}
}

// chain follows the seals. After a break it goes on from what is stored, so that each break is told once.
func (c *check) chain(ctx context.Context, r Reader) error {
	err := r.Seals(ctx, func(tenant string, s Seal) {
		of := c.company(tenant)
		var before Hash
		copy(before[:], of.head)
		key := fmt.Sprint(s.Position)
		if s.Position != of.Sealed+1 {
			c.find(tenant, "evidence_seals", fmt.Sprint(of.Sealed+1), MissingSeal)
		}
		if s.LinkAfter(before, tenant) != s.Link {
			c.find(tenant, "evidence_seals", key, BrokenLink)
		}
		if head, signed := c.heads[tenant][s.Position]; signed {
			if !bytes.Equal(head, s.Link[:]) {
				c.find(tenant, "evidence_seals", key, WrongHead)
			}
			delete(c.heads[tenant], s.Position)
		}
		of.Sealed, of.head = s.Position, bytes.Clone(s.Link[:])
	})
	for tenant, heads := range c.heads {
		for position := range heads {
			c.find(tenant, "evidence_seals", fmt.Sprint(position), WrongHead)
		}
	}
	return err
}

func (c *check) ends(ctx context.Context, r Reader) error {
	ends, err := r.Ends(ctx)
	if err != nil {
		return err
	}
	known := map[string]bool{}
	for _, e := range ends {
		of := c.company(e.Tenant)
		if known[e.Tenant] || e.Position != of.Sealed || !bytes.Equal(e.Head, of.head) || e.Checkpoint != of.Checkpoint || e.Checkpointed != of.Covered {
			c.find(e.Tenant, "evidence_chains", e.Tenant, WrongEnd)
		}
		known[e.Tenant] = true
	}
	for tenant, of := range c.Companies {
		if !known[tenant] && of.Sealed > 0 {
			c.find(tenant, "evidence_chains", tenant, WrongEnd)
		}
	}
	return nil
}
