package store

import (
	"testing"

	"github.com/dakoku/dakoku/platform/postgres/pgtest"
	"github.com/dakoku/dakoku/services/attendance/internal/evidence"
)

// Texts that are erased by a repeated transaction are counted once.
func TestARepeatedErasureIsCountedOnce(t *testing.T) {
	c := newCourt(t)
	c.facts(t, 2)
	c.round(t)
	commits := pgtest.FailOnce(t, c.owner, "update", "attendance.held_punches")
	late := c.at(c.Now().Add(evidence.TextKept * 2))
	if n, err := late.EraseTexts(t.Context(), late.Now(), 100); err != nil || n != 4 || commits() != 3 {
		t.Errorf("%d erased, want 4: %v", n, err)
	}
}
