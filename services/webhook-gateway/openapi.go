package gateway

import (
	"sync"

	"github.com/dakoku/dakoku/proto/gen/openapi"
	"github.com/dakoku/dakoku/services/webhook-gateway/internal/admin/contract"
)

// published is made once a process: it depends on nothing else.
var published = sync.OnceValues(func() ([]byte, error) { return contract.Publish(openapi.Document()) })

// OpenAPI is the OpenAPI 3.0 document that the admin door serves at
// /openapi.json, from which clients are generated. Nobody may change it.
func OpenAPI() ([]byte, error) { return published() }
