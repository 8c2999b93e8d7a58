// Package workplace sets companies up for the fault lab, through the doors that
// administrators use: people, bots, links, URLs, submitted periods.
//
// It knows the REST API of the admin door and the world of the stand-in for LINE
// WORKS. It refuses to know processes, faults and what is sent later.
package workplace

import (
	"context"
	"crypto/rand"
	"crypto/rsa"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/dakoku/dakoku/simulator"
	"github.com/dakoku/dakoku/system/faultlab/recorder"
	"github.com/dakoku/dakoku/system/internal/adminapi"
)

const password = "fault lab fault lab"

// monthsBack is how many past months one person has submitted.
const monthsBack = 9

// leaving is the bot whose second URL is withdrawn while events arrive.
const leaving = "去る"

// ErrNoURL means that there is no second URL any more.
var ErrNoURL = errors.New("no token for the second URL")

// Company is one company to be set up.
type Company struct {
	// Name is shown, and part of the people's e-mail addresses.
	Name string
	// Admin is a client of the admin door, logged in.
	Admin *adminapi.Client
	// Simulator is the world in which its people and bots are made.
	Simulator *simulator.Simulator
	// People is how many employees it has.
	People int

	domain int64
	people []recorder.Person
	key    *rsa.PrivateKey
}

// FirstEmail is by which the first company's administrator logs in.
const FirstEmail = "first@faultlab.example"

// First makes the installation's first company.
func First(ctx context.Context, admin *adminapi.Client, setupSecret string) error {
	return admin.Post(ctx, "/v1/setup", map[string]any{
		"setupSecret":   setupSecret,
		"organization":  map[string]any{"name": "第一社", "timeZone": "Asia/Tokyo", "locale": "ja", "closingDay": 31},
		"administrator": map[string]any{"email": FirstEmail, "name": "管理者", "password": password},
	}, nil)
}

// Another accepts the invitation of a further company's administrator.
func Another(ctx context.Context, admin *adminapi.Client, email, link string) error {
	secret := link[strings.LastIndexAny(link, "#=/")+1:]
	if err := admin.Post(ctx, "/v1/invitations:accept", map[string]string{"secret": secret, "password": password}, nil); err != nil {
		return err
	}
	return logIn(ctx, admin, email)
}

func logIn(ctx context.Context, admin *adminapi.Client, email string) error {
	return admin.Post(ctx, "/v1/session", map[string]string{"email": email, "password": password}, nil)
}

// Open makes people and bots and returns the lines by which people write.
func (c *Company) Open(ctx context.Context) ([]*recorder.Line, error) {
	var err error
	if c.key, err = rsa.GenerateKey(rand.Reader, 2048); err != nil {
		return nil, err
	}
	c.domain = c.Simulator.NewTenant(c.Name)
	if err := c.hire(ctx); err != nil {
		return nil, err
	}
	var lines []*recorder.Line
	for _, bot := range []struct {
		name        string
		old, speaks bool
	}{{"静か", false, false}, {"旧", true, false}, {"話す", false, true}, {leaving, false, false}} {
		line, err := c.connect(ctx, bot.name, bot.old, bot.speaks)
		if err != nil {
			return nil, fmt.Errorf("bot %s: %w", bot.name, err)
		}
		line.Leaving = bot.name == leaving
		lines = append(lines, line)
	}
	return lines, c.submit(ctx)
}

// hire makes everybody; the last two are linked to nobody, the third last submits.
func (c *Company) hire(ctx context.Context) error {
	for n := range c.People + 2 {
		name := fmt.Sprintf("%s%03d", strings.TrimSuffix(c.Name, "社"), n)
		user, err := c.Simulator.NewUser(simulator.User{Domain: c.domain, FamilyName: name, Email: fmt.Sprintf("p%d-%d@faultlab.example", c.domain, n)})
		if err != nil {
			return err
		}
		person := recorder.Person{User: user.ID, Login: user.Email, Name: name, Locked: n == c.People-1}
		if n < c.People {
			if person.Employee, err = c.employ(ctx, n, person); err != nil {
				return err
			}
		}
		c.people = append(c.people, person)
	}
	return nil
}

// employ makes an employee and links the account.
func (c *Company) employ(ctx context.Context, n int, p recorder.Person) (string, error) {
	var made struct {
		Name string `json:"name"`
	}
	err := c.Admin.Post(ctx, "/v1/employees", map[string]string{
		"employeeNumber": fmt.Sprintf("%04d", n+1), "displayName": p.Name, "email": p.Login, "department": "部"}, &made)
	if err != nil {
		return "", err
	}
	err = c.Admin.Put(ctx, "/v1/"+made.Name+"/accountLink", map[string]string{"lineWorksAccountId": p.Login}, nil)
	return strings.TrimPrefix(made.Name, "employees/"), err
}

// connect makes a bot with a room of everybody, its connection and two URLs.
func (c *Company) connect(ctx context.Context, name string, old, speaks bool) (*recorder.Line, error) {
	line := &recorder.Line{Domain: c.domain, Old: old, Speaks: speaks, People: c.people}
	keys, err := c.bot(line)
	if err != nil {
		return nil, err
	}
	var members []string
	for _, p := range c.people {
		members = append(members, p.User)
		if _, err := c.Simulator.Direct(p.User, line.Bot); err != nil {
			return nil, err
		}
	}
	room, err := c.Simulator.NewRoom(c.domain, name, members, []string{line.Bot})
	if err != nil {
		return nil, err
	}
	line.Room = room.ID
	if old {
		if err := c.twins(ctx, line); err != nil {
			return nil, err
		}
	}
	return line, c.activate(ctx, line, name, keys)
}

// twins hires somebody whose login is the first person's with the room behind it.
func (c *Company) twins(ctx context.Context, line *recorder.Line) error {
	first := c.people[0]
	user, err := c.Simulator.NewUser(simulator.User{Domain: c.domain, FamilyName: first.Name + "の双子", Email: first.Login + line.Room})
	if err != nil {
		return err
	}
	second := recorder.Person{User: user.ID, Login: user.Email, Name: user.FamilyName}
	second.Employee, err = c.employ(ctx, 9000, second)
	line.Twins = []recorder.Person{first, second}
	return err
}

// Withdraw revokes the second URL of a line and returns a line that leads there alone. It
// logs the administrator in anew: the proof of identity may be long ago, and a database
// that was taken back to its beginning does not know a session that was proven since.
func Withdraw(ctx context.Context, admin *adminapi.Client, email string, line *recorder.Line) (*recorder.Line, error) {
	var list struct {
		Tokens []struct {
			Name string `json:"name"`
			URL  string `json:"callbackUrl"`
		} `json:"tokens"`
	}
	if err := logIn(ctx, admin, email); err != nil {
		return nil, err
	}
	if err := admin.Get(ctx, "/v1/connections/"+line.Connection+"/tokens", &list); err != nil {
		return nil, err
	}
	gone := *line
	gone.Paths, gone.Revoked, gone.Speaks = line.Paths[1:], true, false
	for _, token := range list.Tokens {
		if strings.HasSuffix(token.URL, line.Paths[1]) {
			return &gone, admin.Call(ctx, http.MethodDelete, "/v1/"+token.Name, nil, nil)
		}
	}
	return nil, fmt.Errorf("connection %s: %w", line.Connection, ErrNoURL)
}

func (c *Company) bot(line *recorder.Line) (keys any, err error) {
	spec := simulator.BotSpec{Domain: c.domain, Key: c.key}
	if line.Old {
		k, err := c.Simulator.NewBotV1(spec)
		line.Bot, line.Key = k.BotNo, k.APIID
		return k, err
	}
	k, err := c.Simulator.NewBotV2(spec)
	line.Bot, line.Key = k.BotID, k.BotSecret
	return k, err
}

// activate enters the keys, issues two URLs and switches the connection on.
func (c *Company) activate(ctx context.Context, line *recorder.Line, name string, keys any) error {
	var made struct {
		Name string `json:"name"`
	}
	if err := c.Admin.Post(ctx, "/v1/connections", map[string]string{"service": "LINE_WORKS", "displayName": name}, &made); err != nil {
		return err
	}
	line.Connection = strings.TrimPrefix(made.Name, "connections/")
	if err := c.Admin.Put(ctx, "/v1/"+made.Name+"/credentials", keys, nil); err != nil {
		return err
	}
	for range 2 {
		var issued struct {
			URL string `json:"callbackUrl"`
		}
		if err := c.Admin.Post(ctx, "/v1/"+made.Name+"/tokens", map[string]any{}, &issued); err != nil {
			return err
		}
		parsed, err := url.Parse(issued.URL)
		if err != nil {
			return err
		}
		line.Paths = append(line.Paths, parsed.Path)
	}
	if err := c.answers(ctx, made.Name, line.Speaks); err != nil {
		return err
	}
	return c.Admin.Post(ctx, "/v1/"+made.Name+":activate", map[string]any{}, nil)
}

// answers sets whether the bot says anything.
func (c *Company) answers(ctx context.Context, connection string, speaks bool) error {
	var settings map[string]any
	if err := c.Admin.Get(ctx, "/v1/"+connection+"/punchSettings", &settings); err != nil {
		return err
	}
	settings["reply"] = map[string]string{"mode": "NEVER", "place": "DIRECT"}
	if speaks {
		settings["reply"] = map[string]string{"mode": "ALWAYS", "place": "DIRECT"}
	}
	return c.Admin.Call(ctx, http.MethodPut, "/v1/"+connection+"/punchSettings", settings, nil)
}

// submit hands in every period of the past months of the one who must not punch there.
func (c *Company) submit(ctx context.Context) error {
	for _, p := range c.people {
		if !p.Locked {
			continue
		}
		for back := 1; back <= monthsBack; back++ {
			now := time.Now()
			period := time.Date(now.Year(), now.Month(), 1, 12, 0, 0, 0, time.UTC).AddDate(0, -back, 0).Format("2006-01")
			path := "/v1/employees/" + p.Employee + "/timesheets/" + period + ":submit"
			if err := c.handIn(ctx, path); err != nil {
				return fmt.Errorf("submit %s: %w", period, err)
			}
		}
	}
	return nil
}

// handIn submits once attendance knows the calendar of the company, which follows it within seconds.
func (c *Company) handIn(ctx context.Context, path string) error {
	for {
		err := c.Admin.Post(ctx, path, map[string]any{}, nil)
		if refused, ok := errors.AsType[*adminapi.Error](err); !ok || refused.Reason() != "COMPANY_NOT_READY" {
			return err
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(100 * time.Millisecond):
		}
	}
}
