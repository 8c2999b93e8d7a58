package store

import (
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/dakoku/dakoku/services/attendance/internal/timeclock"
)

// window is the time around a person's events of a batch in which punches and locks matter.
type window struct{ from, to time.Time }

// people gives each linked employee of a batch once, with the window of his or her events.
func people(refs []Ref) pgx.NamedArgs {
	windows, order := map[Pair]window{}, []Pair{}
	for _, r := range refs {
		of := Pair{r.Tenant, r.Employee}
		if r.Employee == "" {
			continue
		}
		w, known := windows[of]
		if !known {
			order = append(order, of)
		}
		windows[of] = w.around(r.Issued)
	}
	tenants, employees := []string{}, []string{}
	froms, tos := []time.Time{}, []time.Time{}
	for _, of := range order {
		tenants, employees = append(tenants, of.Tenant), append(employees, of.ID)
		froms, tos = append(froms, windows[of].from), append(tos, windows[of].to)
	}
	return pgx.NamedArgs{"tenants": tenants, "employees": employees, "froms": froms, "tos": tos}
}

func (w window) around(at time.Time) window {
	from, to := at.Add(-timeclock.Reach), at.Add(timeclock.Reach)
	if w.from.IsZero() || from.Before(w.from) {
		w.from = from
	}
	if to.After(w.to) {
		w.to = to
	}
	return w
}
