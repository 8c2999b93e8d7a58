package e2e

import (
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/reflect/protoregistry"

	_ "github.com/dakoku/dakoku/proto/gen/dakoku/attendance/v1"
	_ "github.com/dakoku/dakoku/proto/gen/dakoku/gateway/v1"
	_ "github.com/dakoku/dakoku/proto/gen/dakoku/identity/v1"
	_ "github.com/dakoku/dakoku/proto/gen/dakoku/integration/v1"
)

// planted says by which canary TestCanaries plants each field of the contract that
// holds a secret.
var planted = map[string]string{
	"integration.v1.Credentials.bot_secret":                 "bot secret",
	"integration.v1.Credentials.client_secret":              "client secret",
	"integration.v1.Credentials.private_key":                "private key",
	"integration.v1.Credentials.api_id":                     "API ID",
	"integration.v1.Credentials.server_api_consumer_key":    "consumer key",
	"integration.v1.Credentials.auth_key":                   "auth key",
	"integration.v1.SigningKey.secret":                      "bot secret",
	"integration.v1.CallbackToken.token":                    "callback token",
	"integration.v1.CallbackToken.callback_url":             "callback token",
	"integration.v1.RegisterCallbackResponse.callback_url":  "callback token",
	"identity.v1.SetUpRequest.setup_secret":                 "setup secret",
	"identity.v1.SetUpRequest.NewAdministrator.password":    "password",
	"identity.v1.CreateSessionRequest.password":             "wrong password",
	"identity.v1.CreateSessionRequest.totp_code":            "one-time code",
	"identity.v1.CreateSessionRequest.recovery_code":        "wrong recovery code",
	"identity.v1.ApiKey.secret":                             "API key",
	"identity.v1.Invitation.secret":                         "invitation",
	"identity.v1.Invitation.link":                           "invitation",
	"identity.v1.AcceptInvitationRequest.secret":            "wrong invitation",
	"identity.v1.AcceptInvitationRequest.password":          "first password",
	"identity.v1.FinishOpenIdLoginRequest.code":             "wrong OpenID code",
	"identity.v1.FinishOpenIdLoginRequest.totp_code":        "one-time code",
	"identity.v1.FinishOpenIdLoginRequest.recovery_code":    "wrong recovery code",
	"identity.v1.ChangePasswordRequest.password":            "wrong password",
	"identity.v1.ChangePasswordRequest.new_password":        "next password",
	"identity.v1.EnrolTotpRequest.password":                 "wrong password",
	"identity.v1.EnrolTotpResponse.secret":                  "TOTP secret",
	"identity.v1.EnrolTotpResponse.uri":                     "TOTP secret",
	"identity.v1.ConfirmTotpRequest.totp_code":              "one-time code",
	"identity.v1.ConfirmTotpResponse.recovery_codes":        "recovery code",
	"identity.v1.ProveSessionRequest.password":              "wrong password",
	"identity.v1.ProveSessionRequest.totp_code":             "one-time code",
	"identity.v1.ProveSessionRequest.recovery_code":         "wrong recovery code",
	"identity.v1.RemoveTotpRequest.password":                "wrong password",
	"identity.v1.RemoveTotpRequest.totp_code":               "one-time code",
	"identity.v1.RemoveTotpRequest.recovery_code":           "recovery code",
	"identity.v1.RenewRecoveryCodesRequest.password":        "wrong password",
	"identity.v1.RenewRecoveryCodesRequest.totp_code":       "one-time code",
	"identity.v1.RenewRecoveryCodesResponse.recovery_codes": "recovery code",
}

// harmless are fields whose names sound like secrets and that are none: cursors,
// hashes, fingerprints, and ids of tokens and keys.
var harmless = regexp.MustCompile(`page_token$|\.event_keys?$|\.token_hash$|Fingerprints\.|SecretUse\.private_key$|` +
	`(Endpoint|Sender|RegisterCallbackRequest|RevokeTokenRequest)\.token$|DeleteApiKeyRequest\.key$|Timesheet\.Evidence\.key$`)

// Every field of the contract that may hold a secret has a canary: one that is
// added has to be planted, or to be told harmless here.
func TestEverySecretFieldHasACanary(t *testing.T) {
	t.Parallel()
	sounds := regexp.MustCompile(`secret|password|token|key|codes?$|cookie|api_id|callback_url|^link$|^uri$`)
	var found []string
	protoregistry.GlobalFiles.RangeFiles(func(f protoreflect.FileDescriptor) bool {
		if strings.HasPrefix(string(f.Package()), "dakoku.") {
			found = append(found, secrets(f.Messages(), sounds)...)
		}
		return true
	})
	var want []string
	for field := range planted {
		want = append(want, field)
	}
	slices.Sort(found)
	slices.Sort(want)
	for field, what := range planted {
		if !slices.Contains(whatIsPlanted(t), what) {
			t.Errorf("%s: no canary is called %q", field, what)
		}
	}
	if d := cmp.Diff(want, found); d != "" {
		t.Errorf("fields without a canary (+), or gone (-):\n%s", d)
	}
}

// secrets lists the text fields of messages that sound like secrets.
func secrets(messages protoreflect.MessageDescriptors, sounds *regexp.Regexp) (found []string) {
	for n := range messages.Len() {
		m := messages.Get(n)
		found = append(found, secrets(m.Messages(), sounds)...)
		for k := range m.Fields().Len() {
			field := m.Fields().Get(k)
			name := strings.TrimPrefix(string(field.FullName()), "dakoku.")
			text := field.Kind() == protoreflect.StringKind || field.Kind() == protoreflect.BytesKind
			if text && sounds.MatchString(string(field.Name())) && !harmless.MatchString(name) {
				found = append(found, name)
			}
		}
	}
	return found
}

// whatIsPlanted are the names by which the source plants canaries.
func whatIsPlanted(t *testing.T) (names []string) {
	t.Helper()
	for _, file := range []string{"canarydrive_test.go", "canarybad_test.go", "canarymirror_test.go", "canaryidentity_test.go"} {
		body, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, found := range regexp.MustCompile(`(?:plant|canaries\.add)\("([^"]+)"`).FindAllStringSubmatch(string(body), -1) {
			names = append(names, found[1])
		}
	}
	return names
}
