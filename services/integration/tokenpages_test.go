package integration_test

import (
	"strings"
	"testing"

	"github.com/google/uuid"

	integrationv1 "github.com/dakoku/dakoku/proto/gen/dakoku/integration/v1"
)

// A page goes on behind a token that was revoked meanwhile with those that were
// issued after it, and hides none.
func TestTokensGoOnBehindARevokedOne(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := as(t, uuid.NewString())
	conn := w.connection(ctx, t)
	first := w.issue(ctx, t, conn)
	second := w.issue(ctx, t, conn)
	page := func(token string) (names []string, next string) {
		t.Helper()
		out, err := w.admin.ListTokens(ctx, &integrationv1.ListTokensRequest{Connection: conn, PageSize: 1, PageToken: token})
		if err != nil {
			t.Fatal(err)
		}
		for _, found := range out.GetTokens() {
			_, id, _ := strings.Cut(found.GetName(), "/tokens/")
			names = append(names, id)
		}
		return names, out.GetNextPageToken()
	}
	got, next := page("")
	if len(got) != 1 || got[0] != first || next == "" {
		t.Fatalf("%v, %q", got, next)
	}
	for _, c := range []struct {
		revoked string
		want    []string
	}{{"", []string{second}}, {first, []string{second}}, {second, nil}} {
		if c.revoked != "" {
			if _, err := w.admin.RevokeToken(ctx, &integrationv1.RevokeTokenRequest{Connection: conn, Token: c.revoked}); err != nil {
				t.Fatal(err)
			}
		}
		if got, more := page(next); strings.Join(got, " ") != strings.Join(c.want, " ") || more != "" {
			t.Errorf("with %q revoked: %v, want %v", c.revoked, got, c.want)
		}
	}
}
