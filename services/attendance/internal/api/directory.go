package api

import (
	"context"
	"strings"

	"github.com/dakoku/dakoku/platform/page"
	attendancev1 "github.com/dakoku/dakoku/proto/gen/dakoku/attendance/v1"
	"github.com/dakoku/dakoku/services/attendance/internal/store"
)

const (
	// directoryPage is the most entries of one answer.
	directoryPage = 1000
	// membersPage is how many ids one answer has.
	membersPage = 5000
)

// Directory serves EmployeeDirectoryService, which the integration context calls.
type Directory struct {
	attendancev1.UnimplementedEmployeeDirectoryServiceServer
	store *store.Store
}

// NewDirectory makes the side that names employees to another context.
func NewDirectory(s *store.Store) *Directory { return &Directory{store: s} }

// Members serves DepartmentService, which other contexts ask whom a limited manager reaches.
type Members struct {
	attendancev1.UnimplementedDepartmentServiceServer
	store *store.Store
}

// NewMembers makes the side that tells who is in departments.
func NewMembers(s *store.Store) *Members { return &Members{store: s} }

// ListDepartmentMembers lists the ids of who is in the departments.
func (m *Members) ListDepartmentMembers(ctx context.Context, req *attendancev1.ListDepartmentMembersRequest) (*attendancev1.ListDepartmentMembersResponse, error) {
	tenant := strings.ToLower(req.GetTenant())
	list := page.Of("members", append([]string{tenant}, req.GetDepartments()...)...)
	at, err := list.Read(req.GetPageToken(), 1)
	if err != nil {
		return nil, err
	}
	after := ""
	if at != nil {
		if after, err = page.ID(at[0]); err != nil {
			return nil, err
		}
	}
	found, err := m.store.MembersAfter(ctx, tenant, req.GetDepartments(), after, membersPage+1)
	if err != nil {
		return nil, err
	}
	res := &attendancev1.ListDepartmentMembersResponse{}
	if len(found) > membersPage {
		found = found[:membersPage]
		res.NextPageToken, err = list.Token(found[membersPage-1])
	}
	res.Employees = found
	return res, err
}

// ListDirectory lists all employees of an organization by id.
func (d *Directory) ListDirectory(ctx context.Context, req *attendancev1.ListDirectoryRequest) (*attendancev1.ListDirectoryResponse, error) {
	tenant := strings.ToLower(req.GetTenant())
	list, size := page.Of("directory", tenant), int(req.GetPageSize())
	if size <= 0 || size > directoryPage {
		size = directoryPage
	}
	at, err := list.Read(req.GetPageToken(), 1)
	if err != nil {
		return nil, err
	}
	after := ""
	if at != nil {
		if after, err = page.ID(at[0]); err != nil {
			return nil, err
		}
	}
	found, err := d.store.DirectoryAfter(ctx, tenant, after, size+1)
	if err != nil {
		return nil, err
	}
	res := &attendancev1.ListDirectoryResponse{}
	if len(found) > size {
		found = found[:size]
		res.NextPageToken, err = list.Token(found[size-1].ID)
	}
	for _, e := range found {
		res.Entries = append(res.Entries, &attendancev1.DirectoryEntry{
			Employee: e.ID, EmployeeNumber: e.Number, Email: e.Email, Active: e.Active, DisplayName: e.DisplayName,
		})
	}
	return res, err
}
