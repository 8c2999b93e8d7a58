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
func active(staff []link.Employee, employee string) error {
	if slices.ContainsFunc(staff, func(e link.Employee) bool { return e.ID == employee && !e.Active }) {
		return link.Inactive()
	}
	return nil
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

// holder tells who has an account. Whom the caller may not see is nobody; of somebody who is not listed there is the id.
func (r reach) holder(staff []link.Employee) func(id string) link.Employee {
	known := map[string]link.Employee{}
	for _, e := range staff {
		known[e.ID] = e
	}
	return func(id string) link.Employee {
		if !r.has(id) {
			return link.Employee{}
		}
		e := known[id]
		e.ID = id
		return e
	}
}

// named says in a refusal who has the account, as far as the caller may know.
func (r reach) named(err error, staff []link.Employee) error {
	if refused, ok := fault.From(err); ok && refused.Reason() == link.AccountTaken {
		return link.Elsewhere(r.holder(staff)(link.HolderOf(refused)))
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
