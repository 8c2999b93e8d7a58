package api

import (
	"context"
	"strconv"

	"google.golang.org/protobuf/types/known/timestamppb"

	"github.com/dakoku/dakoku/platform/page"
	attendancev1 "github.com/dakoku/dakoku/proto/gen/dakoku/attendance/v1"
	"github.com/dakoku/dakoku/services/attendance/internal/store"
)

// CreateEmployee adds an employee.
func (a *Admin) CreateEmployee(ctx context.Context, req *attendancev1.CreateEmployeeRequest) (*attendancev1.CreateEmployeeResponse, error) {
	c, err := caller(ctx)
	if err != nil {
		return nil, err
	}
	e := store.Employee{Active: true}
	if err := editEmployee(&e, req.GetEmployee(), employeeFields()); err != nil {
		return nil, err
	}
	if err := confine(c, e.Department); err != nil {
		return nil, err
	}
	e, err = a.store.CreateEmployee(ctx, c.Tenant, e, req.GetValidateOnly())
	if err != nil {
		return nil, err
	}
	answer := &attendancev1.CreateEmployeeResponse{Employee: employeeMessage(e)}
	unmade(req, &answer.Employee.Name)
	return answer, nil
}

// ListEmployees lists employees by number.
func (a *Admin) ListEmployees(ctx context.Context, req *attendancev1.ListEmployeesRequest) (*attendancev1.ListEmployeesResponse, error) {
	c, err := caller(ctx)
	if err != nil {
		return nil, err
	}
	list, size := page.Of("employees"), page.Size(req.GetPageSize())
	at, err := list.Read(req.GetPageToken(), 1)
	if err != nil {
		return nil, err
	}
	employees, err := a.store.ListEmployees(ctx, c.Tenant, append(at, "")[0], size+1)
	if err != nil {
		return nil, err
	}
	res := &attendancev1.ListEmployeesResponse{}
	if len(employees) > size {
		employees = employees[:size]
		res.NextPageToken, err = list.Token(employees[size-1].Number)
	}
	for _, e := range employees {
		res.Employees = append(res.Employees, employeeMessage(e))
	}
	return res, err
}

// GetEmployee reads one employee.
func (a *Admin) GetEmployee(ctx context.Context, req *attendancev1.GetEmployeeRequest) (*attendancev1.GetEmployeeResponse, error) {
	c, err := caller(ctx)
	if err != nil {
		return nil, err
	}
	e, err := a.store.GetEmployee(ctx, c.Tenant, employeeOf(req.GetEmployee()))
	if err != nil {
		return nil, err
	}
	return &attendancev1.GetEmployeeResponse{Employee: employeeMessage(e)}, nil
}

// UpdateEmployee changes the fields of the mask.
func (a *Admin) UpdateEmployee(ctx context.Context, req *attendancev1.UpdateEmployeeRequest) (*attendancev1.UpdateEmployeeResponse, error) {
	c, err := caller(ctx)
	if err != nil {
		return nil, err
	}
	fields, err := maskFields(req.GetUpdateMask().GetPaths(), req.GetEmployee())
	if err != nil {
		return nil, err
	}
	change := func(e *store.Employee) error {
		if etag := req.GetEmployee().GetEtag(); etag != "" && etag != etagOf(e.Revision) {
			return store.StaleEtag()
		}
		if err := editEmployee(e, req.GetEmployee(), fields); err != nil {
			return err
		}
		return confine(c, e.Department)
	}
	e, err := a.store.UpdateEmployee(ctx, c.Tenant, employeeOf(req.GetEmployeeId()), req.GetValidateOnly(), change)
	if err != nil {
		return nil, err
	}
	return &attendancev1.UpdateEmployeeResponse{Employee: employeeMessage(e)}, nil
}

// DeleteEmployee makes an employee inactive.
func (a *Admin) DeleteEmployee(ctx context.Context, req *attendancev1.DeleteEmployeeRequest) (*attendancev1.DeleteEmployeeResponse, error) {
	c, err := caller(ctx)
	if err != nil {
		return nil, err
	}
	_, err = a.store.UpdateEmployee(ctx, c.Tenant, employeeOf(req.GetEmployee()), req.GetValidateOnly(), func(e *store.Employee) error {
		e.Active = false
		return nil
	})
	if err != nil {
		return nil, err
	}
	return &attendancev1.DeleteEmployeeResponse{}, nil
}

func employeeMessage(e store.Employee) *attendancev1.Employee {
	state := attendancev1.Employee_INACTIVE
	if e.Active {
		state = attendancev1.Employee_ACTIVE
	}
	return &attendancev1.Employee{
		Name: "employees/" + e.ID, EmployeeNumber: e.Number, DisplayName: e.DisplayName, Email: e.Email,
		Department: e.Department, State: state, CreateTime: timestamppb.New(e.Created), Etag: etagOf(e.Revision),
	}
}

func etagOf(revision int64) string { return "r" + strconv.FormatInt(revision, 36) }
