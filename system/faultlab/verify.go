package faultlab

import (
	"context"
	"fmt"

	"github.com/dakoku/dakoku/platform/config"
	"github.com/dakoku/dakoku/services/attendance"
	"github.com/dakoku/dakoku/system/faultlab/checker"
	"github.com/dakoku/dakoku/system/internal/accord"
	"github.com/dakoku/dakoku/system/internal/lineage"
)

// verify asks the product itself, as "dakoku verify" does: whether each record is as it
// was sealed and the chains hold (I9, I10), whether both ends of the way tell the same of
// each event (I1), and whether each punch is of whom the links then named. That nothing was
// sealed is a finding, too.
func verify(ctx context.Context, url config.Secret, dataDir string) (checker.Check, error) {
	c := checker.Check{Name: "verify"}
	records, err := attendance.Verify(ctx, url, dataDir, "")
	if err != nil {
		return c, fmt.Errorf("verify the records: %w", err)
	}
	for _, f := range records.Findings {
		_, en := f.Problem.Text()
		c.Find(fmt.Sprintf("attendance.%s %s: %s", f.Table, f.Key, en))
	}
	var sealed int64
	for _, company := range records.Companies {
		sealed += company.Sealed
	}
	if sealed == 0 {
		c.Find("nothing was sealed")
	}
	events, err := accord.Verify(ctx, url)
	if err != nil {
		return c, fmt.Errorf("verify the events: %w", err)
	}
	for _, f := range events.Findings {
		_, en := f.Problem.Text()
		c.Find(fmt.Sprintf("gateway.inbox %s: %s", f.Event, en))
	}
	links, err := lineage.Verify(ctx, url)
	if err != nil {
		return c, fmt.Errorf("verify the links: %w", err)
	}
	for _, f := range links.Findings {
		_, en := f.Problem.Text()
		c.Find(fmt.Sprintf("%s %s: %s", f.Table, f.Row, en))
	}
	return c, nil
}
