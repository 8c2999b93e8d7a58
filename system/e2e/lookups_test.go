package e2e

import (
	"net/http"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/dakoku/dakoku/simulator"
)

// waitsForLookUps has LINE WORKS refuse to say who somebody is who punches: because
// the app may not see people, and because it does not take the keys any more, which
// breaks the connection. Administrators see either, and mend it.
func (i *installation) waitsForLookUps(c *company, conn, bot string) {
	i.t.Helper()
	c.simulator.Fail(simulator.Fault{Class: simulator.ClassUsers, Status: http.StatusForbidden, Code: "ACCESS_DENIED"})
	i.waitsForALookUp(c, bot, "H1", func() {
		c.seesRefusedLookUps(conn, "ACTIVE", "LOOK_UPS_FORBIDDEN")
		c.simulator.Heal(simulator.ClassUsers)
		c.post("/v1/"+conn+":activate", map[string]any{})
	})
	if err := c.simulator.ReissueClientSecret(bot); err != nil {
		i.t.Fatal(err)
	}
	c.simulator.RevokeTokens()
	i.waitsForALookUp(c, bot, "H2", func() {
		c.seesRefusedLookUps(conn, "BROKEN", "INVALID_CLIENT")
		keys, err := c.simulator.Credentials(bot)
		if err != nil {
			i.t.Fatal(err)
		}
		if err := c.admin.Put(i.t.Context(), "/v1/"+conn+"/credentials", keys, nil); err != nil {
			i.t.Fatal(err)
		}
	})
}

// waitsForALookUp has somebody punch whom LINE WORKS does not name, and look-ups go
// on until they have been tried as often as in an hour. The punch waits, and once the
// cause is mended it is recorded as of its own time and answered.
func (i *installation) waitsForALookUp(c *company, bot, number string, mend func()) {
	i.t.Helper()
	person := c.hired(number)
	delivery := c.say(simulator.Post{User: person.ID, Bot: bot, Text: "出勤", SentAt: time.Now().Add(-time.Hour)})
	i.tried(2, 0)
	i.tried(120, 119)
	if e, ok := c.eventAt(delivery.Issued); !ok || e.Outcome != "PENDING" {
		i.t.Errorf("while look-ups are refused: %+v", e)
	}
	mend()
	var e event
	db := i.sql()
	eventually(i.t, "the punch is judged", func() bool {
		i.hurry(db, 0)
		e, _ = c.eventAt(delivery.Issued)
		return e.Outcome != "" && e.Outcome != "PENDING"
	})
	if at := delivery.Issued.Truncate(time.Millisecond); e.Outcome != "RECORDED" || !at.Equal(c.timeOf(e.Punch)) {
		i.t.Errorf("%+v at %s, issued %s", e, c.timeOf(e.Punch), at)
	}
	if answer := c.replyTo(delivery); !strings.Contains(answer, "出勤を記録しました。") {
		i.t.Errorf("answered %q", answer)
	}
}

// tried waits until an event was put off so many times; the first of them may be
// taken as done.
func (i *installation) tried(times, done int) {
	i.t.Helper()
	db := i.sql()
	eventually(i.t, "the look-up is tried again", func() bool {
		i.hurry(db, done)
		var tries int
		err := db.QueryRow(i.t.Context(), `select coalesce(max(deferrals), 0) from gateway.inbox where outcome = 'PENDING'`).Scan(&tries)
		return err == nil && tries >= times
	})
}

// hurry makes what waits due at once, with no less than so many tries.
func (i *installation) hurry(db *pgx.Conn, tries int) {
	i.t.Helper()
	_, err := db.Exec(i.t.Context(), `update gateway.inbox set due_at = now(), deferrals = greatest(deferrals, $1)
		where outcome = 'PENDING' and lease is null`, tries)
	if err != nil {
		i.t.Fatal(err)
	}
}

// hired makes an employee who is linked by login id to somebody whom LINE WORKS was
// never asked about.
func (c *company) hired(number string) simulator.User {
	c.t.Helper()
	domain := strings.SplitN(c.world.People[0].Email, "@", 2)[1]
	person, err := c.simulator.NewUser(simulator.User{Domain: c.world.Domain, Email: "hired." + number + "@" + domain})
	if err != nil {
		c.t.Fatal(err)
	}
	var made struct {
		Name string `json:"name"`
	}
	if err := c.admin.Post(c.t.Context(), "/v1/employees", map[string]string{"employeeNumber": number, "displayName": "新人 一郎"}, &made); err != nil {
		c.t.Fatal(err)
	}
	if err := c.admin.Put(c.t.Context(), "/v1/"+made.Name+"/accountLink", map[string]string{"lineWorksAccountId": person.Email}, nil); err != nil {
		c.t.Fatal(err)
	}
	return person
}

// timeOf is the time of a punch, and zero if there is none.
func (c *company) timeOf(name string) (at time.Time) {
	c.t.Helper()
	for _, p := range c.punches() {
		if p.Name == name {
			at, _ = time.Parse(time.RFC3339Nano, p.Time)
		}
	}
	return at
}

// seesRefusedLookUps looks at a connection as its administrator does.
func (c *company) seesRefusedLookUps(conn, state, reason string) {
	c.t.Helper()
	shown := get[struct {
		State   string `json:"state"`
		Figures struct {
			Refused struct {
				Reason, Remedy string
			} `json:"refusedLookUps"`
		} `json:"figures"`
	}](c, "/v1/"+conn)
	if why := shown.Figures.Refused; shown.State != state || why.Reason != reason || why.Remedy == "" {
		c.t.Errorf("the connection shows %+v, want %s %s", shown, state, reason)
	}
	var test struct {
		Ready bool `json:"ready"`
	}
	if err := c.admin.Post(c.t.Context(), "/v1/"+conn+":test", map[string]any{}, &test); err != nil {
		c.t.Fatal(err)
	}
	if test.Ready {
		c.t.Error("the test of the connection finds nothing")
	}
}
