package callback

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"net/http"
	"strconv"
	"testing"

	"buf.build/gen/go/bufbuild/protovalidate/protocolbuffers/go/buf/validate"
	"google.golang.org/protobuf/proto"

	integrationv1 "github.com/dakoku/dakoku/proto/gen/dakoku/integration/v1"

	"github.com/dakoku/dakoku/platform/config"
	"github.com/dakoku/dakoku/services/webhook-gateway/internal/event"
)

// An unknown token, an endpoint with one key and one with as many as there may be
// are tried against as many secrets.
func TestTimeDoesNotTellHowManyKeysThereAre(t *testing.T) {
	var keys []Key
	for n := range everyKeys + 1 {
		if got := len(secrets(keys)); got != everyKeys {
			t.Errorf("%d keys: %d secrets are tried", n, got)
		}
		keys = append(keys, Key{event.V2, "1", config.Secret(strconv.Itoa(n))})
	}
	rules := (&integrationv1.Endpoint{}).ProtoReflect().Descriptor().Fields().ByName("signing_keys").Options()
	most, ok := proto.GetExtension(rules, validate.E_Field).(*validate.FieldRules)
	if !ok || most.GetRepeated().GetMaxItems() != everyKeys {
		t.Errorf("by the contract an endpoint has %d keys at most, and %d are tried", most.GetRepeated().GetMaxItems(), everyKeys)
	}
	body := []byte("{}")
	mac := hmac.New(sha256.New, decoy)
	mac.Write(body)
	header := http.Header{"X-Works-Signature": {base64.StdEncoding.EncodeToString(mac.Sum(nil))}, "X-Works-Botid": {""}, "X-Works-Botno": {""}}
	if key, signed := authentic(Endpoint{Keys: keys[:1]}, header, body); signed {
		t.Errorf("a decoy signed: %v", key.Bot)
	}
}

// Each of as many keys as there may be signs, and nobody else.
func TestEveryKeySigns(t *testing.T) {
	var keys []Key
	for n := range everyKeys {
		keys = append(keys, Key{event.V2, "1", config.Secret("secret-" + strconv.Itoa(n))})
	}
	body := []byte("{}")
	for n := range everyKeys + 1 {
		header := http.Header{"X-Works-Signature": {sign("secret-"+strconv.Itoa(n), string(body))}, "X-Works-Botid": {"1"}}
		if key, signed := authentic(Endpoint{Keys: keys}, header, body); signed != (n < everyKeys) || signed && key != keys[n] {
			t.Errorf("key %d: %v", n, signed)
		}
	}
}
