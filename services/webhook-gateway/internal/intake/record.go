package intake

import (
	"encoding/hex"
	"encoding/json"
	"errors"
	"time"

	"github.com/dakoku/dakoku/platform/postgres"
	"github.com/dakoku/dakoku/services/webhook-gateway/internal/event"
	"github.com/dakoku/dakoku/services/webhook-gateway/internal/inbox"
)

// record is a delivery as it lies in the spool. What is read from the body is read
// again; what was judged at the door stays. That it is from the future the inbox finds
// as well, but one of the version before, which may drain this, does not.
type record struct {
	ID         string        `json:"id"`
	Tenant     string        `json:"tenant"`
	Connection string        `json:"connection"`
	Token      string        `json:"token,omitempty"`
	Received   time.Time     `json:"received"`
	OwnClock   bool          `json:"ownClock,omitempty"` // Received is our own time of day, and nobody was sure of the database's
	Life       string        `json:"life,omitempty"`     // with OwnClock: the process whose count of time stood at Count
	Count      time.Duration `json:"count,omitempty"`
	Counted    time.Time     `json:"counted,omitzero"` // with OwnClock: the database's time by our count since it was last known, if it was
	Version    event.Version `json:"version"`
	Key        string        `json:"key"`
	Quarantine string        `json:"quarantine,omitempty"`
	Body       []byte        `json:"body"`
}

// arrival is when a delivery came: by the database's clock, if that was known then, and
// what our own clocks showed.
type arrival struct {
	at          time.Time
	known, sure bool
	own         postgres.Reading
}

func (i *Intake) arrive() arrival {
	came := arrival{own: i.Clock.Read()}
	came.at, came.known, came.sure = i.Clock.Latest()
	return came
}

func pack(d inbox.Delivery, came arrival, life string) ([]byte, error) {
	r := record{
		ID: d.ID, Tenant: d.Tenant, Connection: d.Connection, Token: d.Token, Received: came.at.UTC(),
		Version: d.Version, Key: hex.EncodeToString(d.Key[:]), Quarantine: d.Quarantine, Body: d.Body,
	}
	if r.Quarantine == "" && came.sure && d.Event.Ahead(came.at) {
		r.Quarantine = string(event.FutureTime)
	}
	if !came.sure {
		r.OwnClock, r.Received, r.Life, r.Count = true, came.own.Day, life, came.own.Count
		if came.known {
			r.Counted = came.at.UTC()
		}
	}
	return json.Marshal(r)
}

// dated is when the delivery came, by the database's clock, which is known by now.
//
// Where nobody was sure when it came, the later of what there is to go by counts: what is
// dated too early would be judged by what held before it came, and look as if it came from
// the future. Within the life of a process that is its count of time, which runs on when
// the time of day is set. After that there are the time of day, moved by what lies between
// the two clocks, and what our count was before. Nothing came before it was sent.
func (r record) dated(issued time.Time, clock Clock, life string) time.Time {
	ahead, known := clock.Ahead()
	if !r.OwnClock || !known {
		return r.Received
	}
	if r.Life == life {
		return clock.At(r.Count)
	}
	return later(later(r.Received.Add(ahead), r.Counted), issued)
}

func later(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}

var errRecord = errors.New("intake: not a record of ours")

// unpack restores a delivery.
func unpack(data []byte, clock Clock, life string) (inbox.Delivery, error) {
	var r record
	if err := json.Unmarshal(data, &r); err != nil {
		return inbox.Delivery{}, errRecord // the error may quote it
	}
	key, err := hex.DecodeString(r.Key)
	if err != nil || len(key) != len(event.Key{}) || r.ID == "" {
		return inbox.Delivery{}, errRecord
	}
	d := inbox.Delivery{
		ID: r.ID, Tenant: r.Tenant, Connection: r.Connection, Token: r.Token,
		Version: r.Version, Key: event.Key(key), Quarantine: r.Quarantine, Body: r.Body,
	}
	if d.Event, err = event.Read(r.Version, r.Body); err != nil {
		d.Event = event.Event{}
		if d.Quarantine == "" {
			d.Quarantine = string(event.ReasonOf(err))
		}
	}
	d.Received = r.dated(d.Event.Issued, clock, life)
	return d, nil
}
