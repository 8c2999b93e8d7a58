package directory

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.uber.org/zap"

	"github.com/dakoku/dakoku/services/integration/internal/credential"
)

// The events of one person are counted together, under one spelling.
func TestMissesOfOnePersonAreOne(t *testing.T) {
	f := newFake()
	r := New(f, f, f, time.Now, zap.NewNop())
	v1 := func(user string) Sender {
		return Sender{Tenant: "t", Connection: "c", Version: credential.V1, User: user}
	}
	v2 := func(user string) Sender {
		return Sender{Tenant: "t", Connection: "c", Version: credential.V2, User: user}
	}
	if err := r.Miss(t.Context(), []Sender{v2("u"), v1("Taro@x"), v2("U"), v1("taro@X"), v2("u")}); err != nil {
		t.Fatal(err)
	}
	want := []Miss{
		{Connection: "c", Version: credential.V2, Sender: "u", Times: 2},
		{Connection: "c", Version: credential.V1, Sender: "taro@x", Times: 2},
		{Connection: "c", Version: credential.V2, Sender: "U", Times: 1},
	}
	if diff := cmp.Diff(want, f.misses); diff != "" {
		t.Error(diff)
	}
}
