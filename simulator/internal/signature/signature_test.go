package signature_test

import (
	"testing"

	"github.com/dakoku/dakoku/simulator/internal/signature"
)

const (
	keyV2  = "12345a12-b12c-12d3-e123fghijkl"
	keyV1  = "jp1AbCdEfGhIj"
	body2A = `{"type":"message","source":{"userId":"84bfefa1-0c83-4f2f-9d9c-04fdd5d7d7aa","domainId":40000001},"issuedTime":"2026-11-23T00:00:00.123Z","content":{"type":"text","text":"出勤 🙂"}}`
	body2B = `{"type":"postback","data":"punch=in\/office&n=1","source":{"userId":"84bfefa1-0c83-4f2f-9d9c-04fdd5d7d7aa","channelId":"a1b2c3d4-0000-4000-8000-00000000abcd","domainId":40000001},"issuedTime":"2026-11-23T00:00:01.000Z"}`
	body2C = `{ "type" : "begin", "source" : { "userId" : "84bfefa1-0c83-4f2f-9d9c-04fdd5d7d7aa", "channelId" : "a1b2c3d4-0000-4000-8000-00000000abcd", "domainId" : 40000001 }, "issuedTime" : "2026-11-23T00:00:02Z" }` + "\n"
	body1A = `{"type":"message","source":{"accountId":"taro@example.co.jp"},"createdTime":1470902041851,"content":{"type":"text","text":"出勤 🙂"}}`
	body1B = `{"type":"postback","data":"punch=in\/office&n=1","source":{"accountId":"taro@example.co.jp","roomId":"12345"},"createdTime":1470902041852}`
	body1C = `{ "type" : "joined", "source" : { "roomId" : "12345" }, "createdTime" : 1470902041853, "memberList" : [ "taro@example.co.jp", "hanako@example.co.jp" ] }` + "\n"
)

func TestSignMatchesTheReferenceVectors(t *testing.T) {
	for _, vector := range []struct{ name, key, body, want string }{
		{"2A", keyV2, body2A, "Pgy28BoCS5OzsRE943/HUbEBzpYMVO8rWkRCkcYRCgw="},
		{"2B", keyV2, body2B, "JTUE9ipqQdHS6SEk5+gnECptz3MFXXNvlD+9PWqYaRE="},
		{"2C", keyV2, body2C, "HsOKwMAhU6yZcrNqdfDOU9GSjCr2WghXuJ5TaljBoVk="},
		{"2D", keyV2, "", "82T3jAWEjdVwJ13/Lm4XV96VWmE6qz+vQ9e6oyLNtFI="},
		{"1A", keyV1, body1A, "SQ73FpbUo/ajMwRPucW0R4gd9fPW2vukZ2niszF2Lso="},
		{"1B", keyV1, body1B, "sGNTflZhtmvy4bfKQr9aVADHSOjhzW+f4iLxGS4SCLg="},
		{"1C", keyV1, body1C, "XciznB9P3Qrgqoq7boMbvKbMHQqvQ/0TB288KljGAGk="},
		{"1D", keyV1, "", "jt3z0ZkeVWxqHw0fTdLk/Jog/Qflk+R/aga2pIXB3Ok="},
	} {
		if got := signature.Sign(vector.key, []byte(vector.body)); got != vector.want {
			t.Errorf("%s: signature %s, want %s", vector.name, got, vector.want)
		}
	}
}

func TestBrokenLooksLikeASignatureButIsNone(t *testing.T) {
	right, wrong := signature.Sign(keyV2, []byte(body2A)), signature.Broken(keyV2, []byte(body2A))
	if wrong == right || len(wrong) != len(right) {
		t.Fatalf("broken signature %q beside the right one %q", wrong, right)
	}
}
