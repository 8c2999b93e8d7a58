package recorder

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"net/http"
	"time"
)

// letter is an event on the wire. Copies of it may differ in the order of their
// members and in spaces, which the documentation does not promise to keep.
type letter struct {
	line    *Line
	user    string // userId or accountId
	room    string // empty: to the bot alone
	issued  time.Time
	content string // JSON
	forged  bool
}

// body writes the event in one of four ways.
func (l letter) body(way int) []byte {
	if l.line.Old {
		source := fmt.Sprintf(`{"accountId":%q}`, l.user)
		if l.room != "" {
			source = fmt.Sprintf(`{"accountId":%q,"roomId":%q}`, l.user, l.room)
		}
		return arrange(way, source, fmt.Sprintf(`"createdTime":%d`, l.issued.UnixMilli()), l.content)
	}
	source := fmt.Sprintf(`{"userId":%q,"domainId":%d}`, l.user, l.line.Domain)
	if l.room != "" {
		source = fmt.Sprintf(`{"userId":%q,"channelId":%q,"domainId":%d}`, l.user, l.room, l.line.Domain)
	}
	return arrange(way, source, `"issuedTime":"`+l.issued.UTC().Format("2006-01-02T15:04:05.000Z")+`"`, l.content)
}

// arrange puts the members of an event in one of four orders.
func arrange(way int, source, issued, content string) []byte {
	switch way % 4 {
	case 1:
		return fmt.Appendf(nil, `{"source":%s,"type":"message",%s,"content":%s}`, source, issued, content)
	case 2:
		return fmt.Appendf(nil, `{ "type" : "message", "content" : %s, %s, "source" : %s }`+"\n", content, issued, source)
	}
	return fmt.Appendf(nil, `{"type":"message","source":%s,%s,"content":%s}`, source, issued, content)
}

// headers are those of the platform.
func (l letter) headers(body []byte) http.Header {
	mac := hmac.New(sha256.New, []byte(l.line.Key))
	mac.Write(body)
	sum := mac.Sum(nil)
	if l.forged {
		sum[len(sum)-1] ^= 1
	}
	name := "X-WORKS-BotId"
	if l.line.Old {
		name = "X-WORKS-BotNo"
	}
	return http.Header{"Content-Type": {"application/json; charset=UTF-8"}, name: {l.line.Bot},
		"X-WORKS-Signature": {base64.StdEncoding.EncodeToString(sum)}}
}
