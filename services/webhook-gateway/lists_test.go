package gateway_test

import (
	"sync"
	"testing"
	"time"

	"github.com/dakoku/dakoku/platform/rpc"
	gatewayv1 "github.com/dakoku/dakoku/proto/gen/dakoku/gateway/v1"
	gateway "github.com/dakoku/dakoku/services/webhook-gateway"
)

// slowLists makes every list of events take four seconds, and nothing else.
const slowLists = `create policy slow on gateway.inbox as restrictive for select
 using (case when current_query() like '%order by i.received_at desc%' then pg_sleep(4)::text is not null else true end)`

// Administrators whose lists take as long as they may take no connection of a callback:
// each is answered 200 in time. Those who find no connection are told to try again.
func TestSlowListsKeepNoCallbackFromItsPlace(t *testing.T) {
	s := newStreet(t)
	door, _ := s.open(t)
	if status := post(t, door, numbered(0)); status != 200 {
		t.Fatal(status)
	}
	until(t, func() bool { return s.count(t, "RECORDED") == 1 })
	if _, err := s.owner.Exec(t.Context(), slowLists); err != nil {
		t.Fatal(err)
	}
	conn, err := rpc.Dial(rpc.ClientConfig{Target: door.Addr().String(), ServerName: gateway.PublicName, Identity: s.identity(t, "admin-gateway")})
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	ctx := rpc.OutgoingCaller(t.Context(), rpc.Caller{Tenant: doorTenant, Kind: rpc.KindAccount, Permissions: []string{"events.read"}}, "ja")
	const lists = 20
	var all sync.WaitGroup
	told := make(chan string, lists)
	for range lists {
		all.Go(func() {
			got, err := gatewayv1.NewEventAdminServiceClient(conn).ListEvents(ctx, &gatewayv1.ListEventsRequest{})
			switch f := rpc.FaultFrom(err); {
			case f != nil:
				told <- f.Reason()
			case len(got.GetEvents()) > 0:
				told <- "listed"
			default:
				told <- "nothing"
			}
		})
	}
	until(t, func() bool {
		var busy int
		err := s.owner.QueryRow(t.Context(), `select count(*) from pg_stat_activity where datname = current_database() and wait_event = 'PgSleep'`).Scan(&busy)
		return err == nil && busy >= 3
	})
	for n := range 20 {
		began := time.Now()
		if status := post(t, door, numbered(n+1)); status != 200 || time.Since(began) > 1500*time.Millisecond {
			t.Errorf("callback %d: %d after %s", n, status, time.Since(began))
		}
	}
	all.Wait()
	close(told)
	count := map[string]int{}
	for is := range told {
		count[is]++
	}
	if count["listed"] == 0 || count["UNAVAILABLE"] == 0 || count["listed"]+count["UNAVAILABLE"] != lists {
		t.Error(count)
	}
}
