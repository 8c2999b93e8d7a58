// Package lineage checks that each event was judged as the employee's to whom the history of account links leads from
// its sender, and that the history and the links are what they were.
//
// It knows that what was judged is older than the history it is compared with. It refuses to know tables, and how links
// change; each context reads its own.
package lineage

import (
	"context"
	"strconv"

	"github.com/dakoku/dakoku/platform/config"
	"github.com/dakoku/dakoku/services/attendance"
	"github.com/dakoku/dakoku/services/integration"
)

// Finding is one row that is not as it was made.
type Finding struct {
	Tenant     string
	Table, Row string
	Problem    integration.LinkProblem
}

// Report is what a check found.
type Report struct {
	Here     bool  // the links are in this database; they may have one of their own
	Events   int64 // that were compared
	Before   int64 // that were judged before receipts were kept, and cannot be compared
	Findings []Finding
}

// Verify compares every event that was judged as an employee's with the history of links, and the links with it; the
// login of the URL must own the tables of both contexts or be a superuser. It changes nothing.
func Verify(ctx context.Context, url config.Secret) (r Report, err error) {
	var links integration.LinkHistory
	begun := func(ctx context.Context) error { return links.Read(ctx, url) }
	err = attendance.LinkedEvents(ctx, url, begun, func(e attendance.LinkedEvent) {
		switch {
		case !links.There:
		case e.Receipt == "":
			r.Before++
		default:
			r.Events++
			if p := links.Judge(e.Tenant, e.Employee, e.Receipt); p != "" {
				r.find(e.Tenant, "attendance.event_outcomes", e.Key, p)
			}
		}
	})
	r.Here = links.There
	for _, e := range links.Broken() {
		r.find(e.Tenant, "integration.account_link_change", strconv.FormatInt(e.Seq, 10), integration.LinkRewritten)
	}
	for _, h := range links.Unlike {
		r.find(h.Tenant, "integration.account_link", h.Employee, integration.LinkUnlike)
	}
	return r, err
}

func (r *Report) find(tenant, table, row string, p integration.LinkProblem) {
	r.Findings = append(r.Findings, Finding{tenant, table, row, p})
}
