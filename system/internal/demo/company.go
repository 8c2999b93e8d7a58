package demo

import (
	"context"
	"errors"
	"fmt"
	"net/http"

	"github.com/dakoku/dakoku/simulator"
	"github.com/dakoku/dakoku/system/internal/adminapi"
)

type named struct {
	Name string `json:"name"`
}

// logIn opens a session, setting the company up first when there is none.
func (d *Demo) logIn(ctx context.Context) error {
	who, err := loadState(d.DataDir)
	if err != nil {
		return fmt.Errorf("demo account: %w", err)
	}
	d.account = who
	login := map[string]string{"email": who.Email, "password": who.Password}
	err = d.Admin.Post(ctx, "/v1/session", login, nil)
	var refused *adminapi.Error
	if errors.As(err, &refused) && refused.HTTP == http.StatusUnauthorized {
		return d.setUp(ctx, who)
	}
	return err
}

func (d *Demo) setUp(ctx context.Context, who state) error {
	if d.SetupSecret == "" {
		return errors.New("this data directory holds a company already that is not the demo's; choose another DAKOKU_DATA_DIR, or start without --demo")
	}
	return d.Admin.Post(ctx, "/v1/setup", map[string]any{
		"setupSecret":   d.SetupSecret,
		"organization":  map[string]any{"name": simulator.DemoCompany, "timeZone": "Asia/Tokyo", "locale": "ja", "closingDay": 31},
		"administrator": map[string]any{"email": who.Email, "name": "デモ 管理者", "password": who.Password},
	}, nil)
}

func (d *Demo) connect(ctx context.Context) error {
	_, err := Connect(ctx, d.Admin, d.Simulator, d.World.Bot)
	return err
}

// Connect makes a company's connection as the guide tells: add the service, issue
// an API token, enter the keys of the developer console, switch it on; or finds
// that of an earlier start. It returns the URL to which the bot's callbacks go.
func Connect(ctx context.Context, admin *adminapi.Client, world *simulator.Simulator, keys simulator.CredentialsV2) (url string, err error) {
	connection, err := connection(ctx, admin)
	if err != nil {
		return "", err
	}
	if url, err = callbackURL(ctx, admin, connection); err != nil {
		return "", err
	}
	if err := admin.Put(ctx, "/v1/"+connection+"/credentials", keys, nil); err != nil {
		return "", err
	}
	if err := admin.Post(ctx, "/v1/"+connection+":activate", map[string]any{}, nil); err != nil {
		return "", err
	}
	return url, world.SetCallback(keys.BotID, url)
}

func connection(ctx context.Context, admin *adminapi.Client) (string, error) {
	var list struct {
		Connections []named `json:"connections"`
	}
	if err := admin.Get(ctx, "/v1/connections", &list); err != nil {
		return "", err
	}
	if len(list.Connections) > 0 {
		return list.Connections[0].Name, nil
	}
	var made named
	err := admin.Post(ctx, "/v1/connections", map[string]string{"service": "LINE_WORKS", "displayName": "LINE WORKS"}, &made)
	return made.Name, err
}

func callbackURL(ctx context.Context, admin *adminapi.Client, connection string) (string, error) {
	type token struct {
		CallbackURL string `json:"callbackUrl"`
	}
	var list struct {
		Tokens []token `json:"tokens"`
	}
	if err := admin.Get(ctx, "/v1/"+connection+"/tokens", &list); err != nil {
		return "", err
	}
	if len(list.Tokens) > 0 {
		return list.Tokens[0].CallbackURL, nil
	}
	var issued token
	err := admin.Post(ctx, "/v1/"+connection+"/tokens", map[string]any{}, &issued)
	return issued.CallbackURL, err
}

// hire makes an employee of every person in the chat and links the two.
func (d *Demo) hire(ctx context.Context) error {
	employees, err := d.employees(ctx)
	if err != nil {
		return err
	}
	for i, person := range d.World.People {
		number := fmt.Sprintf("%04d", i+1)
		if employees[number] == "" {
			var made named
			if err := d.Admin.Post(ctx, "/v1/employees", map[string]string{
				"employeeNumber": number, "displayName": person.Name(), "email": person.Email, "department": "営業部",
			}, &made); err != nil {
				return err
			}
			employees[number] = made.Name
		}
		link := map[string]string{"lineWorksAccountId": person.Email}
		if err := d.Admin.Put(ctx, "/v1/"+employees[number]+"/accountLink", link, nil); err != nil {
			return err
		}
	}
	return nil
}

func (d *Demo) employees(ctx context.Context) (map[string]string, error) {
	var list struct {
		Employees []struct {
			Name   string `json:"name"`
			Number string `json:"employeeNumber"`
		} `json:"employees"`
	}
	if err := d.Admin.Get(ctx, "/v1/employees?pageSize=500", &list); err != nil {
		return nil, err
	}
	byNumber := map[string]string{}
	for _, e := range list.Employees {
		byNumber[e.Number] = e.Name
	}
	return byNumber, nil
}
