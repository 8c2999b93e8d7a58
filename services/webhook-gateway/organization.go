package gateway

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/dakoku/dakoku/platform/config"
	"github.com/dakoku/dakoku/platform/fault"
	"github.com/dakoku/dakoku/platform/postgres"
	"github.com/dakoku/dakoku/services/webhook-gateway/internal/identity"
	"github.com/dakoku/dakoku/services/webhook-gateway/internal/identity/api"
	"github.com/dakoku/dakoku/services/webhook-gateway/internal/identity/store"
)

// NewOrganization is another company of an installation.
type NewOrganization struct {
	Name       string
	TimeZone   string // IANA name; empty is Asia/Tokyo
	Locale     string // ja or en; empty is ja
	ClosingDay int    // 1 to 28, or 31 for the month's last day; 0 is 31
	Email      string // of its first administrator
	Person     string // name of the administrator
}

// CreateOrganization makes another company in the database and returns its id and
// the one-time link with which its administrator chooses a password. base is the
// URL of the admin door. It may run while the services do; attendance hears of
// the company from them.
func CreateOrganization(ctx context.Context, url config.Secret, base string, n NewOrganization) (id, link string, err error) {
	db, err := postgres.Open(ctx, postgres.Config{URL: url, Role: IdentityMigrations().Role(), MaxConns: 2})
	if err != nil {
		return "", "", err
	}
	defer db.Close()
	kept := store.New(db)
	if err := kept.Ready(ctx); err != nil {
		return "", "", err
	}
	desk, err := identity.NewDesk(ctx, kept, nil, time.Now) // nothing is sealed here
	if err != nil {
		return "", "", err
	}
	o, invitation, err := desk.Found(ctx,
		identity.Organization{Name: n.Name, TimeZone: n.TimeZone, Locale: n.Locale, ClosingDay: n.ClosingDay},
		identity.Account{Email: n.Email, Name: n.Person})
	if err != nil {
		return "", "", inFull(err)
	}
	return o.ID, api.Link(base, invitation), nil
}

// inFull is an error with every wrong field, for a terminal.
func inFull(err error) error {
	f, ok := fault.From(err)
	if !ok || len(f.Fields()) == 0 {
		return err
	}
	var lines []string
	for _, field := range f.Fields() {
		lines = append(lines, field.Path+": "+field.Text.JA+" "+field.Text.EN)
	}
	return fmt.Errorf("%w %s", err, strings.Join(lines, "; "))
}
