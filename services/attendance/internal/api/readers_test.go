package api

import (
	"fmt"
	"testing"
	"time"

	"github.com/dakoku/dakoku/services/attendance/internal/store"
)

func TestReadersKeepOneVersion(t *testing.T) {
	r, connection := newReaders(), store.Pair{Tenant: "t", ID: "c"}
	first := store.DefaultSettings()
	kept := r.of(connection, first)
	if r.of(connection, first).matcher != kept.matcher {
		t.Error("the same settings were compiled twice")
	}
	later, restored := first, first
	later.Version = 1
	restored.Created = time.Unix(1, 0)
	for name, s := range map[string]store.Settings{"another version": later, "the same version of another time": restored} {
		kept := r.of(connection, first)
		if got := r.of(connection, s); got.matcher == kept.matcher || got.settings.Version != s.Version {
			t.Errorf("%s is not compiled", name)
		}
	}
	if r.of(store.Pair{Tenant: "other", ID: "c"}, first).matcher == kept.matcher {
		t.Error("two tenants share settings")
	}
}

func TestReadersAreBounded(t *testing.T) {
	r := newReaders()
	for i := range maxReaders + 10 {
		r.of(store.Pair{Tenant: "t", ID: fmt.Sprint(i)}, store.DefaultSettings())
	}
	if len(r.held) > maxReaders {
		t.Errorf("%d kept", len(r.held))
	}
}
