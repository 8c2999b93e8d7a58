// Package staff asks the attendance context who works in an organization. It
// knows how the answer is paged and refuses to know what it is for.
package staff

import (
	"context"

	"google.golang.org/grpc"

	attendancev1 "github.com/dakoku/dakoku/proto/gen/dakoku/attendance/v1"
	"github.com/dakoku/dakoku/services/integration/internal/link"
)

// Directory reads employees. Make it with New.
type Directory struct {
	client  attendancev1.EmployeeDirectoryServiceClient
	members attendancev1.DepartmentServiceClient
}

// New reads over a connection to the attendance service.
func New(conn grpc.ClientConnInterface) *Directory {
	return &Directory{client: attendancev1.NewEmployeeDirectoryServiceClient(conn), members: attendancev1.NewDepartmentServiceClient(conn)}
}

// Employees are all of the organization, in the order of their ids.
func (d *Directory) Employees(ctx context.Context, tenant string) ([]link.Employee, error) {
	var all []link.Employee
	req := &attendancev1.ListDirectoryRequest{Tenant: tenant}
	for {
		res, err := d.client.ListDirectory(ctx, req)
		if err != nil {
			return nil, err
		}
		for _, e := range res.GetEntries() {
			all = append(all, link.Employee{ID: e.GetEmployee(), Number: e.GetEmployeeNumber(), Email: e.GetEmail(), Name: e.GetDisplayName(), Active: e.GetActive()})
		}
		if req.PageToken = res.GetNextPageToken(); req.PageToken == "" {
			return all, nil
		}
	}
}

// Members are the ids of the organization's employees in the departments, in order; never nil.
func (d *Directory) Members(ctx context.Context, tenant string, departments []string) ([]string, error) {
	all := []string{}
	req := &attendancev1.ListDepartmentMembersRequest{Tenant: tenant, Departments: departments}
	for {
		res, err := d.members.ListDepartmentMembers(ctx, req)
		if err != nil {
			return nil, err
		}
		all = append(all, res.GetEmployees()...)
		if req.PageToken = res.GetNextPageToken(); req.PageToken == "" {
			return all, nil
		}
	}
}
