package event

import (
	"encoding/hex"
	"testing"
	"time"
)

// The golden keys were computed by a program in another language. They must
// never change: a key that changes doubles punches that are delivered again.
func TestGoldenKeys(t *testing.T) {
	const tenant, bot = "0195f000-0000-7000-8000-00000000000a", "2000001"
	for name, c := range map[string]struct {
		version Version
		body    string
		want    string
	}{
		"text":     {V2, `{"type":"message","source":{"userId":"84bfefa1-0c83-4f2f-9d9c-04fdd5d7d7aa","domainId":40000001},"issuedTime":"2026-11-23T00:00:00.123Z","content":{"type":"text","text":"出勤 🙂"}}`, "cecbe1c22f22f881cb0cf3f2e83cf1869669ba16764facb8edff94b5314f836f"},
		"postback": {V2, `{"type":"postback","data":"punch=in\/office&n=1","source":{"userId":"84bfefa1-0c83-4f2f-9d9c-04fdd5d7d7aa","channelId":"a1b2c3d4-0000-4000-8000-00000000abcd","domainId":40000001},"issuedTime":"2026-11-23T00:00:01.000Z"}`, "af32ab0508168d8ce706dafc05bf242832dcbb68b5675ddb5e1ba6a9d74de487"},
		"members":  {V1, `{ "type" : "joined", "source" : { "roomId" : "12345" }, "createdTime" : 1470902041853, "memberList" : [ "taro@example.co.jp", "hanako@example.co.jp" ] }`, "77304cc41089079bc536ed6485e0201ed80d2f9f08534e0b9a143e1dbb6ad974"},
	} {
		e, err := Read(c.version, []byte(c.body))
		if err != nil {
			t.Fatal(err)
		}
		if key := KeyOf(tenant, bot, e); hex.EncodeToString(key[:]) != c.want {
			t.Errorf("%s: %x", name, key)
		}
	}
	if key := RawKey(tenant, bot, []byte("{")); hex.EncodeToString(key[:]) != "e210e153e1a3f6747fbc44e104d59ab7ade3cf554a120f72c7c2e8c733b51601" {
		t.Errorf("raw: %x", key)
	}
}

func TestEveryPartOfTheKeyCounts(t *testing.T) {
	base := Event{Type: "message", Domain: "1", User: "u", Channel: "c", Issued: time.UnixMilli(1)}
	seen := map[Key]string{}
	note := func(name string, key Key) {
		if other, twice := seen[key]; twice {
			t.Errorf("%s has the key of %s", name, other)
		}
		seen[key] = name
	}
	note("base", KeyOf("t", "b", base))
	note("tenant", KeyOf("t2", "b", base))
	note("bot", KeyOf("t", "b2", base))
	note("shifted", KeyOf("tb", "", base))
	note("raw", RawKey("t", "b", nil))
	for name, change := range map[string]func(*Event){
		"type": func(e *Event) { e.Type = "x" }, "domain": func(e *Event) { e.Domain = "2" }, "user": func(e *Event) { e.User = "x" },
		"channel": func(e *Event) { e.Channel = "x" }, "issued": func(e *Event) { e.Issued = time.UnixMilli(2) },
		"content": func(e *Event) { e.Content[0] = 1 }, "user into channel": func(e *Event) { e.User, e.Channel = "uc", "" },
	} {
		e := base
		change(&e)
		note(name, KeyOf("t", "b", e))
	}
}

func TestContentCounts(t *testing.T) {
	seen := map[[32]byte]string{}
	for _, content := range []string{
		`"type":"message","content":{"type":"text","text":"a"}`,
		`"type":"message","content":{"type":"text","text":"b"}`,
		`"type":"message","content":{"type":"text","text":"a","postback":"p"}`,
		`"type":"message","content":{"type":"sticker","packageId":"1","stickerId":"23"}`,
		`"type":"message","content":{"type":"sticker","packageId":"12","stickerId":"3"}`,
		`"type":"message","content":{"type":"image","fileId":"f"}`,
		`"type":"message","content":{"type":"new","x":true}`,
		`"type":"message","content":{"type":"new","x":false}`,
		`"type":"message","content":{"type":"new","x":[["a"],"b"]}`,
		`"type":"message","content":{"type":"new","x":[["a","b"]]}`,
		`"type":"postback","data":"a"`,
		`"type":"joined","members":["a"]`,
	} {
		e, err := Read(V2, []byte(v2(content)))
		if err != nil {
			t.Fatal(err)
		}
		if other, twice := seen[e.Content]; twice {
			t.Errorf("%s has the content of %s", content, other)
		}
		seen[e.Content] = content
	}
}
