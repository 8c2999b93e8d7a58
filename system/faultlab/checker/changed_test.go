package checker

import (
	"path/filepath"
	"strings"
	"testing"
)

// What stood once stands for ever, as it was: whatever goes or changes afterwards is found.
func TestWhatStandsMayNotChange(t *testing.T) {
	for statement, found := range map[string]string{
		"select": "",
		"update gateway.inbox set last_received_at = clock_timestamp(), deliveries = 9":         "", // that goes on
		"update gateway.inbox set reason = 'SUBMITTED'":                                         "gateway.inbox had",
		"update attendance.event_outcomes set judged_at = judged_at + interval '1 millisecond'": "attendance.event_outcomes had",
		"delete from integration.outbound_message":                                              "integration.outbound_message had",
		"delete from integration.audit_events":                                                  "integration.audit_events had",
	} {
		t.Run(statement, func(t *testing.T) {
			b := newBench(t)
			b.answered(0, answer{person: "u1", reason: "AMBIGUOUS", state: "SENT", at: issued})
			b.exec(`insert into integration.audit_events values ($1, gen_random_uuid(), now(), 'system', '', '', '', 'x')`, company)
			facts := filepath.Join(t.TempDir(), "facts.txt")
			if err := Remember(t.Context(), b.conn, facts); err != nil {
				t.Fatal(err)
			}
			b.exec(statement)
			if err := Load(t.Context(), b.conn, b.path); err != nil {
				t.Fatal(err)
			}
			if n, err := Recall(t.Context(), b.conn, facts); err != nil || n != 4 {
				t.Fatalf("%d facts, %v; want 4", n, err)
			}
			checks, err := Judge(t.Context(), b.conn)
			if err != nil {
				t.Fatal(err)
			}
			for _, c := range checks {
				if c.Name == "changed" && (c.Count > 0 != (found != "") || c.Count > 0 && !strings.HasPrefix(c.Findings[0], found)) {
					t.Errorf("found %q, want %q", c.Findings, found)
				}
			}
		})
	}
}
