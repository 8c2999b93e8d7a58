package api

import (
	"context"
	"slices"

	"github.com/dakoku/dakoku/platform/fault"
	"github.com/dakoku/dakoku/platform/rpc"
	"github.com/dakoku/dakoku/services/integration/internal/link"
)

// reach is the employees whose links a caller may see and change. The zero value is no limit.
type reach struct {
	limited bool
	members []string // in order
}

// reachOf asks who is in the caller's departments, every time anew: whoever moves is out of reach at once.
func reachOf(ctx context.Context, staff Staff, tenant string) (reach, error) {
	caller, _ := rpc.CallerFrom(ctx)
	if len(caller.Departments) == 0 {
		return reach{}, nil
	}
	members, err := staff.Members(ctx, tenant, caller.Departments)
	slices.Sort(members)
	return reach{limited: true, members: members}, err
}

func (r reach) has(employee string) bool {
	if !r.limited {
		return true
	}
	_, found := slices.BinarySearch(r.members, employee)
	return found
}

// active refuses an employee who is known to be inactive, as a table of links does. That somebody is there at all is for
// others to know.
func active(ctx context.Context, staff Staff, tenant, employee string) error {
	all, err := staff.Employees(ctx, tenant)
	if slices.ContainsFunc(all, func(e link.Employee) bool { return e.ID == employee && !e.Active }) {
		return link.Inactive()
	}
	return err
}

// within are the employees of a list who are reached.
func (r reach) within(employees []link.Employee) []link.Employee {
	return slices.DeleteFunc(employees, func(e link.Employee) bool { return !r.has(e.ID) })
}

// only is what a list may name; nil is everybody.
func (r reach) only() []string {
	if !r.limited {
		return nil
	}
	return append([]string{}, r.members...)
}

// discreet takes the name of a holder who is out of reach from a refusal.
func (r reach) discreet(err error) error {
	if refused, ok := fault.From(err); ok && refused.Reason() == link.Elsewhere("").Reason() && !r.has(link.HolderOf(refused)) {
		return link.Elsewhere("")
	}
	return err
}

// everybody refuses a caller who reaches some departments only; for what concerns the whole company.
func everybody(ctx context.Context) error {
	if caller, _ := rpc.CallerFrom(ctx); len(caller.Departments) > 0 {
		return fault.New(fault.Denied, "PERMISSION_MISSING", fault.Text{
			JA: "全従業員が対象の操作のため、担当部署が限られたアカウントでは実行できません。",
			EN: "This concerns every employee, so an account that is limited to departments cannot do it.",
		}).With("permission", "links.write")
	}
	return nil
}
