package simulator

import (
	"bytes"
	"encoding/json"
	"fmt"
	"time"
	"unicode/utf16"
	"unicode/utf8"
)

// event is what happened, before it takes the form of an API version.
type event struct {
	kind    string
	user    *User
	room    *Room
	members []*User
	content json.RawMessage
	data    string
	issued  time.Time
}

type bodyV2 struct {
	Type    string          `json:"type"`
	Data    string          `json:"data,omitempty"`
	Members []string        `json:"members,omitempty"`
	Source  sourceV2        `json:"source"`
	Issued  string          `json:"issuedTime"`
	Content json.RawMessage `json:"content,omitempty"`
}

type sourceV2 struct {
	User    string `json:"userId,omitempty"`
	Channel string `json:"channelId,omitempty"`
	Domain  any    `json:"domainId"`
}

type bodyV1 struct {
	Type    string          `json:"type"`
	Data    string          `json:"data,omitempty"`
	Members []string        `json:"memberList,omitempty"`
	Source  sourceV1        `json:"source"`
	Created int64           `json:"createdTime"`
	Content json.RawMessage `json:"content,omitempty"`
}

type sourceV1 struct {
	Account string `json:"accountId,omitempty"`
	Room    string `json:"roomId,omitempty"`
}

// encode writes the event in the bot's API version and bends it into shape.
func (e event) encode(b *bot, shape Shape) ([]byte, error) {
	if shape.UnknownType {
		e.kind = "reaction"
	}
	if shape.UnknownContent {
		e.content = json.RawMessage(`{"type":"hologram","text":"?"}`)
	}
	e.issued = e.issued.Add(-shape.Late)
	var body any = e.v2(shape)
	if b.v1 {
		body = e.v1(shape)
	}
	var out bytes.Buffer
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(body); err != nil {
		return nil, err
	}
	return shape.bend(bytes.TrimSuffix(out.Bytes(), []byte("\n"))), nil
}

func (e event) v2(shape Shape) bodyV2 {
	body := bodyV2{Type: e.kind, Data: e.data, Content: e.content, Issued: e.issued.UTC().Format("2006-01-02T15:04:05.000Z")}
	if shape.NoMillis {
		body.Issued = e.issued.UTC().Format("2006-01-02T15:04:05Z")
	}
	body.Source.Domain = e.room.Domain
	if e.user != nil {
		body.Source.User, body.Source.Domain = e.user.ID, e.user.Domain
	}
	if shape.StringDomain {
		body.Source.Domain = fmt.Sprint(body.Source.Domain)
	}
	if e.showsRoom(shape) || e.kind == "begin" || e.kind == "end" {
		body.Source.Channel = e.room.ID
	}
	for _, member := range e.members {
		body.Members = append(body.Members, member.ID)
	}
	return body
}

func (e event) v1(shape Shape) bodyV1 {
	body := bodyV1{Type: e.kind, Data: e.data, Content: e.content, Created: e.issued.UnixMilli()}
	if e.user != nil {
		body.Source.Account = e.user.Email
	}
	if e.showsRoom(shape) {
		body.Source.Room = e.room.ID
	}
	for _, member := range e.members {
		body.Members = append(body.Members, member.Email)
	}
	return body
}

// showsRoom: a 1:1 room is not named in a message. Whether a 1:1 postback names
// it is not settled by the documentation, so it is a matter of shape.
func (e event) showsRoom(shape Shape) bool {
	return e.room.Kind != SingleUser || shape.DirectChannel && e.data != ""
}

func (s Shape) bend(body []byte) []byte {
	if s.EscapeUnicode {
		body = ascii(body)
	}
	if s.EscapeSlashes {
		body = bytes.ReplaceAll(body, []byte("/"), []byte(`\/`))
	}
	if s.Spaces {
		body = append(spread(body), '\n')
	}
	return body
}

// ascii writes every character beyond ASCII as \uXXXX, in two halves where the
// character needs them.
func ascii(body []byte) []byte {
	var out []byte
	for _, unit := range utf16.Encode([]rune(string(body))) {
		if unit < utf8.RuneSelf {
			out = append(out, byte(unit))
			continue
		}
		out = fmt.Appendf(out, `\u%04x`, unit)
	}
	return out
}

// spread puts spaces around the tokens of compact JSON, outside of strings.
func spread(compact []byte) []byte {
	var out bytes.Buffer
	inString := false
	for i := 0; i < len(compact); i++ {
		c := compact[i]
		switch {
		case inString && c == '\\':
			out.Write(compact[i : i+2])
			i++
			continue
		case c == '"':
			inString = !inString
		case inString:
		case c == ':' || c == '}' || c == ']':
			out.WriteByte(' ')
		}
		out.WriteByte(c)
		if !inString && (c == ':' || c == ',' || c == '{' || c == '[') {
			out.WriteByte(' ')
		}
	}
	return out.Bytes()
}
