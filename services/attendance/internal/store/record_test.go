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

// An outcome that somebody else stored meanwhile starts the batch again on newer facts, with nothing stored twice; also when
// the other one is of a punch, which ours then must not be stored beside.
func TestRecordStartsAgainWhenRaced(t *testing.T) {
	for punches, verdict := range []timeclock.Verdict{timeclock.Ignored, timeclock.Recorded} {
		database := pgtest.New(t, Migrations())
		s := New(database.Open(t, Migrations().Role()), time.Now)
		refs := company(t, s, 3)
		calls := 0
		err := s.Record(t.Context(), refs[:2], func(known Known) (Verdicts, error) {
			if calls++; calls == 1 {
				return recordAll(refs[:2])(known), s.rival(t, refs, verdict)
			}
			if _, known := known.Outcomes[Pair{refs[1].Tenant, refs[1].Key}]; !known {
				t.Error("the rival's outcome is not known")
			}
			return recordAll(refs[:1])(known), nil
		})
		if err != nil || calls != 2 {
			t.Errorf("%s: %d calls, %v", verdict, calls, err)
		}
		var stored int
		if err := database.Owner(t).QueryRow(t.Context(), `select count(*) from attendance.punches`).Scan(&stored); err != nil || stored != 1+punches {
			t.Errorf("%s: %d punches, %v", verdict, stored, err)
		}
	}
}

// rival judges the second event as that of the third person, whom nobody has locked.
func (s *Store) rival(t *testing.T, refs []Ref, verdict timeclock.Verdict) error {
	t.Helper()
	rival := refs[1]
	rival.Employee = refs[2].Employee
	return s.Record(t.Context(), []Ref{rival}, func(known Known) (Verdicts, error) {
		v := recordAll([]Ref{rival})(known)
		if verdict != timeclock.Recorded {
			v.Outcomes[0].Verdict, v.Outcomes[0].Reason, v.Outcomes[0].Punch = verdict, timeclock.ReasonNoPhrase, ""
			v.Punches = nil
		}
		return v, nil
	})
}
