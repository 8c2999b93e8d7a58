package lineworks

import (
	"encoding/json"
	"strings"
)

// Part is what the token endpoint found wrong in a request.
type Part string

// The parts that an answer may name.
const (
	PartNone    Part = ""
	PartClient  Part = "CLIENT"          // client id or client secret
	PartAccount Part = "SERVICE_ACCOUNT" // sub
	PartKey     Part = "PRIVATE_KEY"     // the signature
	PartTimes   Part = "TIMES"           // iat or exp
	PartScope   Part = "SCOPE"
)

// named reads which part an answer of the token endpoint is about. The error
// codes are those of RFC 6749; the sentences are not documented, so no more
// than a few words are looked for.
func named(code string, body []byte) Part {
	switch code {
	case "INVALID_CLIENT", "UNAUTHORIZED_CLIENT":
		return PartClient
	case "INVALID_SCOPE":
		return PartScope
	}
	var answer struct {
		Text string `json:"error_description"`
	}
	_ = json.Unmarshal(body, &answer) // what cannot be read names nothing
	text := strings.ToLower(answer.Text)
	for _, sign := range []struct {
		words string
		part  Part
	}{
		{"service account", PartAccount}, {"service_account", PartAccount},
		{"client id", PartClient}, {"client_id", PartClient},
		{"signature", PartKey}, {"iat ", PartTimes}, {"exp ", PartTimes}, {"expired", PartTimes}, {"scope", PartScope},
	} {
		if strings.Contains(text, sign.words) {
			return sign.part
		}
	}
	return PartNone
}
