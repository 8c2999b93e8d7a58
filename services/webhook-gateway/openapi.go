package gateway

import (
	"github.com/dakoku/dakoku/proto/gen/openapi"
	"github.com/dakoku/dakoku/services/webhook-gateway/internal/admin/contract"
)

// OpenAPI is the OpenAPI 3.0 document that the admin door serves at
// /openapi.json, from which clients are generated.
func OpenAPI() ([]byte, error) { return contract.Publish(openapi.Document()) }
