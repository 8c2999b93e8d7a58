package vault

import (
	"encoding/json"
	"errors"
	"fmt"
	"strconv"

	"github.com/dakoku/dakoku/platform/seal"
	"github.com/dakoku/dakoku/services/integration/internal/credential"
)

// record is a credential.Set as it is sealed; its own types never marshal.
type record struct {
	Version, Bot, BotSecret, ClientID, ClientSecret, ServiceAccount, APIID, ConsumerKey, ServerID, PrivateKey string
}

// Seal makes the box of a set that is stored under this revision of the
// connection's keys. Sealing opens nothing and is not written down.
func Seal(keys *seal.Keyring, tenant, connection string, revision int64, set credential.Set) ([]byte, error) {
	plain, err := json.Marshal(record{
		Version: string(set.Version), Bot: set.Bot, BotSecret: set.BotSecret.Reveal(), ClientID: set.ClientID,
		ClientSecret: set.ClientSecret.Reveal(), ServiceAccount: set.ServiceAccount, APIID: set.APIID.Reveal(),
		ConsumerKey: set.ConsumerKey.Reveal(), ServerID: set.ServerID, PrivateKey: set.PrivateKey.Reveal(),
	})
	if err != nil {
		return nil, errors.New("credentials cannot be written")
	}
	box, err := keys.Seal(place(tenant, connection, revision), plain)
	if err != nil {
		return nil, fmt.Errorf("seal credentials: %w", err)
	}
	return box, nil
}

func unseal(keys *seal.Keyring, s Sealed) (credential.Set, error) {
	plain, err := keys.Open(place(s.Tenant, s.Connection, s.Revision), s.Box)
	if err != nil {
		return credential.Set{}, fmt.Errorf("credentials of connection %s: %w", s.Connection, err)
	}
	var r record
	if json.Unmarshal(plain, &r) != nil {
		return credential.Set{}, fmt.Errorf("credentials of connection %s cannot be read", s.Connection)
	}
	return credential.Set{
		Version: credential.Version(r.Version), Bot: r.Bot, BotSecret: credential.Secret(r.BotSecret), ClientID: r.ClientID,
		ClientSecret: credential.Secret(r.ClientSecret), ServiceAccount: r.ServiceAccount, APIID: credential.Secret(r.APIID),
		ConsumerKey: credential.Secret(r.ConsumerKey), ServerID: r.ServerID, PrivateKey: credential.Secret(r.PrivateKey),
	}, nil
}

func place(tenant, connection string, revision int64) seal.Context {
	return seal.Context{Tenant: tenant, Object: connection, Purpose: "credentials", Version: strconv.FormatInt(revision, 10)}
}
