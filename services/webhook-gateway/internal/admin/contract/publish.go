package contract

import (
	"encoding/json"
	"slices"
)

// Publish completes the generated OpenAPI 2.0 document with what the generator
// does not know: the title, how callers identify themselves, and no services
// that have no path.
func Publish(openapi []byte) ([]byte, error) {
	var doc map[string]json.RawMessage
	if err := json.Unmarshal(openapi, &doc); err != nil {
		return nil, err
	}
	c, err := Load(openapi)
	if err != nil {
		return nil, err
	}
	var tags []struct {
		Name        string `json:"name"`
		Description string `json:"description,omitempty"`
	}
	if err := json.Unmarshal(doc["tags"], &tags); err != nil {
		return nil, err
	}
	kept := tags[:0]
	for _, tag := range tags {
		if slices.ContainsFunc(c.list, func(op *Operation) bool { return op.Service == tag.Name }) {
			kept = append(kept, tag)
		}
	}
	if doc["tags"], err = json.Marshal(kept); err != nil {
		return nil, err
	}
	doc["info"] = json.RawMessage(`{"title":"Dakoku administration","version":"v1"}`)
	doc["securityDefinitions"] = json.RawMessage(`{
		"apiKey": {"type": "apiKey", "in": "header", "name": "Authorization", "description": "Bearer dkk_…"},
		"session": {"type": "apiKey", "in": "header", "name": "Cookie", "description": "__Host-dakoku=…; over http on the same machine dakoku=…"}}`)
	doc["security"] = json.RawMessage(`[{"apiKey": []}, {"session": []}]`)
	return json.MarshalIndent(doc, "", "  ")
}
