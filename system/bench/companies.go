package main

import (
	"context"
	"crypto/rand"
	"crypto/rsa"
	"fmt"
	"strings"
	"time"

	gateway "github.com/dakoku/dakoku/services/webhook-gateway"
	"github.com/dakoku/dakoku/simulator"
	"github.com/dakoku/dakoku/system/bench/load"
	"github.com/dakoku/dakoku/system/internal/adminapi"
	"github.com/dakoku/dakoku/system/internal/demo"
)

// openCompanies makes companies, each with a LINE WORKS domain, a bot and a connection of its own and so many people, and
// lets somebody of each punch until the answer has come. Nobody of these is among the people of the bots.
func (s *site) openCompanies(ctx context.Context, companies, people int) ([]load.Bot, error) {
	key, err := rsa.GenerateKey(rand.Reader, 2048) // one for all: they take long to make
	if err != nil {
		return nil, err
	}
	bots, tenants := make([]load.Bot, companies), make([]string, companies)
	for i := range bots {
		if tenants[i], bots[i], err = s.openCompany(ctx, fmt.Sprintf("company%d", i), key); err != nil {
			return nil, fmt.Errorf("company %d: %w", i, err)
		}
	}
	for i := range bots { // attendance hears of a company a moment later, so not at once
		if bots[i].Users, err = s.employ(ctx, tenants[i], bots[i].Domain, len(s.people)+i*(people+1), people+1); err != nil {
			return nil, fmt.Errorf("people of company %d: %w", i, err)
		}
	}
	if _, err := s.sql.Exec(ctx, `analyze`); err != nil {
		return nil, err
	}
	for i := range bots {
		if err := s.rehearse(ctx, bots[i]); err != nil {
			return nil, fmt.Errorf("company %d: %w", i, err)
		}
		bots[i].Users = bots[i].Users[1:]
	}
	return bots, nil
}

// openCompany makes a company as the installation's owner does, and its administrator makes the connection.
func (s *site) openCompany(ctx context.Context, name string, key *rsa.PrivateKey) (tenant string, bot load.Bot, err error) {
	email, password := "hr@"+name+".example", rand.Text()
	tenant, link, err := gateway.CreateOrganization(ctx, s.server.URL(), s.admin, gateway.NewOrganization{Name: name, Email: email, Person: "管理者"})
	if err != nil {
		return "", bot, err
	}
	_, secret, _ := strings.Cut(link, "#invitation=")
	admin := adminapi.New(s.admin)
	if err := admin.Post(ctx, "/v1/invitations:accept", map[string]string{"secret": secret, "password": password}, nil); err != nil {
		return "", bot, err
	}
	if err := admin.Post(ctx, "/v1/session", map[string]string{"email": email, "password": password}, nil); err != nil {
		return "", bot, err
	}
	domain := s.lineWorks.NewTenant(name)
	keys, err := s.lineWorks.NewBotV2(simulator.BotSpec{Domain: domain, Key: key})
	if err != nil {
		return "", bot, err
	}
	url, err := demo.Connect(ctx, admin, s.lineWorks, keys)
	if err != nil {
		return "", bot, err
	}
	return tenant, load.Bot{URL: url, Secret: keys.BotSecret, ID: keys.BotID, Domain: domain}, nil
}

// employ hires people of a company once attendance knows it, and puts them into its LINE WORKS domain.
func (s *site) employ(ctx context.Context, tenant string, domain int64, first, people int) ([]string, error) {
	if err := s.until(ctx, 5*time.Millisecond, `select exists (select from attendance.companies where tenant_id = $1::text::uuid)`, tenant); err != nil {
		return nil, err
	}
	if err := hire(ctx, s.sql, tenant, first, people); err != nil {
		return nil, err
	}
	users := make([]string, people)
	for i := range users {
		users[i] = userID(first + i)
		user := simulator.User{ID: users[i], Domain: domain, FamilyName: "従業員", Email: fmt.Sprintf("%08d@bench.example", first+i)}
		if _, err := s.lineWorks.NewUser(user); err != nil {
			return nil, err
		}
	}
	return users, nil
}

// rehearse lets the first of the bot's people punch until the door knows the connection, and waits for the answer: from
// then on the product holds a token for LINE WORKS.
func (s *site) rehearse(ctx context.Context, bot load.Bot) error {
	ctx, cancel := context.WithTimeout(ctx, startBudget)
	defer cancel()
	room, err := s.lineWorks.Direct(bot.Users[0], bot.ID)
	if err != nil {
		return err
	}
	for {
		said, err := s.lineWorks.Say(ctx, simulator.Post{User: bot.Users[0], Bot: bot.ID, Room: room.ID, Text: "出勤"})
		if err != nil {
			return err
		}
		if said.OK() {
			_, err = s.lineWorks.WaitReply(ctx, room.ID, said.Message)
			return err
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("the door answers %d %s", said.Status(), said.Err())
		case <-time.After(50 * time.Millisecond):
		}
	}
}
