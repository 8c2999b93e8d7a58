package directory

import (
	"context"

	"github.com/dakoku/dakoku/services/integration/internal/credential"
)

// Miss remembers the senders of events that would have been punches, had they been
// linked; each organization's in one transaction. The error is the store's.
func (r *Resolver) Miss(ctx context.Context, senders []Sender) error {
	for tenant, places := range byTenant(senders) {
		if err := r.store.Miss(ctx, tenant, misses(senders, places)); err != nil {
			return err
		}
	}
	return nil
}

// misses counts the events of each person.
func misses(senders []Sender, places []int) []Miss {
	at := map[string]int{}
	var out []Miss
	for _, i := range places {
		miss := missOf(senders[i])
		key := string(miss.Version) + miss.Sender
		if _, seen := at[key]; !seen {
			at[key] = len(out)
			out = append(out, miss)
		}
		out[at[key]].Times++
	}
	return out
}

func missOf(s Sender) Miss {
	if s.Version != credential.V2 {
		return Miss{Connection: s.Connection, Version: s.Version, Sender: Key(s.User)}
	}
	return Miss{Connection: s.Connection, Version: s.Version, Sender: s.User}
}
