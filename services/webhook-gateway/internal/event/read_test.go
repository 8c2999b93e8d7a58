package event

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

func at(ms int64) time.Time { return time.UnixMilli(ms).UTC() }

// issued is 2026-11-23T00:00:00.123Z in milliseconds.
const issued = 1795392000123

func v2(rest string) string {
	return `{"source":{"userId":"u","domainId":40000001},"issuedTime":"2026-11-23T00:00:00.123Z",` + rest + `}`
}

func v2Room(rest string) string {
	return `{"source":{"userId":"u","channelId":"c","domainId":40000001},"issuedTime":"2026-11-23T00:00:00.123Z",` + rest + `}`
}

func TestReadV2(t *testing.T) {
	direct := Event{User: "u", Domain: "40000001", Issued: at(issued), Place: Direct}
	room := Event{User: "u", Channel: "c", Domain: "40000001", Issued: at(issued), Place: Group}
	with := func(e Event, change func(*Event)) Event { change(&e); return e }
	for name, c := range map[string]struct {
		body string
		want Event
	}{
		"text in a 1:1 talk": {v2(`"type":"message","content":{"type":"text","text":"出勤"}`),
			with(direct, func(e *Event) { e.Type, e.Kind, e.Text = "message", Text, "出勤" })},
		"text in a room": {v2Room(`"type":"message","content":{"type":"text","text":"出勤"}`),
			with(room, func(e *Event) { e.Type, e.Kind, e.Text = "message", Text, "出勤" })},
		"empty text": {v2(`"type":"message","content":{"type":"text","text":""}`),
			with(direct, func(e *Event) { e.Type, e.Kind = "message", Text })},
		"button that writes": {v2(`"type":"message","content":{"type":"text","text":"Clock in","postback":"dakoku:CLOCK_IN"}`),
			with(direct, func(e *Event) {
				e.Type, e.Kind, e.Text, e.Postback = "message", Text, "Clock in", "dakoku:CLOCK_IN"
			})},
		"sticker": {v2(`"type":"message","content":{"type":"sticker","packageId":"1","stickerId":"2"}`),
			with(direct, func(e *Event) { e.Type, e.Kind = "message", Unsupported })},
		"location": {v2(`"type":"message","content":{"type":"location","address":"a","latitude":35.1,"longitude":139.0}`),
			with(direct, func(e *Event) { e.Type, e.Kind = "message", Unsupported })},
		"content of tomorrow": {v2(`"type":"message","content":{"type":"hologram","x":[1,{"y":null}]}`),
			with(direct, func(e *Event) { e.Type, e.Kind = "message", Unsupported })},
		"postback without room": {v2(`"type":"postback","data":"dakoku:CLOCK_IN"`),
			with(direct, func(e *Event) { e.Type, e.Kind, e.Postback = "postback", Postback, "dakoku:CLOCK_IN" })},
		"postback with room": {v2Room(`"type":"postback","data":"x"`),
			with(room, func(e *Event) { e.Type, e.Kind, e.Postback, e.Place = "postback", Postback, "x", Unknown })},
		"begin": {v2Room(`"type":"begin"`),
			with(room, func(e *Event) { e.Type, e.Kind, e.Place = "begin", Opened, Unknown })},
		"end": {v2Room(`"type":"end"`),
			with(room, func(e *Event) { e.Type, e.Kind, e.Place = "end", Closed, Unknown })},
		"type of tomorrow": {v2Room(`"type":"reaction","emoji":"👍"`),
			with(room, func(e *Event) { e.Type = "reaction" })},
		"join": {`{"type":"join","source":{"channelId":"c","domainId":"40000001"},"issuedTime":"2022-01-04T05:16:05Z"}`,
			Event{Type: "join", Channel: "c", Domain: "40000001", Issued: at(1641273365000), Place: Group}},
		"joined": {`{"type":"joined","source":{"channelId":"c"},"members":["a","b"],"issuedTime":"2022-01-04T05:16:05Z"}`,
			Event{Type: "joined", Channel: "c", Issued: at(1641273365000), Place: Group}},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := Read(V2, []byte(c.body))
			if diff := cmp.Diff(c.want, got, cmpopts.IgnoreFields(Event{}, "Content")); err != nil || diff != "" {
				t.Errorf("%v %s", err, diff)
			}
		})
	}
}

func TestReadV1(t *testing.T) {
	body := `{"type":"message","source":{"accountId":"taro@example.co.jp","roomId":"12345"},"createdTime":1470902041851,"content":{"type":"text","text":"退勤"}}`
	want := Event{Kind: Text, Type: "message", User: "taro@example.co.jp", Channel: "12345", Issued: at(1470902041851), Place: Group, Text: "退勤"}
	got, err := Read(V1, []byte(body))
	if diff := cmp.Diff(want, got, cmpopts.IgnoreFields(Event{}, "Content")); err != nil || diff != "" {
		t.Errorf("%v %s", err, diff)
	}
}

func TestOrdinaryVariationsAreTheSameEvent(t *testing.T) {
	plain, err := Read(V2, []byte(v2(`"type":"message","content":{"type":"text","text":"出勤/1"}`)))
	if err != nil {
		t.Fatal(err)
	}
	for name, body := range map[string]string{
		"order of members": `{"content":{"text":"出勤/1","type":"text"},"type":"message","issuedTime":"2026-11-23T00:00:00.123Z","source":{"domainId":40000001,"userId":"u"}}`,
		"escapes":          v2(`"type":"mess\u0061ge","content":{"type":"text","text":"\u51fa\u52e4\/1"}`),
		"unknown members":  v2(`"type":"message","eventId":"x","content":{"type":"text","text":"出勤/1","mentions":[{}]}`),
		"null for absent":  v2(`"type":"message","content":{"type":"text","text":"出勤/1","postback":null}`),
		"white space":      "\n " + v2(`"type" : "message" , "content":{"type":"text","text":"出勤/1"}`) + "\n",
		"zone offset":      strings.Replace(v2(`"type":"message","content":{"type":"text","text":"出勤/1"}`), "2026-11-23T00:00:00.123Z", "2026-11-23T09:00:00.123+09:00", 1),
		"microseconds":     strings.Replace(v2(`"type":"message","content":{"type":"text","text":"出勤/1"}`), ".123Z", ".123999Z", 1),
		"domain as string": strings.Replace(v2(`"type":"message","content":{"type":"text","text":"出勤/1"}`), "40000001", `"40000001"`, 1),
	} {
		got, err := Read(V2, []byte(body))
		if err != nil || KeyOf("t", "b", got) != KeyOf("t", "b", plain) {
			t.Errorf("%s: %v, %s", name, err, cmp.Diff(plain, got))
		}
	}
}

func TestWhatIsRefusedAndWhy(t *testing.T) {
	text := `"type":"message","content":{"type":"text","text":"x"}`
	timed := func(at string) string { return strings.Replace(v2(text), `"2026-11-23T00:00:00.123Z"`, at, 1) }
	for name, c := range map[string]struct {
		body string
		want Reason
	}{
		"empty":                    {"", UnreadableJSON},
		"byte order mark":          {"\ufeff" + v2(text), UnreadableJSON},
		"not UTF-8":                {v2(strings.Replace(text, "x", "\xff", 1)), NotUTF8},
		"UTF-16":                   {"\xfe\xff\x00{", NotUTF8},
		"two values":               {v2(text) + v2(text), UnreadableJSON},
		"trailing letter":          {v2(text) + "x", UnreadableJSON},
		"array":                    {"[" + v2(text) + "]", UnreadableJSON},
		"null":                     {"null", UnreadableJSON},
		"comma too many":           {v2(text + ","), UnreadableJSON},
		"comment":                  {"/**/" + v2(text), UnreadableJSON},
		"single quotes":            {strings.ReplaceAll(v2(text), `"`, "'"), UnreadableJSON},
		"duplicate":                {v2(`"type":"begin",` + text), DuplicateKey},
		"duplicate by escape":      {v2(`"typ\u0065":"begin",` + text), DuplicateKey},
		"duplicate, unknown, deep": {v2(`"x":[{"y":1,"y":1}],` + text), DuplicateKey},
		"other letter case":        {v2(`"TYPE":"begin",` + text), CaseVariant},
		"long s":                   {v2(`"ſource":{},` + text), CaseVariant},
		"case variant below":       {v2(`"type":"message","content":{"type":"text","text":"x","Text":"y"}`), CaseVariant},
		"17 levels":                {v2(`"x":` + strings.Repeat("[", 16) + strings.Repeat("]", 16) + "," + text), TooDeep},
		"number out of range":      {v2(`"x":1e999,` + text), BadNumber},
		"no type":                  {v2(`"content":{"type":"text","text":"x"}`), MissingField},
		"no text":                  {v2(`"type":"message","content":{"type":"text"}`), MissingField},
		"no content":               {v2(`"type":"message"`), MissingField},
		"no data":                  {v2(`"type":"postback"`), MissingField},
		"no sender":                {strings.Replace(v2(text), `"userId":"u",`, "", 1), MissingField},
		"no source":                {`{"issuedTime":"2026-11-23T00:00:00Z",` + text + `}`, MissingField},
		"text is a number":         {v2(`"type":"message","content":{"type":"text","text":1}`), WrongType},
		"source is a list":         {`{"source":[],"issuedTime":"2026-11-23T00:00:00Z",` + text + `}`, WrongType},
		"long user":                {strings.Replace(v2(text), `"u"`, `"`+strings.Repeat("u", 257)+`"`, 1), BadID},
		"half a pair in user":      {strings.Replace(v2(text), `"u"`, `"u\ud83d"`, 1), BadID},
		"half a pair in domain":    {strings.Replace(v2(text), "40000001", `"\udc00"`, 1), BadID},
		"U+FFFD in user":           {strings.Replace(v2(text), `"u"`, `"u\ufffd"`, 1), BadID},
		"NUL in user":              {strings.Replace(v2(text), `"u"`, `"u\u0000"`, 1), BadID},
		"domain with fraction":     {strings.Replace(v2(text), "40000001", "4.5", 1), BadID},
		"no time":                  {timed("null"), MissingField},
		"time is a word":           {timed(`"now"`), BadTime},
		"time without zone":        {timed(`"2026-11-23T00:00:00"`), BadTime},
		"31 November":              {timed(`"2026-11-31T00:00:00Z"`), BadTime},
		"before 1970":              {timed(`"1969-12-31T23:59:59Z"`), BadTime},
		"time with fraction":       {timed(`1.5`), BadTime},
		"time too large":           {timed(`9223372036854775807`), BadTime},
		"time is true":             {timed(`true`), WrongType},
	} {
		t.Run(name, func(t *testing.T) {
			if _, err := Read(V2, []byte(c.body)); err == nil || ReasonOf(err) != c.want {
				t.Errorf("got %v, want %s", err, c.want)
			}
		})
	}
}

func TestSixteenLevelsAreFine(t *testing.T) {
	body := v2(`"type":"begin","x":` + strings.Repeat("[", 15) + strings.Repeat("]", 15))
	if _, err := Read(V2, []byte(body)); err != nil {
		t.Error(err)
	}
}

func TestLayoutsAreNotMixed(t *testing.T) {
	body := []byte(v2(`"type":"message","content":{"type":"text","text":"x"}`))
	if _, err := Read(V1, body); ReasonOf(err) != MissingField {
		t.Error(err)
	}
}

func FuzzReadEvent(f *testing.F) {
	f.Add([]byte(v2(`"type":"message","content":{"type":"text","text":"出勤"}`)), false)
	f.Add([]byte(v2Room(`"type":"postback","data":"a\/b"`)), false)
	f.Add([]byte(`{"type":"joined","source":{"roomId":"1"},"createdTime":1470902041853,"memberList":["a"]}`), true)
	f.Add([]byte(`{"TYPE":1e999,"a":[[[[]]]]}`), false)
	f.Fuzz(func(t *testing.T, body []byte, first bool) {
		version := V2
		if first {
			version = V1
		}
		e, err := Read(version, body)
		if err != nil {
			return
		}
		if e.Type == "" || e.Issued.Unix() < 0 || e.Issued.Nanosecond()%1e6 != 0 || len(e.User) > 4*maxID {
			t.Errorf("%+v", e)
		}
		if again, err := Read(version, body); err != nil || again != e {
			t.Errorf("%v: %s", err, cmp.Diff(e, again))
		}
	})
}
