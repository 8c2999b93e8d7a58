package event

import (
	"bytes"
	"encoding/json"
	"math"
	"strings"
	"unicode/utf8"
)

// maxDepth is how deep objects and arrays may be nested, the outermost counted.
const maxDepth = 16

// known are the members that mean something to us. A member that is spelled like
// one of them in other letter case is a trick on lenient readers, and refused.
var known = [...]string{
	"type", "source", "issuedTime", "createdTime", "content", "data", "members", "memberList",
	"userId", "channelId", "domainId", "accountId", "roomId",
	"text", "postback", "address", "latitude", "longitude", "packageId", "stickerId", "fileId", "resourceId",
}

// decode reads exactly one JSON value: objects as map[string]any, arrays as
// []any, numbers as json.Number.
func decode(body []byte) (any, error) {
	switch {
	case !utf8.Valid(body):
		return nil, refuse(NotUTF8)
	case !json.Valid(body): // also a byte order mark and anything after the value
		return nil, refuse(UnreadableJSON)
	}
	tokens := json.NewDecoder(bytes.NewReader(body))
	tokens.UseNumber()
	return value(tokens, 0)
}

func value(tokens *json.Decoder, depth int) (any, error) {
	token, err := tokens.Token()
	if err != nil {
		return nil, refuse(UnreadableJSON)
	}
	switch t := token.(type) {
	case json.Delim:
		if depth == maxDepth {
			return nil, refuse(TooDeep)
		}
		if t == '{' {
			return object(tokens, depth+1)
		}
		return array(tokens, depth+1)
	case json.Number:
		return t, sane(t)
	}
	return token, nil
}

func object(tokens *json.Decoder, depth int) (any, error) {
	members := map[string]any{}
	for tokens.More() {
		name, err := value(tokens, depth)
		if err != nil {
			return nil, err
		}
		key, _ := name.(string)
		if _, twice := members[key]; twice {
			return nil, refuse(DuplicateKey)
		}
		if variant(key) {
			return nil, refuse(CaseVariant)
		}
		if members[key], err = value(tokens, depth); err != nil {
			return nil, err
		}
	}
	return members, closed(tokens)
}

func array(tokens *json.Decoder, depth int) (any, error) {
	items := []any{}
	for tokens.More() {
		item, err := value(tokens, depth)
		if err != nil {
			return nil, err
		}
		items = append(items, item)
	}
	return items, closed(tokens)
}

func closed(tokens *json.Decoder) error {
	if _, err := tokens.Token(); err != nil {
		return refuse(UnreadableJSON)
	}
	return nil
}

func variant(key string) bool {
	for _, name := range known {
		if key != name && strings.EqualFold(key, name) {
			return true
		}
	}
	return false
}

// sane refuses numbers that no float64 holds.
func sane(n json.Number) error {
	if f, err := n.Float64(); err != nil || math.IsInf(f, 0) {
		return refuse(BadNumber)
	}
	return nil
}
