package integration_test

import (
	"context"
	"net"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/uuid"
	"google.golang.org/grpc/test/bufconn"

	attendancev1 "github.com/dakoku/dakoku/proto/gen/dakoku/attendance/v1"
	optionsv1 "github.com/dakoku/dakoku/proto/gen/dakoku/options/v1"

	"github.com/dakoku/dakoku/platform/rpc"
)

// staff stands in for the attendance context, behind the real chain of a server.
type staff struct {
	attendancev1.UnimplementedEmployeeDirectoryServiceServer
	attendancev1.UnimplementedDepartmentServiceServer
	mu     sync.Mutex
	in     map[string]string                         // department by employee
	people map[string][]*attendancev1.DirectoryEntry // by tenant
	calls  int
}

// ListDirectory answers as attendance does, in pages.
func (s *staff) ListDirectory(_ context.Context, req *attendancev1.ListDirectoryRequest) (*attendancev1.ListDirectoryResponse, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.calls++
	all := slices.Clone(s.people[req.GetTenant()])
	slices.SortFunc(all, func(a, b *attendancev1.DirectoryEntry) int { return strings.Compare(a.GetEmployee(), b.GetEmployee()) })
	all = slices.DeleteFunc(all, func(e *attendancev1.DirectoryEntry) bool { return e.GetEmployee() <= req.GetPageToken() })
	const size = 1000
	if len(all) <= size {
		return &attendancev1.ListDirectoryResponse{Entries: all}, nil
	}
	return &attendancev1.ListDirectoryResponse{Entries: all[:size], NextPageToken: all[size-1].GetEmployee()}, nil
}

// ListDepartmentMembers answers as attendance does, one id a page.
func (s *staff) ListDepartmentMembers(_ context.Context, req *attendancev1.ListDepartmentMembersRequest) (*attendancev1.ListDepartmentMembersResponse, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	var ids []string
	for _, e := range s.people[req.GetTenant()] {
		if slices.Contains(req.GetDepartments(), s.in[e.GetEmployee()]) && e.GetEmployee() > req.GetPageToken() {
			ids = append(ids, e.GetEmployee())
		}
	}
	slices.Sort(ids)
	if len(ids) < 2 {
		return &attendancev1.ListDepartmentMembersResponse{Employees: ids}, nil
	}
	return &attendancev1.ListDepartmentMembersResponse{Employees: ids[:1], NextPageToken: ids[0]}, nil
}

// moves puts an employee into a department.
func (s *staff) moves(employee, department string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.in == nil {
		s.in = map[string]string{}
	}
	s.in[employee] = department
}

// hire adds an active employee and returns the id.
func (s *staff) hire(tenant, number, email string) string { return s.add(tenant, number, email, true) }

func (s *staff) add(tenant, number, email string, active bool) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	id := uuid.NewString()
	if s.people == nil {
		s.people = map[string][]*attendancev1.DirectoryEntry{}
	}
	s.people[tenant] = append(s.people[tenant], &attendancev1.DirectoryEntry{Employee: id, EmployeeNumber: number, Email: email, Active: active})
	return id
}

// call gives an employee a name.
func (s *staff) call(employee, name string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, all := range s.people {
		for _, e := range all {
			if e.GetEmployee() == employee {
				e.DisplayName = name
			}
		}
	}
}

// serve runs the stand-in and tells how integration reaches it.
func (s *staff) serve(t *testing.T, dir string) *rpc.ClientConfig {
	t.Helper()
	load := func(name string) *rpc.Identity {
		id, err := rpc.LoadIdentity(dir, name)
		if err != nil {
			t.Fatal(err)
		}
		return id
	}
	server, err := rpc.NewServer(rpc.ServerConfig{
		Domain: "attendance.dakoku", Identity: load("attendance"), Permission: optionsv1.E_Permission, StepUp: optionsv1.E_StepUp,
		Allow: map[string][]string{
			attendancev1.EmployeeDirectoryService_ServiceDesc.ServiceName: {"integration"},
			attendancev1.DepartmentService_ServiceDesc.ServiceName:        {"integration"},
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	attendancev1.RegisterEmployeeDirectoryServiceServer(server, s)
	attendancev1.RegisterDepartmentServiceServer(server, s)
	pipe := bufconn.Listen(256 << 10)
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- server.Run(ctx, pipe) }()
	t.Cleanup(func() {
		cancel()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	})
	return &rpc.ClientConfig{
		ServerName: "attendance", Identity: load("integration"),
		Dialer: func(ctx context.Context, _ string) (net.Conn, error) { return pipe.DialContext(ctx) },
	}
}
