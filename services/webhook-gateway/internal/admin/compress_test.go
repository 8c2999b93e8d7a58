package admin

import (
	"regexp"
	"testing"

	"github.com/dakoku/dakoku/proto/gen/openapi"
	"github.com/dakoku/dakoku/services/webhook-gateway/internal/admin/contract"
	"google.golang.org/protobuf/reflect/protoreflect"
)

// opens are the names of fields that may hold what opens something.
var opens = regexp.MustCompile(`(^|_)(secret|token|password|link|uri|url|codes|private_key|auth_key|consumer_key|api_id)$`)

// harmless are fields of such a name that lists and things show.
var harmless = map[protoreflect.FullName]string{
	"dakoku.identity.v1.ApiKey.secret":                                       "in the answer of CreateApiKey only",
	"dakoku.integration.v1.SecretUse.private_key":                            "a fingerprint",
	"dakoku.integration.v1.Credentials.bot_secret":                           "write-only",
	"dakoku.integration.v1.Credentials.client_secret":                        "write-only",
	"dakoku.integration.v1.Credentials.private_key":                          "write-only",
	"dakoku.integration.v1.Credentials.Fingerprints.bot_secret":              "a fingerprint",
	"dakoku.integration.v1.Credentials.Fingerprints.client_secret":           "a fingerprint",
	"dakoku.integration.v1.Credentials.Fingerprints.private_key":             "a fingerprint",
	"dakoku.integration.v1.Credentials.api_id":                               "write-only",
	"dakoku.integration.v1.Credentials.server_api_consumer_key":              "write-only",
	"dakoku.integration.v1.Credentials.auth_key":                             "write-only",
	"dakoku.integration.v1.Credentials.Fingerprints.api_id":                  "a fingerprint",
	"dakoku.integration.v1.Credentials.Fingerprints.server_api_consumer_key": "a fingerprint",
}

// walk goes over messages, each once.
type walk struct {
	seen, met map[protoreflect.FullName]bool
}

// tells finds a field of a message, or of what is in it, that may open something; empty when there is none. Those that
// are harmless it has met.
func (w walk) tells(m protoreflect.MessageDescriptor) (found protoreflect.FullName) {
	if w.seen[m.FullName()] {
		return ""
	}
	w.seen[m.FullName()] = true
	for i := range m.Fields().Len() {
		f, told := m.Fields().Get(i), protoreflect.FullName("")
		switch {
		case f.Message() != nil:
			told = w.tells(f.Message())
		case harmless[f.FullName()] != "":
			w.met[f.FullName()] = true
		case opens.MatchString(string(f.Name())) && f.Name() != "next_page_token":
			told = f.FullName()
		}
		if found == "" {
			found = told
		}
	}
	return found
}

// No answer that tells a secret is compressed, and the long lists are.
func TestWhatTellsASecretIsNotCompressed(t *testing.T) {
	terms, err := contract.Load(openapi.Document())
	if err != nil {
		t.Fatal(err)
	}
	compressed, telling, met := map[string]bool{}, map[string]bool{}, map[protoreflect.FullName]bool{}
	for _, op := range terms.Operations() {
		secret := walk{seen: map[protoreflect.FullName]bool{}, met: met}.tells(op.Output)
		compressed[op.ID], telling[op.ID] = mayCompress(op), secret != ""
		if secret != "" && mayCompress(op) {
			t.Errorf("%s tells %s and is compressed", op.ID, secret)
		}
	}
	for field := range harmless {
		if !met[field] {
			t.Errorf("%s is called harmless and is in no answer", field)
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
