// Package openapi embeds the generated OpenAPI 2.0 document of the admin door.
package openapi

import _ "embed"

//go:embed dakoku.swagger.json
var document []byte

// Document returns a copy of the document, JSON.
func Document() []byte { return append([]byte(nil), document...) }
