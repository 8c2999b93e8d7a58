package api

import (
	"time"

	"github.com/dakoku/dakoku/platform/fault"
	"github.com/dakoku/dakoku/platform/page"
	"github.com/dakoku/dakoku/platform/rpc"
	"github.com/dakoku/dakoku/services/attendance/internal/store"
)

// askedOf is what a request for a list of what somebody decides about says.
type askedOf interface {
	asked
	GetEmployee() string
}

// listDecisions reads a page of held punches or correction requests, newest first, and the token of the next one. name
// is that of the list, state the state asked for, place where a thing stands in the list. Who may see what is his or
// her own need not say whose, and gets for everybody else's the answer for an employee who does not exist.
func listDecisions[T any](c rpc.Caller, name string, req askedOf, state string,
	read func(store.DecisionFilter) ([]T, error), place func(T) (time.Time, string),
) (found []T, next string, err error) {
	filter, err := readDecisions(c, req, state)
	if err != nil {
		return nil, "", err
	}
	list, size := page.Of(name, filter.Employee, filter.State), page.Size(req.GetPageSize())
	if filter.BeforeTime, filter.BeforeID, err = list.ReadByTime(req.GetPageToken()); err != nil {
		return nil, "", err
	}
	filter.Limit = size + 1
	found, err = read(filter)
	if err != nil || len(found) <= size {
		return found, "", err
	}
	found = found[:size]
	next, err = list.TokenByTime(place(found[size-1]))
	return found, next, err
}

func readDecisions(c rpc.Caller, req askedOf, state string) (f store.DecisionFilter, err error) {
	if employee := whose(c, req.GetEmployee()); employee != "" {
		if f.Employee = employeeID(employee); f.Employee == "" {
			return f, fault.Invalid(invalid("employee", "BAD_ID", "従業員の指定が正しくありません。", "This is not the id of an employee."))
		}
	}
	if !c.Reaches(f.Employee) {
		return f, store.EmployeeNotFound()
	}
	f.State = state
	return f, nil
}

// stated is the name of a state that is asked for; empty for none.
func stated[S interface {
	~int32
	String() string
}](state S) string {
	if state == 0 {
		return ""
	}
	return state.String()
}
