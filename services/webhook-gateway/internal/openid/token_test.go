package openid

import (
	"regexp"
	"testing"
)

// No algorithm is taken whose key the provider and we would share, or that has none.
func TestOnlyPublicKeysSign(t *testing.T) {
	public := regexp.MustCompile(`^((RS|PS|ES)(256|384|512)|EdDSA)$`)
	for _, name := range algorithms {
		if !public.MatchString(name) {
			t.Error(name)
		}
	}
}
