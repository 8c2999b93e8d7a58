package matrix

import (
	"crypto/rand"
	"crypto/rsa"
	"encoding/base64"
	"fmt"
	"sync"
	"time"

	gateway "github.com/dakoku/dakoku/services/webhook-gateway"
	"github.com/dakoku/dakoku/system/internal/operation"
)

// testKey is the key pair of every bot, made once.
var testKey = sync.OnceValue(func() *rsa.PrivateKey {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		return nil // a bot then makes its own
	}
	return key
})

// props are the values that a request names, by the names of their placeholders.
type props map[string]string

// makers make fresh props of a company; employee is the one whose data it shall be.
var makers = map[string]func(c *company, employee string) props{
	"nothing":  func(*company, string) props { return props{} },
	"employee": func(_ *company, employee string) props { return props{"employee": employee} },
	"hired":    func(c *company, _ string) props { return props{"employee": c.hire()} },
	"linked":   linked, "month": month, "submitted": submitted, "approved": approved, "punch": punch, "held": held, "asked": asked, "hold": hold,
	"connection": connection, "watched": watched, "quarantined": quarantined, "ready": ready, "active": active, "staged": staged, "former": former,
	"sync": syncRun, "sender": sender, "account": account, "assigned": assigned, "key": key, "login": login, "invitation": invitation, "mine": mine, "quiet": quiet,
}

// month is a month of an employee that nobody has touched.
func month(c *company, employee string) props {
	first := time.Date(2025, 12, 1, 0, 0, 0, 0, time.UTC).AddDate(0, -c.next(), 0)
	return props{"employee": employee, "period": first.Format("2006-01")}
}

func submitted(c *company, employee string) props {
	p := month(c, employee)
	c.do("AttendanceAdminService.SubmitTimesheet", operation.Request{"employee": p["employee"], "period": p["period"]})
	return p
}

func approved(c *company, employee string) props {
	p := submitted(c, employee)
	c.do("AttendanceAdminService.ApproveTimesheet", operation.Request{"employee": p["employee"], "period": p["period"]})
	return p
}

func linked(c *company, _ string) props {
	employee := c.hire()
	c.do("IntegrationAdminService.UpdateAccountLink", operation.Request{
		"employee": employee, "account_link": map[string]any{"lineWorksAccountId": fmt.Sprintf("l%d@%s.example", c.next(), c.mark)}})
	return props{"employee": employee}
}

func punch(c *company, employee string) props {
	at := time.Date(2026, 9, 1, 0, 0, 0, 0, time.UTC).Add(-time.Duration(c.next()) * time.Hour)
	made := c.do("AttendanceAdminService.CreatePunch", operation.Request{"employee": employee, "punch": map[string]any{
		"kind": "CLOCK_IN", "time": at.Format(time.RFC3339), "reason": c.mark + " 打刻漏れ"}})
	return props{"employee": employee, "punch": id(text(made, "punch", "name"))}
}

// held is a punch that waits: it came into a month that was submitted then and is
// open again.
func held(c *company, employee string) props {
	p := submitted(c, employee)
	day, _ := time.Parse("2006-01", p["period"]) // as month wrote it
	at, sum := day.AddDate(0, 0, 9).Format(time.RFC3339), make([]byte, 32)
	_, _ = rand.Read(sum) // never fails
	recorded := c.must(c.w.behind(gateway.PublicName), "AttendanceService.RecordEvents", operation.Request{"events": []any{map[string]any{
		"tenant": c.tenant, "eventKey": base64.StdEncoding.EncodeToString(sum), "connection": newID(), "issuedTime": at, "receivedTime": at,
		"roomKind": "DIRECT", "senderState": "LINKED", "employee": employee, "postback": map[string]any{"data": "dakoku:CLOCK_IN"},
	}}})
	c.do("AttendanceAdminService.WithdrawTimesheet", operation.Request{"employee": employee, "period": p["period"]})
	list := c.do("AttendanceAdminService.ListHeldPunches", operation.Request{"employee": employee, "state": "PENDING"})
	all, _ := list["heldPunches"].([]any)
	for _, one := range all {
		if found := one.(map[string]any); text(found, "period") == p["period"] {
			return props{"held_punch": id(text(found, "name"))}
		}
	}
	c.w.t.Fatalf("nothing is held: %s, %v", recorded.Raw, list)
	return nil
}

// asked is a correction request that waits, and a punch that it could take the
// place of.
func asked(c *company, employee string) props {
	wrong := punch(c, employee)
	at := time.Date(2026, 9, 1, 0, 0, 0, 0, time.UTC).Add(-time.Duration(c.next()) * time.Hour)
	made := c.do("AttendanceAdminService.CreateCorrectionRequest", operation.Request{"correction_request": map[string]any{
		"employee": employee, "kind": "CLOCK_IN", "time": at.Format(time.RFC3339), "reason": c.mark + " 打刻漏れ"}})
	return props{"correction_request": id(text(made, "correctionRequest", "name")), "punch": wrong["punch"]}
}

func hold(c *company, employee string) props {
	made := c.do("AttendanceAdminService.CreateLegalHold", operation.Request{"legal_hold": map[string]any{
		"employee": "employees/" + employee, "reason": c.mark + " 訴訟"}})
	return props{"legal_hold": id(text(made, "legalHold", "name"))}
}

// connection is a draft with a callback token.
func connection(c *company, _ string) props {
	made := c.do("IntegrationAdminService.CreateConnection", operation.Request{"connection": map[string]any{
		"service": "LINE_WORKS", "displayName": c.mark}})
	conn := id(text(made, "connection", "name"))
	issued := c.do("IntegrationAdminService.IssueToken", operation.Request{"connection": conn})
	return props{"connection": conn, "token": id(text(issued, "token", "name"))}
}

// watched is a person, and a connection by which messages come.
func watched(c *company, employee string) props {
	p := connection(c, employee)
	p["employee"] = employee
	return p
}

// quarantined is a message that nobody could read, which no judgement would change.
func quarantined(c *company, _ string) props {
	event, sum := newID(), make([]byte, 32)
	_, _ = rand.Read(sum) // never fails
	const put = `insert into gateway.inbox (tenant_id, id, connection_id, key, issued_at, issued_known, api_version, room_kind, body, deliveries,
		received_at, last_received_at, outcome, reason, done_at)
		values ($1, $2, $3, $4, 'epoch', false, 2, 'UNKNOWN', 'x', 1, current_timestamp, now(), 'QUARANTINED', 'NOT_UTF8', now())`
	if _, err := c.w.owner.Exec(c.w.t.Context(), put, c.tenant, event, newID(), sum); err != nil {
		c.w.t.Fatal(err)
	}
	return props{"event": event}
}

// ready is a connection with keys that LINE WORKS knows.
func ready(c *company, employee string) props {
	p, keys := connection(c, employee), c.bot()
	c.do("IntegrationAdminService.UpdateCredentials", operation.Request{"connection": p["connection"], "credentials": keys})
	return p
}

func active(c *company, employee string) props {
	p := ready(c, employee)
	c.do("IntegrationAdminService.ActivateConnection", operation.Request{"connection": p["connection"]})
	return p
}

func staged(c *company, employee string) props {
	p := active(c, employee)
	c.do("IntegrationAdminService.UpdateCredentials", operation.Request{"connection": p["connection"], "credentials": c.bot(), "stage": true})
	return p
}

func former(c *company, employee string) props {
	p := staged(c, employee)
	c.do("IntegrationAdminService.ActivateCredentials", operation.Request{"connection": p["connection"]})
	return p
}

// quiet is a connection of a company in which no sync runs.
func quiet(c *company, employee string) props {
	c.w.eventually("no sync runs", func() bool {
		var running int
		err := c.w.owner.QueryRow(c.w.t.Context(), "select count(*) from integration.link_sync where tenant_id = $1 and state = 'RUNNING'", c.tenant).Scan(&running)
		return err == nil && running == 0
	})
	return ready(c, employee)
}

func syncRun(c *company, employee string) props {
	p := quiet(c, employee)
	made := c.do("LinkAdminService.SyncAccountLinks", operation.Request{"sync": map[string]any{"connection": "connections/" + p["connection"]}, "validate_only": true})
	return props{"sync": id(text(made, "sync", "name"))}
}

// sender is a person who wrote and whom nobody knows, and an employee without a link.
func sender(c *company, employee string) props {
	conn := c.shared["active"]
	if conn == nil {
		conn = active(c, employee)
		c.shared["active"] = conn
	}
	c.must(c.w.behind(gateway.PublicName), "IntegrationService.ReportUnlinkedSenders", operation.Request{"senders": []any{map[string]any{
		"tenant": c.tenant, "connection": conn["connection"], "apiVersion": "V1", "user": fmt.Sprintf("s%d@%s.example", c.next(), c.mark)}}})
	list := c.do("LinkAdminService.ListUnlinkedSenders", operation.Request{"page_size": 500})
	all, _ := list["unlinkedSenders"].([]any)
	if len(all) == 0 {
		c.w.t.Fatalf("nobody is unlinked: %v", list)
	}
	return props{"sender": id(text(all[0].(map[string]any), "name")), "employee": c.hire()}
}

func account(c *company, _ string) props {
	a, s, _ := c.person("AUDITOR", "")
	return props{"account": a, "session": s}
}

// assigned is an account, and an employee who has none.
func assigned(c *company, employee string) props {
	p := account(c, employee)
	p["employee"] = c.hire()
	return p
}

func key(c *company, _ string) props {
	made := c.do("IdentityService.CreateApiKey", operation.Request{"api_key": map[string]any{"displayName": c.mark, "role": "AUDITOR"}})
	return props{"key": id(text(made, "apiKey", "name"))}
}

// login is the address of an account and its password, or at a company that is not
// the caller's a wrong one: whoever knows the right one may log in.
func login(c *company, _ string) props {
	account, _, _ := c.person("AUDITOR", "")
	p := props{"password": password}
	if c.mark != homeMark {
		p["password"] = wrongPassword
	}
	var email string
	if err := c.w.owner.QueryRow(c.w.t.Context(), "select email from identity.accounts where id = $1", account).Scan(&email); err != nil {
		c.w.t.Fatal(err)
	}
	p["email"] = email
	return p
}

// invitation is the secret of a one-time link; at a company that is not the
// caller's of one that another has replaced: a live one is for whoever has it.
func invitation(c *company, _ string) props {
	made := c.do("IdentityService.CreateAccount", operation.Request{"account": map[string]any{
		"email": fmt.Sprintf("i%d@%s.example", c.next(), c.mark), "name": c.mark + " 招待", "role": "AUDITOR"}})
	if c.mark != homeMark {
		c.do("IdentityService.InviteAccount", operation.Request{"account": id(text(made, "account", "name"))})
	}
	return props{"secret": text(made, "invitation", "secret")}
}

// mine is a session of an account, to be the caller's own.
func mine(c *company, _ string) props {
	_, session, _ := c.person("AUDITOR", "")
	return props{"session": session}
}
