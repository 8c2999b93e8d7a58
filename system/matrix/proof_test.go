package matrix

import (
	"maps"
	"slices"
)

// sensitive is everything that asks a person for a fresh proof of identity, written
// down once more: keys, roles, for how long records are kept, and changes of many
// people's records at once.
var sensitive = []string{
	"AttendanceAdminService.ApproveTimesheets",
	"AttendanceAdminService.CreateLegalHold",
	"AttendanceAdminService.ImportEmployees",
	"AttendanceAdminService.ReleaseLegalHold",
	"AttendanceAdminService.UpdateRetention",
	"IdentityService.CreateAccount",
	"IdentityService.CreateApiKey",
	"IdentityService.DeleteAccount",
	"IdentityService.InviteAccount",
	"IdentityService.UpdateAccount",
	"IntegrationAdminService.ActivateCredentials",
	"IntegrationAdminService.DiscardCredentials",
	"IntegrationAdminService.IssueToken",
	"IntegrationAdminService.ListTokens",
	"IntegrationAdminService.RetireCredentials",
	"IntegrationAdminService.RevokeToken",
	"IntegrationAdminService.RollBackCredentials",
	"IntegrationAdminService.UpdateCredentials",
	"LinkAdminService.ImportAccountLinks",
	"LinkAdminService.SyncAccountLinks",
}

// proofs compares the list with what the contract declares, and with what the last
// caller, whose proof is old, was refused.
func (m *matrix) proofs() {
	elder := m.callers[len(m.callers)-1]
	var declared, walked []string
	for _, name := range slices.Sorted(maps.Keys(m.ops)) {
		if m.ops[name].StepUp() {
			declared = append(declared, name)
		}
		if m.page[name][elder.title()] != "" && m.ops[name].Permission() != "machine" {
			walked = append(walked, name)
		}
	}
	if !elder.old || !slices.Equal(declared, sensitive) || !slices.Equal(walked, sensitive) {
		m.t.Errorf("a proof is asked for by\n%v\nand was by\n%v\nwant\n%v", declared, walked, sensitive)
	}
}
