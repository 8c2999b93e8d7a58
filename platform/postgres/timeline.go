package postgres

import (
	"fmt"
	"strconv"
	"sync"
)

// timelineQuery names the cluster and its timeline, in hexadecimal digits. A promotion
// begins a new timeline; a server that was the primary before it stays in the old one.
// Empty is a server that does not tell: a standby, or one that lets nobody ask.
const timelineQuery = `
       case when pg_is_in_recovery() or not has_function_privilege('pg_walfile_name(pg_lsn)', 'execute')
                 or not has_function_privilege('pg_current_wal_insert_lsn()', 'execute') then ''
            else substr(pg_walfile_name(pg_current_wal_insert_lsn()), 1, 8) end,
       case when has_function_privilege('pg_control_system()', 'execute') then (select system_identifier::text from pg_control_system()) else '' end`

// older is a server that was promoted past: what it acknowledges is lost when it is put
// back behind the server that took its place.
type older struct{ own, newest uint64 }

// Error names the finding and the way out.
func (o older) Error() string {
	return fmt.Sprintf("the server is in timeline %d, and another one of its cluster is in timeline %d, so it was the primary before a failover: "+
		"stop it and rebuild it as a standby (pg_rewind), or, if you mean to go back to it, restart this program", o.own, o.newest)
}

// timelines is the newest timeline of each cluster that this process has met.
type timelines struct {
	mu     sync.Mutex
	newest map[string]uint64
}

// met is what this process knows, whichever of its pools has connected.
var met = timelines{newest: map[string]uint64{}}

// pass refuses a server that is in an older timeline than one that was met before. The
// process remembers, and nothing else does: a server could say anything of itself.
func (t *timelines) pass(cluster, timeline string) error {
	own, err := strconv.ParseUint(timeline, 16, 32)
	if err != nil || cluster == "" {
		return nil // it does not tell
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if newest := t.newest[cluster]; own < newest {
		return older{own, newest}
	}
	t.newest[cluster] = own
	return nil
}
