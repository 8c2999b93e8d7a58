package api

import (
	"context"

	"github.com/dakoku/dakoku/platform/fault"
	"github.com/dakoku/dakoku/platform/rpc"
	"github.com/dakoku/dakoku/platform/seal"
	attendancev1 "github.com/dakoku/dakoku/proto/gen/dakoku/attendance/v1"
	"github.com/dakoku/dakoku/services/attendance/internal/store"
)

// Machine serves AttendanceService, which the public door calls.
type Machine struct {
	attendancev1.UnimplementedAttendanceServiceServer
	store   *store.Store
	keys    *seal.Keyring
	readers *readers
}

// NewMachine makes the machine side; keys seal the text of punches.
func NewMachine(s *store.Store, keys *seal.Keyring) *Machine {
	return &Machine{store: s, keys: keys, readers: newReaders()}
}

// Provisioning serves AttendanceProvisioningService, which identity's process calls.
type Provisioning struct {
	attendancev1.UnimplementedAttendanceProvisioningServiceServer
	store *store.Store
}

// NewProvisioning makes the side that learns of organizations.
func NewProvisioning(s *store.Store) *Provisioning { return &Provisioning{store: s} }

// Admin serves AttendanceAdminService for the caller's organization.
type Admin struct {
	attendancev1.UnimplementedAttendanceAdminServiceServer
	store *store.Store
}

// NewAdmin makes the administrators' side.
func NewAdmin(s *store.Store) *Admin { return &Admin{store: s} }

// caller is who asks. The server's chain has refused calls without one before they come here.
func caller(ctx context.Context) (rpc.Caller, error) {
	c, ok := rpc.CallerFrom(ctx)
	if !ok || c.Tenant == "" {
		return c, fault.New(fault.Unauthenticated, "UNAUTHENTICATED", fault.Text{
			JA: "ログインしてください。", EN: "Log in first.",
		})
	}
	return c, nil
}

// reaches reports whether the caller may touch what belongs to the employee with that name or id. Who may not gets the
// same answer as for an employee who does not exist.
func reaches(c rpc.Caller, employee string) bool { return c.Reaches(employeeID(employee)) }

// actor is the resource name of who asks, for histories.
func actor(c rpc.Caller) string {
	switch c.Kind {
	case rpc.KindAPIKey:
		return "apiKeys/" + c.Account
	case rpc.KindMachine:
		return "machine"
	}
	return "accounts/" + c.Account
}

// employeeOf takes the id out of an employee's resource name; a bare id stays as it is.
func employeeOf(name string) string { return rpc.IDOf(name, "employees/") }

func invalid(path, reason, ja, en string) fault.Field {
	return fault.Field{Path: path, Reason: reason, Text: fault.Text{JA: ja, EN: en}}
}
