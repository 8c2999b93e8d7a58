package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"strings"

	"github.com/dakoku/dakoku/platform/config"
	gateway "github.com/dakoku/dakoku/services/webhook-gateway"
	"github.com/dakoku/dakoku/system/internal/assembly"
)

// createOrganization makes another company of the installation and prints the
// link for its administrator.
func createOrganization(ctx context.Context, args []string) error {
	var n gateway.NewOrganization
	flags := flag.NewFlagSet("org create", flag.ContinueOnError)
	flags.StringVar(&n.Name, "name", "", "name of the company")
	flags.StringVar(&n.Email, "email", "", "e-mail address of its administrator")
	flags.StringVar(&n.Person, "administrator", "", "name of its administrator")
	flags.StringVar(&n.TimeZone, "time-zone", "Asia/Tokyo", "IANA time zone")
	flags.StringVar(&n.Locale, "locale", "ja", "ja or en")
	flags.IntVar(&n.ClosingDay, "closing-day", 31, "1 to 28, or 31 for the month's last day")
	if err := flags.Parse(args); err != nil || flags.NArg() > 0 {
		return errors.New("use org create --name NAME --email ADDRESS --administrator NAME")
	}
	var settings assembly.Settings
	if err := config.Load(&settings); err != nil {
		return err
	}
	url, stop, err := database(ctx, settings)
	if err != nil {
		return err
	}
	defer stop()
	base := strings.TrimRight(settings.AdminURL, "/")
	if base == "" {
		base = "http://" + settings.AdminAddr
	}
	id, link, err := gateway.CreateOrganization(ctx, url, base, n)
	if err != nil {
		return err
	}
	fmt.Printf("会社 company %s\n管理者に渡す一度だけ使えるリンク(72時間) one-time link for the administrator, 72 hours:\n  %s\n", id, link)
	return nil
}
