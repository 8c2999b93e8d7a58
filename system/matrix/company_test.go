package matrix

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/google/uuid"

	gateway "github.com/dakoku/dakoku/services/webhook-gateway"
	"github.com/dakoku/dakoku/simulator"
	"github.com/dakoku/dakoku/system/internal/operation"
)

// company is one organization with an administrator who prepares what the callers
// meet.
type company struct {
	w        *world
	mark     string // stands in every name and address of the company
	tenant   string
	admin    *operation.REST
	account  string // id of the administrator
	employee string // id of the first employee
	domain   int64
	bots     int
	count    int // makes names, numbers and months differ
	seen     []string
	shared   map[string]props
	logins   []props // each for one wrong guess
}

// newCompany is an organization whose administrator is logged in.
func (w *world) newCompany(mark string) *company {
	w.t.Helper()
	c := &company{w: w, mark: mark, domain: w.simulator.NewTenant(mark), shared: map[string]props{}}
	login := operation.Request{"email": "admin@" + mark + ".example", "password": password}
	if mark == homeMark {
		c.must(w.through("", ""), "IdentityService.SetUp", operation.Request{
			"setup_secret":  setupSecret,
			"organization":  map[string]any{"name": "株式会社" + mark, "timeZone": "Asia/Tokyo", "locale": "ja", "closingDay": 31},
			"administrator": map[string]any{"email": login["email"], "name": mark + " 管理者", "password": password},
		})
	} else {
		id, link, err := gateway.CreateOrganization(w.t.Context(), w.database, w.base, gateway.NewOrganization{
			Name: "株式会社" + mark, Email: "admin@" + mark + ".example", Person: mark + " 管理者"})
		if err != nil {
			w.t.Fatal(err)
		}
		_, secret, _ := strings.Cut(link, "#invitation=")
		c.must(w.through("", ""), "IdentityService.AcceptInvitation", operation.Request{"secret": secret, "password": password})
		c.tenant = id
	}
	response := c.must(w.through("", ""), "IdentityService.CreateSession", login)
	for _, cookie := range (&http.Response{Header: response.Header}).Cookies() {
		c.admin = w.through("Cookie", cookie.Name+"="+cookie.Value)
	}
	c.tenant, c.account = text(response.Body, "organization", "id"), id(text(response.Body, "account", "name"))
	c.employee = c.hire()
	w.eventually("attendance knows the company", func() bool {
		a, err := c.admin.Call(w.t.Context(), w.ops["AttendanceAdminService.GetTimesheet"], operation.Request{"employee": c.employee, "period": "2026-01"})
		return err == nil && a.HTTP == http.StatusOK
	})
	c.seen = append(c.seen, c.tenant, c.account, mark)
	return c
}

// must makes a call that has to succeed.
func (c *company) must(door operation.Door, name string, r operation.Request) operation.Answer {
	c.w.t.Helper()
	var a operation.Answer
	var err error
	c.w.eventually("there is time for "+name, func() bool {
		a, err = door.Call(c.w.t.Context(), c.w.ops[name], r)
		return err != nil || !busy(a)
	})
	if err != nil || a.Code != 0 {
		c.w.t.Fatalf("%s: %v %s", name, err, a.Raw)
	}
	return a
}

// do lets the administrator do something and answers the response.
func (c *company) do(name string, r operation.Request) map[string]any {
	c.w.t.Helper()
	return c.must(c.admin, name, r).Body
}

// next is another number of the company.
func (c *company) next() int { c.count++; return c.count }

func (c *company) hire() string {
	c.w.t.Helper()
	n := c.next()
	made := c.do("AttendanceAdminService.CreateEmployee", operation.Request{"employee": map[string]any{
		"employeeNumber": fmt.Sprint(n), "displayName": c.mark + " 社員", "email": fmt.Sprintf("e%d@%s.example", n, c.mark)}})
	return id(text(made, "employee", "name"))
}

// cheapHash is Argon2id of the password with the least cost, computed once.
const cheapHash = "$argon2id$v=19$m=8,t=1,p=1$c2FsdC1vZi1tYXRyaXgtMQ$J5+deDYGXgecmmsE800M+IxbAY7KtUYU8ELxHYVm1N4"

// person makes an account of a role with a live session, behind the product's
// back, so that nothing is hashed slowly; its password is the administrator's.
func (c *company) person(role, employee string) (account, session, secret string) {
	c.w.t.Helper()
	account = newID()
	_, err := c.w.owner.Exec(c.w.t.Context(), `
		insert into identity.accounts (tenant_id, id, email, email_key, display_name, role, employee_id, password_hash, create_time)
		values ($1, $2, $3, $3, $4, $5, nullif($6, '')::uuid, $7, now())`,
		c.tenant, account, fmt.Sprintf("p%d@%s.example", c.next(), c.mark), c.mark+" 個人", role, employee, cheapHash)
	if err != nil {
		c.w.t.Fatal(err)
	}
	session, secret = c.session(account)
	return account, session, secret
}

// session is a live session of an account.
func (c *company) session(account string) (session, secret string) {
	c.w.t.Helper()
	session = newID()
	sum := sha256.Sum256([]byte(session))
	secret = hex.EncodeToString(sum[:])[:43]
	hash := sha256.Sum256([]byte(secret))
	if _, err := c.w.owner.Exec(c.w.t.Context(), `
		insert into identity.sessions (tenant_id, id, account_id, secret_hash, create_time, use_time, proof_time)
		values ($1, $2, $3, $4, $5, $5, $5)`, c.tenant, session, account, hash[:], time.Now()); err != nil {
		c.w.t.Fatal(err)
	}
	return session, secret
}

// bot is another bot of the company at LINE WORKS, with the keys of the first.
func (c *company) bot() simulator.CredentialsV2 {
	c.w.t.Helper()
	c.bots++
	keys, err := c.w.simulator.NewBotV2(simulator.BotSpec{Domain: c.domain, Name: fmt.Sprint(c.mark, c.bots), Key: testKey()})
	if err != nil {
		c.w.t.Fatal(err)
	}
	return keys
}

// text is a value inside of an answer; empty when it is not there.
func text(body map[string]any, path ...string) string {
	var at any = body
	for _, key := range path {
		inside, _ := at.(map[string]any)
		at = inside[key]
	}
	value, _ := at.(string)
	return value
}

// id is the last segment of a resource name.
func id(name string) string { return name[strings.LastIndex(name, "/")+1:] }

// isID tells what names a thing from other values that are put into requests.
func isID(value string) bool {
	return uuid.Validate(value) == nil || strings.Contains(value, "@") || strings.HasPrefix(value, "dki_")
}
