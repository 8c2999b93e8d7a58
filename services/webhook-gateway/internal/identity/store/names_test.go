package store_test

import (
	"maps"
	"testing"
)

// Whoever did something is named, also by a key that ended; nobody of another company is.
func TestNamesOfWhoDidSomething(t *testing.T) {
	s, _, in, key := open(t)
	tenant := in.Organization.ID
	if err := s.EndKey(t.Context(), key.ID, record(tenant)); err != nil {
		t.Fatal(err)
	}
	asked := []string{"accounts/" + in.Account.ID, "apiKeys/" + key.ID, "accounts/" + newID(), "machine", ""}
	want := map[string]string{asked[0]: "花子", asked[1]: "k"}
	if got, err := s.NamesOf(t.Context(), tenant, asked); err != nil || !maps.Equal(got, want) {
		t.Errorf("%v, %v", got, err)
	}
	if got, err := s.NamesOf(t.Context(), newID(), asked); err != nil || len(got) != 0 {
		t.Errorf("another company is told %v, %v", got, err)
	}
}
