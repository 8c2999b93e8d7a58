package store

import (
	"cmp"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/dakoku/dakoku/services/attendance/internal/timeclock"
)

// window is the time around a person's events of a batch in which punches and locks matter.
type window struct{ from, to time.Time }

// people gives each linked employee of a batch with the window of his or her events, and once more for each window that
// matters, too, and is apart from the others.
func people(refs []Ref) pgx.NamedArgs {
	windows, more, order := map[Pair]window{}, map[Pair][]window{}, []Pair{}
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
		if len(r.Also) > 0 {
			more[of] = append(more[of], window{}.around(r.Also...))
		}
	}
	tenants, employees := []string{}, []string{}
	froms, tos := []time.Time{}, []time.Time{}
	for _, of := range order {
		for _, w := range apart(append(more[of], windows[of])) {
			tenants, employees = append(tenants, of.Tenant), append(employees, of.ID)
			froms, tos = append(froms, w.from), append(tos, w.to)
		}
	}
	return pgx.NamedArgs{"tenants": tenants, "employees": employees, "froms": froms, "tos": tos}
}

func (w window) around(instants ...time.Time) window {
	for _, at := range instants {
		from, to := at.Add(-timeclock.Reach), at.Add(timeclock.Reach)
		if w.from.IsZero() || from.Before(w.from) {
			w.from = from
		}
		if to.After(w.to) {
			w.to = to
		}
	}
	return w
}

// apart makes windows that overlap one: no punch is in two.
func apart(windows []window) (list []window) {
	slices.SortFunc(windows, func(a, b window) int { return a.from.Compare(b.from) })
	for _, w := range windows {
		if last := len(list) - 1; last >= 0 && !w.from.After(list[last].to) {
			if w.to.After(list[last].to) {
				list[last].to = w.to
			}
			continue
		}
		list = append(list, w)
	}
	return list
}

// surroundings are the windows around punches of a tenant. Those of an employee that overlap are one.
func surroundings(tenant string, punches []Punch) pgx.NamedArgs {
	sorted := slices.SortedFunc(slices.Values(punches), func(a, b Punch) int {
		return cmp.Or(cmp.Compare(a.Employee, b.Employee), a.Issued.Compare(b.Issued))
	})
	tenants, employees := []string{}, []string{}
	froms, tos := []time.Time{}, []time.Time{}
	for _, p := range sorted {
		w, last := window{}.around(p.Issued), len(employees)-1
		if last >= 0 && employees[last] == p.Employee && !w.from.After(tos[last]) {
			tos[last] = w.to
			continue
		}
		tenants, employees = append(tenants, tenant), append(employees, p.Employee)
		froms, tos = append(froms, w.from), append(tos, w.to)
	}
	return pgx.NamedArgs{"tenants": tenants, "employees": employees, "froms": froms, "tos": tos}
}
