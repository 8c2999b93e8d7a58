package api

import (
	"fmt"

	"github.com/google/uuid"

	integrationv1 "github.com/dakoku/dakoku/proto/gen/dakoku/integration/v1"

	"github.com/dakoku/dakoku/platform/fault"
)

// canonical is the one spelling of an id; what is no UUID stays as it is and is
// not found.
func canonical(id string) string {
	parsed, err := uuid.Parse(id)
	if err != nil || len(id) != len(parsed.String()) {
		return id
	}
	return parsed.String()
}

// isID tells an id in its one spelling from any other text.
func isID(id string) bool {
	parsed, err := uuid.Parse(id)
	return err == nil && parsed.String() == id
}

// known checks the API versions of a batch and names every element without one.
func known(list string, versions []integrationv1.Credentials_ApiVersion) error {
	var fields []fault.Field
	for i, v := range versions {
		if versionIn(v) == "" {
			fields = append(fields, fault.Field{Path: fmt.Sprintf("%s[%d].apiVersion", list, i), Reason: "REQUIRED", Text: fault.Text{
				JA: "APIのバージョン(V2 または V1)を指定してください。",
				EN: "Name the API version, V2 or V1.",
			}})
		}
	}
	if len(fields) > 0 {
		return fault.Invalid(fields...)
	}
	return nil
}
