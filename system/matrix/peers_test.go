package matrix

import (
	"slices"

	"google.golang.org/grpc/codes"

	"github.com/dakoku/dakoku/services/attendance"
	"github.com/dakoku/dakoku/services/integration"
	gateway "github.com/dakoku/dakoku/services/webhook-gateway"
)

// callable is which process may call each gRPC service, by its certificate.
var callable = map[string][]string{
	"dakoku.attendance.v1.AttendanceService":             {gateway.PublicName},
	"dakoku.attendance.v1.AttendanceAdminService":        {gateway.AdminName},
	"dakoku.attendance.v1.AttendanceProvisioningService": {gateway.AdminName},
	"dakoku.attendance.v1.EmployeeDirectoryService":      {integration.Name},
	"dakoku.attendance.v1.DepartmentService":             {integration.Name, gateway.PublicName},
	"dakoku.integration.v1.IntegrationService":           {gateway.PublicName},
	"dakoku.integration.v1.IntegrationAdminService":      {gateway.AdminName},
	"dakoku.integration.v1.LinkAdminService":             {gateway.AdminName},
	"dakoku.identity.v1.IdentityService":                 {gateway.AdminName},
	"dakoku.identity.v1.AuditService":                    {gateway.AdminName},
	"dakoku.attendance.v1.AttendanceAuditService":        {gateway.AdminName},
	"dakoku.integration.v1.IntegrationAuditService":      {gateway.AdminName},
	"dakoku.gateway.v1.EventAdminService":                {gateway.AdminName},
	"dakoku.gateway.v1.GatewayAuditService":              {gateway.AdminName},
}

// peers calls every RPC with the certificate of every process, for an
// administrator: the wrong certificate is refused whoever it calls for.
func (m *matrix) peers() {
	for _, name := range []string{attendance.Name, integration.Name, gateway.PublicName, gateway.AdminName} {
		door := m.behind(name)
		door.Caller = m.callers[1].grpc.Caller
		for _, o := range m.ops {
			allowed := slices.Contains(callable[o.Service()], name)
			if allowed && o.Permission() != "machine" {
				continue // the matrix has called it
			}
			a, err := door.Call(m.t.Context(), o, nil)
			if err != nil {
				m.t.Fatal(err)
			}
			m.calls++
			if refused := a.Code == codes.PermissionDenied && a.Reason == "PEER_NOT_ALLOWED"; refused == allowed {
				m.t.Errorf("%s by %s: %s %s", o.Name, name, a.Code, a.Reason)
			}
		}
	}
}
