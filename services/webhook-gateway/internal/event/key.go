package event

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"maps"
	"slices"
	"strconv"
)

// Key makes two deliveries the same event. It holds neither the callback token,
// so that rotating it does not split events, nor the raw bytes, so that the
// order of members does not matter.
type Key [sha256.Size]byte

// KeyOf is the key of a readable event.
func KeyOf(tenant, bot string, e Event) Key {
	return digest("v1", tenant, bot, e.Type, e.Domain, e.User, e.Channel,
		strconv.FormatInt(e.Issued.UnixMilli(), 10), string(e.Content[:]))
}

// RawKey is the key of a signed body that cannot be read.
func RawKey(tenant, bot string, body []byte) Key {
	hash := sha256.Sum256(body)
	return digest("raw1", tenant, bot, string(hash[:]))
}

// digest hashes the parts with their lengths in front, four bytes each, so that
// no two lists of parts run together.
func digest(parts ...string) Key {
	var joined []byte
	for _, part := range parts {
		joined = appendText(joined, part)
	}
	return sha256.Sum256(joined)
}

func appendText(to []byte, text string) []byte {
	to = binary.BigEndian.AppendUint32(to, uint32(len(text)))
	return append(to, text...)
}

// substantial are the members that say what was sent, for each known content.
// Of a content we do not know everything counts.
func substantial(content any) []string {
	switch content {
	case "text":
		return []string{"type", "text", "postback"}
	case "location":
		return []string{"type", "address", "latitude", "longitude"}
	case "sticker":
		return []string{"type", "packageId", "stickerId"}
	case "image", "file", "audio", "video":
		return []string{"type", "fileId", "resourceId"}
	}
	return nil
}

// contentHash hashes the members of a body that say what was sent.
func contentHash(top map[string]any) [32]byte {
	content := top["content"]
	if members, ok := content.(map[string]any); ok {
		content = pick(members, substantial(members["type"]))
	}
	return sha256.Sum256(canonical(nil, map[string]any{
		"content": content, "data": top["data"], "members": top["members"], "memberList": top["memberList"],
	}))
}

func pick(members map[string]any, names []string) map[string]any {
	if names == nil {
		return members
	}
	picked := map[string]any{}
	for _, name := range names {
		picked[name] = members[name]
	}
	return picked
}

// canonical writes a value with a letter for its type and lengths in front,
// members in order of their names. Absent and null members are the same.
func canonical(to []byte, v any) []byte {
	switch v := v.(type) {
	case map[string]any:
		to = append(to, '{')
		for _, name := range slices.Sorted(maps.Keys(v)) {
			if v[name] != nil {
				to = canonical(appendText(to, name), v[name])
			}
		}
		return append(to, '}')
	case []any:
		to = append(to, '[')
		for _, item := range v {
			to = canonical(to, item)
		}
		return append(to, ']')
	case string:
		return appendText(append(to, 's'), v)
	case json.Number:
		return appendText(append(to, 'n'), v.String())
	case bool:
		return strconv.AppendBool(append(to, 'b'), v)
	}
	return append(to, 'z')
}
