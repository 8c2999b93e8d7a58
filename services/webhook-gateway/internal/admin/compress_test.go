package admin

import (
	"regexp"
	"testing"

	"github.com/dakoku/dakoku/proto/gen/openapi"
	"github.com/dakoku/dakoku/services/webhook-gateway/internal/admin/contract"
	"google.golang.org/protobuf/reflect/protoreflect"
)

// opens are the names of fields that may hold what opens something.
var opens = regexp.MustCompile(`(^|_)(secret|token|password|link|uri|url|codes|private_key|authentication_key)$`)

// harmless are fields of such a name that lists and things show.
var harmless = map[protoreflect.FullName]string{
	"dakoku.identity.v1.ApiKey.secret":                             "in the answer of CreateApiKey only",
	"dakoku.integration.v1.SecretUse.private_key":                  "a fingerprint",
	"dakoku.integration.v1.Credentials.bot_secret":                 "write-only",
	"dakoku.integration.v1.Credentials.client_secret":              "write-only",
	"dakoku.integration.v1.Credentials.private_key":                "write-only",
	"dakoku.integration.v1.Credentials.Fingerprints.bot_secret":    "a fingerprint",
	"dakoku.integration.v1.Credentials.Fingerprints.client_secret": "a fingerprint",
	"dakoku.integration.v1.Credentials.Fingerprints.private_key":   "a fingerprint",
}

// tells finds a field of a message, or of what is in it, that may open something; empty when there is none.
func tells(m protoreflect.MessageDescriptor, seen map[protoreflect.FullName]bool) protoreflect.FullName {
	if seen[m.FullName()] {
		return ""
	}
	seen[m.FullName()] = true
	for i := range m.Fields().Len() {
		f := m.Fields().Get(i)
		if f.Message() == nil && opens.MatchString(string(f.Name())) && f.Name() != "next_page_token" && harmless[f.FullName()] == "" {
			return f.FullName()
		}
		if f.Message() != nil {
			if found := tells(f.Message(), seen); found != "" {
				return found
			}
		}
	}
	return ""
}

// No answer that tells a secret is compressed, and the long lists are.
func TestWhatTellsASecretIsNotCompressed(t *testing.T) {
	terms, err := contract.Load(openapi.Document())
	if err != nil {
		t.Fatal(err)
	}
	compressed, telling := map[string]bool{}, map[string]bool{}
	for _, op := range terms.Operations() {
		secret := tells(op.Output, map[protoreflect.FullName]bool{})
		compressed[op.ID], telling[op.ID] = mayCompress(op), secret != ""
		if secret != "" && mayCompress(op) {
			t.Errorf("%s tells %s and is compressed", op.ID, secret)
		}
	}
	for _, id := range []string{"AttendanceAdminService_ListEmployees", "AttendanceAdminService_ExportAttendance", "AttendanceAdminService_ListTimesheets", "AuditService_ListAuditEvents", "LinkAdminService_ImportAccountLinks", "AttendanceAdminService_ImportEmployees"} {
		if !compressed[id] {
			t.Errorf("%s is not compressed", id)
		}
	}
	for _, id := range []string{"IdentityService_EnrolTotp", "IdentityService_ConfirmTotp", "IdentityService_InviteAccount", "IntegrationAdminService_ListTokens"} {
		if !telling[id] {
			t.Errorf("%s tells no secret: the names of fields that this test goes by are no longer those of the contract", id)
		}
	}
}
