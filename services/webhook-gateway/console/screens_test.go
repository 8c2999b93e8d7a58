package console

import (
	"os"
	"regexp"
	"slices"
	"testing"
)

// A screen that the app has and this list lacks works until somebody loads it
// anew, who is then told that there is no such path.
func TestEveryScreenOfTheRouterIsServed(t *testing.T) {
	router, err := os.ReadFile("../../../console/src/router.tsx")
	if err != nil {
		t.Fatal(err)
	}
	want := []string{}
	for _, at := range regexp.MustCompile(`(?:open|screen)\("/([^"/]+)`).FindAllStringSubmatch(string(router), -1) {
		want = append(want, at[1])
	}
	slices.Sort(want)
	want = slices.Compact(want)
	got := slices.Sorted(slices.Values(screens))
	if len(want) < 5 || !slices.Equal(got, want) {
		t.Errorf("served are %q, the router has %q", got, want)
	}
}
