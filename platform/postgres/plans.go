package postgres

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"
)

// plansLive is how long a connection goes by the plans that it has made. The server
// makes them anew only when a table was analyzed, and an index that was as good as
// any other while the table was nearly empty may be read from end to end for every
// row a minute later: on a new installation that is the first rush. To plan
// everything anew takes a connection some milliseconds.
const plansLive = 10 * time.Second

const plannedAt = "plannedAt"

// withFreshPlans lets a connection forget plans that are older than plansLive, before it
// is lent. One that cannot do even that is closed, and another is lent.
func withFreshPlans(ctx context.Context, conn *pgx.Conn) (bool, error) {
	data, now := conn.PgConn().CustomData(), time.Now()
	last, planned := data[plannedAt].(time.Time)
	if planned && now.Sub(last) < plansLive {
		return true, nil
	}
	data[plannedAt] = now
	if !planned {
		return true, nil // it has made none yet
	}
	_, err := conn.Exec(ctx, "discard plans")
	return err == nil, nil
}
