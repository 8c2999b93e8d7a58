package store

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"testing"
	"time"

	"github.com/dakoku/dakoku/platform/postgres/pgtest"
	"github.com/dakoku/dakoku/services/attendance/internal/timeclock"
	"github.com/google/uuid"
)

// company stores a company with an employee for each of n events and gives the events.
func company(t *testing.T, s *Store, n int) []Ref {
	t.Helper()
	tenant := uuid.NewString()
	if err := s.PutCompany(t.Context(), Company{Tenant: tenant, Revision: 1, Zone: "Asia/Tokyo", ClosingDay: 31}); err != nil {
		t.Fatal(err)
	}
	var refs []Ref
	for i := range n {
		e, err := s.CreateEmployee(t.Context(), tenant, Employee{Number: fmt.Sprint(i), DisplayName: "x", Active: true}, false)
		if err != nil {
			t.Fatal(err)
		}
		key := sha256.Sum256([]byte(e.ID))
		refs = append(refs, Ref{Tenant: tenant, Key: hex.EncodeToString(key[:]), Connection: uuid.NewString(), Employee: e.ID, Issued: s.now().Add(time.Duration(i) * time.Millisecond)})
	}
	return refs
}

func recordAll(refs []Ref) func(Known) Verdicts {
	return func(known Known) (v Verdicts) {
		for i, r := range refs {
			punch := NewPunch{Tenant: r.Tenant}
			punch.Punch = Punch{
				Connection: r.Connection,
				Punch:      timeclock.Punch{Key: r.Key, Kind: timeclock.ClockIn, Issued: r.Issued, Rules: known.Calendars[MomentOf(r.Tenant, r.Issued)].Rules},
				ID:         uuid.NewString(), Employee: r.Employee, Received: r.Issued, Day: timeclock.DateOf(r.Issued), Source: SourceChat,
			}
			v.Punches = append(v.Punches, punch)
			v.Outcomes = append(v.Outcomes, Outcome{
				Tenant: r.Tenant, Key: r.Key, Connection: r.Connection, Employee: r.Employee, Issued: r.Issued, Received: r.Issued,
				Room: "GROUP", Verdict: timeclock.Recorded, Kind: timeclock.ClockIn, Punch: punch.ID, Place: PlaceSameRoom,
				Day: punch.Day, Receipt: []string{"", "1.h.s"}[i%2], // of the link; events from before have none
			})
		}
		return v
	}
}

// An outcome that somebody else stored meanwhile starts the batch again on newer facts, with nothing stored twice.
func TestRecordStartsAgainWhenRaced(t *testing.T) {
	database := pgtest.New(t, Migrations())
	db := database.Open(t, Migrations().Role())
	s := New(db, time.Now)
	refs := company(t, s, 2)
	calls := 0
	err := s.Record(t.Context(), refs, func(known Known) (Verdicts, error) {
		if calls++; calls == 1 {
			rival := refs[1]
			rival.Employee = "" // takes no lock, as an unlinked sender does
			return recordAll(refs)(known), s.Record(t.Context(), []Ref{rival}, func(known Known) (Verdicts, error) {
				v := recordAll([]Ref{rival})(known)
				v.Outcomes[0].Verdict, v.Outcomes[0].Reason, v.Outcomes[0].Punch = timeclock.Ignored, timeclock.ReasonNoPhrase, ""
				return Verdicts{Outcomes: v.Outcomes}, nil
			})
		}
		if _, known := known.Outcomes[Pair{refs[1].Tenant, refs[1].Key}]; !known {
			t.Error("the rival's outcome is not known")
		}
		return recordAll(refs[:1])(known), nil
	})
	if err != nil || calls != 2 {
		t.Errorf("%d calls, %v", calls, err)
	}
	var punches int
	if err := database.Owner(t).QueryRow(t.Context(), `select count(*) from attendance.punches`).Scan(&punches); err != nil || punches != 1 {
		t.Errorf("%d punches, %v", punches, err)
	}
}
