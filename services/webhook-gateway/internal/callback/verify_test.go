package callback

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"strings"
	"testing"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// The vectors were computed with openssl and checked with two other programs;
// the platform publishes none.
const (
	secretV2 = "12345a12-b12c-12d3-e123fghijkl"
	secretV1 = "jp1AbCdEfGhIj"

	body2A = `{"type":"message","source":{"userId":"84bfefa1-0c83-4f2f-9d9c-04fdd5d7d7aa","domainId":40000001},"issuedTime":"2026-11-23T00:00:00.123Z","content":{"type":"text","text":"出勤 🙂"}}`
	body2B = `{"type":"postback","data":"punch=in\/office&n=1","source":{"userId":"84bfefa1-0c83-4f2f-9d9c-04fdd5d7d7aa","channelId":"a1b2c3d4-0000-4000-8000-00000000abcd","domainId":40000001},"issuedTime":"2026-11-23T00:00:01.000Z"}`
	body2C = `{ "type" : "begin", "source" : { "userId" : "84bfefa1-0c83-4f2f-9d9c-04fdd5d7d7aa", "channelId" : "a1b2c3d4-0000-4000-8000-00000000abcd", "domainId" : 40000001 }, "issuedTime" : "2026-11-23T00:00:02Z" }` + "\n"
	body1A = `{"type":"message","source":{"accountId":"taro@example.co.jp"},"createdTime":1470902041851,"content":{"type":"text","text":"出勤 🙂"}}`
	body1B = `{"type":"postback","data":"punch=in\/office&n=1","source":{"accountId":"taro@example.co.jp","roomId":"12345"},"createdTime":1470902041852}`
	body1C = `{ "type" : "joined", "source" : { "roomId" : "12345" }, "createdTime" : 1470902041853, "memberList" : [ "taro@example.co.jp", "hanako@example.co.jp" ] }` + "\n"

	signature2A = "Pgy28BoCS5OzsRE943/HUbEBzpYMVO8rWkRCkcYRCgw="
)

var positive = map[string]struct{ secret, body, signature string }{
	"2A": {secretV2, body2A, signature2A},
	"2B": {secretV2, body2B, "JTUE9ipqQdHS6SEk5+gnECptz3MFXXNvlD+9PWqYaRE="},
	"2C": {secretV2, body2C, "HsOKwMAhU6yZcrNqdfDOU9GSjCr2WghXuJ5TaljBoVk="},
	"2D": {secretV2, "", "82T3jAWEjdVwJ13/Lm4XV96VWmE6qz+vQ9e6oyLNtFI="},
	"1A": {secretV1, body1A, "SQ73FpbUo/ajMwRPucW0R4gd9fPW2vukZ2niszF2Lso="},
	"1B": {secretV1, body1B, "sGNTflZhtmvy4bfKQr9aVADHSOjhzW+f4iLxGS4SCLg="},
	"1C": {secretV1, body1C, "XciznB9P3Qrgqoq7boMbvKbMHQqvQ/0TB288KljGAGk="},
	"1D": {secretV1, "", "jt3z0ZkeVWxqHw0fTdLk/Jog/Qflk+R/aga2pIXB3Ok="},
}

// negative are refused for the secret of API 2.0.
var negative = map[string]struct{ body, signature string }{
	"keyed by the API ID":   {body2A, "GBjmdF6/FCIGdHX9K+yFIZ+DZGjzsb/WiWbsBpBbyrQ="},
	"lower hexadecimal":     {body2A, "3e0cb6f01a024b93b3b1113de37fc751b101ce960c54ef2b5a444291c6110a0c"},
	"URL alphabet, no pad":  {body2A, "Pgy28BoCS5OzsRE943_HUbEBzpYMVO8rWkRCkcYRCgw"},
	"URL alphabet, padded":  {body2A, "Pgy28BoCS5OzsRE943_HUbEBzpYMVO8rWkRCkcYRCgw="},
	"a line feed more":      {body2A + "\n", signature2A},
	"signed after parsing":  {body2B, "RMwtqf7nWjnubI9pbzjIUTxHV+inlyhUbRgRMtMuyEg="},
	"signed after parsing2": {body2C, "xqiGTkdfAMd8qPSmsEwsTtE24VuIZsaCfNBREgPJo/M="},
	"empty":                 {body2A, ""},
	"no padding":            {body2A, strings.TrimSuffix(signature2A, "=")},
	"line break inside":     {body2A, signature2A[:20] + "\n" + signature2A[20:]},
	"line break for pad":    {body2A, signature2A[:43] + "\n"},
	"dirty trailing bits":   {body2A, signature2A[:42] + "x="},
	"twice in one header":   {body2A, signature2A + "," + signature2A},
	"space around":          {body2A, " " + signature2A},
}

func TestVectorsAreAccepted(t *testing.T) {
	for name, v := range positive {
		if !Verify([]byte(v.secret), []byte(v.body), v.signature) {
			t.Errorf("%s: refused", name)
		}
	}
}

func TestNegativeVectorsAreRefused(t *testing.T) {
	for name, v := range negative {
		if Verify([]byte(secretV2), []byte(v.body), v.signature) {
			t.Errorf("%s: accepted", name)
		}
	}
}

func TestAnEmptySecretVerifiesNothing(t *testing.T) {
	if Verify(nil, []byte(body2A), sign("", body2A)) {
		t.Error("accepted")
	}
}

func TestEveryFlippedBitIsRefused(t *testing.T) {
	mac, err := base64.StdEncoding.DecodeString(signature2A)
	if err != nil {
		t.Fatal(err)
	}
	for bit := range len(mac) * 8 {
		flipped := append([]byte(nil), mac...)
		flipped[bit/8] ^= 1 << (bit % 8)
		if Verify([]byte(secretV2), []byte(body2A), base64.StdEncoding.EncodeToString(flipped)) {
			t.Errorf("bit %d", bit)
		}
	}
}

// sign is the algorithm as documented, written again.
func sign(secret, body string) string {
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write([]byte(body))
	return base64.StdEncoding.EncodeToString(mac.Sum(nil))
}

func FuzzSignatureHeader(f *testing.F) {
	for _, v := range negative {
		f.Add(v.signature)
	}
	f.Add(signature2A)
	f.Fuzz(func(t *testing.T, header string) {
		if Verify([]byte(secretV2), []byte(body2A), header) != (header == signature2A) {
			t.Errorf("%q", header)
		}
	})
}
