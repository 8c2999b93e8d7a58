package intake

import (
	"encoding/hex"
	"encoding/json"
	"errors"
	"time"

	"github.com/dakoku/dakoku/services/webhook-gateway/internal/event"
	"github.com/dakoku/dakoku/services/webhook-gateway/internal/inbox"
)

// record is a delivery as it lies in the spool. What is read from the body is read
// again; what was judged at the door stays.
type record struct {
	ID         string        `json:"id"`
	Tenant     string        `json:"tenant"`
	Connection string        `json:"connection"`
	Token      string        `json:"token,omitempty"`
	Received   time.Time     `json:"received"`
	OwnClock   bool          `json:"ownClock,omitempty"` // Received is not the database's time
	Version    event.Version `json:"version"`
	Key        string        `json:"key"`
	Quarantine string        `json:"quarantine,omitempty"`
	Body       []byte        `json:"body"`
}

// arrival is when a delivery came, by the database's clock if that was known then.
type arrival struct {
	at    time.Time
	known bool
}

func pack(d inbox.Delivery, came arrival) ([]byte, error) {
	return json.Marshal(record{
		ID: d.ID, Tenant: d.Tenant, Connection: d.Connection, Token: d.Token, Received: came.at.UTC(), OwnClock: !came.known,
		Version: d.Version, Key: hex.EncodeToString(d.Key[:]), Quarantine: d.Quarantine, Body: d.Body,
	})
}

var errRecord = errors.New("intake: not a record of ours")

// unpack restores a delivery. A time of our own clock, from before the database's
// was known, is moved by what lies between the two today.
func unpack(data []byte, clock Clock) (inbox.Delivery, error) {
	var r record
	if err := json.Unmarshal(data, &r); err != nil {
		return inbox.Delivery{}, errRecord // the error may quote it
	}
	key, err := hex.DecodeString(r.Key)
	if err != nil || len(key) != len(event.Key{}) || r.ID == "" {
		return inbox.Delivery{}, errRecord
	}
	if ahead, known := clock.Ahead(); r.OwnClock && known {
		r.Received = r.Received.Add(ahead)
	}
	d := inbox.Delivery{
		ID: r.ID, Tenant: r.Tenant, Connection: r.Connection, Token: r.Token, Received: r.Received,
		Version: r.Version, Key: event.Key(key), Quarantine: r.Quarantine, Body: r.Body,
	}
	if d.Event, err = event.Read(r.Version, r.Body); err != nil {
		d.Event = event.Event{}
		if d.Quarantine == "" {
			d.Quarantine = string(event.ReasonOf(err))
		}
	}
	return d, nil
}
