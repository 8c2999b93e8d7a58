package outbound

import (
	"errors"
	"testing"
	"time"

	"github.com/dakoku/dakoku/services/integration/internal/connection"
	"github.com/dakoku/dakoku/services/integration/internal/lineworks"
	"github.com/dakoku/dakoku/services/integration/internal/refusal"
)

var noon = time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC)

func failure(class lineworks.Class) error {
	return &lineworks.Failure{Class: class, Code: "CODE", Reset: 17 * time.Second}
}

func absentee(what lineworks.Absent) error {
	return lineworks.FailureOf(failure(lineworks.NotFound)).About(what)
}

func missing(code string, what lineworks.Absent) error {
	return &lineworks.Failure{Class: lineworks.NotFound, Status: 404, Code: code, Absent: what}
}

// page404 is a 404 without a code of the platform's own.
func page404(what lineworks.Absent) error { return missing("HTTP_404", what) }

func letter(m Message) Letter { return Letter{ID: m.ID, Messages: []Message{m}} }

func TestJudge(t *testing.T) {
	refused := Message{RefusedAt: noon.Add(-time.Hour)}
	failed := func(n int) Letter { return Letter{Messages: []Message{{}}, Failures: n} }
	denied := func(n int) Letter { return Letter{Messages: []Message{{}}, Failures: n, Denied: n} }
	rejected := func(n int) Letter { return Letter{Messages: []Message{{}}, Failures: n, Refusals: n} }
	others := letter(refused)
	others.Others, others.Barred = true, refused.RefusedAt
	long := others
	long.Barred = noon.Add(-24 * time.Hour)
	inherited := Letter{Messages: []Message{{}}, Others: true, Barred: noon.Add(-time.Minute)}
	for name, c := range map[string]struct {
		l    Letter
		err  error
		want Verdict
	}{
		"sent":      {failed(3), nil, Verdict{State: Sent, Mend: true}},
		"permanent": {failed(0), failure(lineworks.Permanent), Verdict{State: Failed, Reason: "CODE"}},
		"letter":    {Letter{Messages: make([]Message, 2)}, failure(lineworks.Permanent), Verdict{State: Queued, Reason: LetterRefused}},
		"gone":      {failed(0), missing("USER_NOT_EXIST", lineworks.Recipient), Verdict{State: Failed, Reason: "USER_NOT_EXIST", Gone: true}},
		"the bot is there, and nobody knows the code": {failed(0), missing("001", lineworks.Recipient), Verdict{State: Failed, Reason: "001"}},
		"no such domain":                         {failed(0), missing("DOMAIN_NOT_EXIST", lineworks.Other), Verdict{State: Queued, Answered: true, Reason: "DOMAIN_NOT_EXIST", Due: noon.Add(parked), Close: 500 * time.Millisecond, Refused: true}},
		"no such domain, and others get through": {others, missing("DOMAIN_NOT_EXIST", lineworks.Other), Verdict{State: Queued, Answered: true, Reason: "DOMAIN_NOT_EXIST", Due: noon.Add(time.Hour), Refused: true}},
		"no such domain for anybody":             {denied(2), missing("DOMAIN_NOT_EXIST", lineworks.Other), Verdict{State: Queued, Answered: true, Reason: "DOMAIN_NOT_EXIST", Due: noon.Add(parked), Close: parked, Refused: true}},
		"bot gone":                               {letter(Message{Attempts: 4}), absentee(lineworks.TheBot), Verdict{State: Queued, Answered: true, Reason: BotNotFound, Close: parked, Due: noon.Add(parked + behind)}},
		"404 for whom":                           {failed(0), absentee(lineworks.Unclear), Verdict{State: Queued, Answered: true, Reason: "CODE", Due: noon.Add(parked), Close: 500 * time.Millisecond, Refused: true}},
		"404 for all":                            {denied(2), absentee(lineworks.Unclear), Verdict{State: Queued, Answered: true, Reason: "CODE", Due: noon.Add(parked), Close: parked, Refused: true}},
		"404 for one":                            {others, missing("NOT_FOUND", lineworks.Unclear), Verdict{State: Failed, Reason: "NOT_FOUND", Gone: true}},
		"404 for one, and nobody knows the code": {others, missing("CODE", lineworks.Unclear), Verdict{State: Failed, Reason: "CODE"}},
		"404 of a page":                          {failed(0), page404(lineworks.Unclear), Verdict{State: Queued, Answered: true, Reason: "HTTP_404", Due: noon.Add(parked), Close: 500 * time.Millisecond, Refused: true}},
		"404 of a page for all":                  {denied(2), page404(lineworks.Unclear), Verdict{State: Queued, Answered: true, Reason: "HTTP_404", Due: noon.Add(parked), Close: parked, Refused: true}},
		"404 of a page for one":                  {others, page404(lineworks.Unclear), Verdict{State: Queued, Answered: true, Reason: "HTTP_404", Due: noon.Add(time.Hour), Refused: true}},
		"404 of a page, and the bot is there":    {failed(0), page404(lineworks.Recipient), Verdict{State: Queued, Answered: true, Reason: "HTTP_404", Due: noon.Add(parked), Close: 500 * time.Millisecond, Refused: true}},
		"404 of a page, and the bot is gone":     {failed(0), page404(lineworks.TheBot), Verdict{State: Queued, Answered: true, Reason: BotNotFound, Close: parked, Due: noon.Add(parked + behind)}},
		"401":                                    {failed(0), failure(lineworks.Unauthorized), Verdict{State: Queued, Answered: true, Reason: "CODE", Close: 750 * time.Millisecond, Rejected: true}},
		"401 twice":                              {rejected(1), failure(lineworks.Unauthorized), Verdict{State: Queued, Answered: true, Reason: "CODE", Close: 1500 * time.Millisecond, Rejected: true}},
		"401 three times": {rejected(2), failure(lineworks.Unauthorized), Verdict{State: Queued, Answered: true, Reason: "CODE", Close: parked, Rejected: true,
			Due: noon.Add(parked + behind), Break: connection.Cause{Reason: connection.AccessRefused, Code: "CODE"}}},
		"keys": {failed(0), &lineworks.Failure{Class: lineworks.Unauthorized, Code: "CODE", Keys: true}, Verdict{State: Queued, Answered: true, Reason: "CODE", Close: parked,
			Due: noon.Add(parked + behind), Break: connection.Cause{Reason: connection.KeysRefused, Code: "CODE"}}},
		"429":                  {failed(0), failure(lineworks.RateLimited), Verdict{State: Queued, Answered: true, Reason: "CODE", Close: 17 * time.Second}},
		"5xx first":            {failed(0), failure(lineworks.Temporary), Verdict{State: Queued, Reason: "CODE", Close: 500 * time.Millisecond}},
		"5xx fourth":           {failed(3), failure(lineworks.Temporary), Verdict{State: Queued, Reason: "CODE", Close: 4 * time.Second}},
		"5xx hundredth":        {failed(99), failure(lineworks.Temporary), Verdict{State: Queued, Reason: "CODE", Close: 30 * time.Second}},
		"fifth attempt":        {letter(Message{Attempts: 4}), failure(lineworks.Temporary), Verdict{State: Queued, Reason: "CODE", Due: noon.Add(probeEvery + behind), Close: 500 * time.Millisecond}},
		"any other error":      {failed(0), errors.New("x"), Verdict{State: Queued, Reason: "INTERNAL", Close: 500 * time.Millisecond}},
		"silent":               {failed(0), failure(lineworks.Ambiguous), Verdict{State: Queued, Reason: "CODE", Ambiguous: true, Close: 500 * time.Millisecond}},
		"403":                  {failed(0), failure(lineworks.Forbidden), Verdict{State: Queued, Answered: true, Reason: "CODE", Due: noon.Add(parked), Close: 500 * time.Millisecond, Refused: true}},
		"403 after others":     {failed(2), failure(lineworks.Forbidden), Verdict{State: Queued, Answered: true, Reason: "CODE", Due: noon.Add(parked), Close: 2 * time.Second, Refused: true}},
		"404 after others":     {failed(2), absentee(lineworks.Unclear), Verdict{State: Queued, Answered: true, Reason: "CODE", Due: noon.Add(parked), Close: 2 * time.Second, Refused: true}},
		"403 three times":      {denied(2), failure(lineworks.Forbidden), Verdict{State: Queued, Answered: true, Reason: "CODE", Due: noon.Add(parked), Close: parked, Refused: true}},
		"403 for everybody":    {Letter{Messages: []Message{refused}, Barred: refused.RefusedAt, Failures: 3, Denied: 3}, failure(lineworks.Forbidden), Verdict{State: Queued, Answered: true, Reason: "CODE", Due: noon.Add(parked), Close: parked, Refused: true}},
		"403 for this one":     {others, failure(lineworks.Forbidden), Verdict{State: Queued, Answered: true, Reason: "CODE", Due: noon.Add(time.Hour), Refused: true}},
		"403 for long":         {long, failure(lineworks.Forbidden), Verdict{State: Queued, Answered: true, Reason: "CODE", Due: noon.Add(maxParked), Refused: true}},
		"403 as the last time": {inherited, failure(lineworks.Forbidden), Verdict{State: Queued, Answered: true, Reason: "CODE", Due: noon.Add(parked), Refused: true}},
	} {
		t.Run(name, func(t *testing.T) {
			if got := judge(c.l, lineworks.Rate{}, c.err, noon, 0.5); got != c.want {
				t.Errorf("got  %+v\nwant %+v", got, c.want)
			}
		})
	}
}

// A room that is not there is nobody's link.
func TestGone(t *testing.T) {
	room := letter(Message{Content: lineworks.Message{User: "u", Channel: "c"}})
	if got := judge(room, lineworks.Rate{}, missing("USER_NOT_EXIST", lineworks.Recipient), noon, 0); got.Gone || got.State != Failed {
		t.Errorf("%+v", got)
	}
}

func TestSilenceCountsForEachMessageOfALetter(t *testing.T) {
	v := Verdict{State: Queued, Reason: "NO_ANSWER", Ambiguous: true}
	if state, reason := v.For(Message{Ambiguous: 0}); state != Queued || reason != "NO_ANSWER" {
		t.Errorf("after one: %s %s", state, reason)
	}
	if state, reason := v.For(Message{Ambiguous: 1}); state != Failed || reason != "AMBIGUOUS" {
		t.Errorf("after two: %s %s", state, reason)
	}
}

func TestWaitsAreBounded(t *testing.T) {
	for failures := range 100 {
		for _, spread := range []float64{0, 0.5, 0.999} {
			if got := wait(failures, spread); got < minWait || got > maxWait {
				t.Fatalf("wait(%d, %v) = %v", failures, spread, got)
			}
		}
	}
}

// What LINE WORKS names is what the administrator is told.
func TestTheCauseIsWhatWasNamed(t *testing.T) {
	for part, want := range map[lineworks.Part]connection.Reason{
		lineworks.PartNone: connection.KeysRefused, lineworks.PartClient: connection.ClientRefused, lineworks.PartAccount: connection.AccountRefused,
		lineworks.PartKey: connection.KeyRefused, lineworks.PartTimes: connection.ClockDiffers, lineworks.PartScope: connection.ScopeMissing,
	} {
		if got := refusal.Cause(&lineworks.Failure{Keys: true, Named: part, Code: "X"}); got != (connection.Cause{Reason: want, Code: "X"}) {
			t.Errorf("%q: %+v", part, got)
		}
	}
}
