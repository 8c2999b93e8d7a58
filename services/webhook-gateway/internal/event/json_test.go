package event

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"reflect"
	"testing"
)

// ofTheLibrary reads as the library does: the last of two equal members counts there.
func ofTheLibrary(body []byte) (tree any, err error) {
	tokens := json.NewDecoder(bytes.NewReader(body))
	tokens.UseNumber()
	if err := tokens.Decode(&tree); err != nil {
		return nil, err
	}
	if _, err := tokens.Token(); !errors.Is(err, io.EOF) {
		return nil, errors.New("something comes after the value")
	}
	return tree, nil
}

var spellings = []string{
	`{"a":1}`, ` { "a" : [ 1 , -2.5e+3,0 ] , "b":{}, "c":[] } `, "[\n]", "\t{\r\n}\n", `null`, `true`, `false`, `-0`, `1E5`, ` 12 `, `""`,
	`{"a":null,"b":true,"c":false}`, `[null,true,false]`, `[[],[[]],{"":[{}]}]`, `{"":""}`,
	`"\\"`, `"\""`, `"\\\""`, `["\\","a"]`, `{"\"}":"]"}`, `"a,b:c]}{["`, `"\u51fa\u52e4 \/ \b\f\n\r\t"`, `"\ud83d\ude00"`, `"\ud800"`, `"\udc00x"`,
	`"出勤"`, `{"text":"\\u51fa"}`, "\"\u2028\ufeff\"", `[1,2`, `{"a"}`, `{"a":}`, `[1,]`, `[,1]`, `{,}`, `tru`, `truefalse`, `1 2`, `01`, `"`, `"\x"`, ``, ` `, `:`,
}

func judgeReading(t *testing.T, body []byte) {
	t.Helper()
	got, err := decode(body)
	want, refused := ofTheLibrary(body)
	switch {
	case err == nil && refused != nil:
		t.Errorf("%q: read as %#v, the library refuses it: %v", body, got, refused)
	case err == nil && !reflect.DeepEqual(got, want):
		t.Errorf("%q: read as %#v, the library reads %#v", body, got, want)
	case err != nil && refused == nil && ReasonOf(err) == UnreadableJSON:
		t.Errorf("%q: %v, the library reads %#v", body, err, want)
	}
}

func TestAValueIsReadAsTheLibraryReadsIt(t *testing.T) {
	for _, body := range spellings {
		judgeReading(t, []byte(body))
	}
}

func FuzzReadLikeTheLibrary(f *testing.F) {
	for _, body := range spellings {
		f.Add([]byte(body))
	}
	f.Fuzz(judgeReading)
}
