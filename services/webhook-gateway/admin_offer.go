package gateway

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/dakoku/dakoku/platform/config"
	"github.com/dakoku/dakoku/services/webhook-gateway/internal/identity"
)

// shortestSecret is the shortest setup secret an operator may choose.
const shortestSecret = 20

// offer is the one-time setup secret and where a person finds it.
type offer struct {
	secret config.Secret // empty: none, or the operator knows it
	file   string
}

// openOffer makes the setup secret known to the database: the given one, the
// one in the file of an earlier start, or a new one. Once set-up is done it only
// removes the file. Several processes without a common data directory must be
// given the secret, or the last one to start wins.
func openOffer(ctx context.Context, store identity.SetupStore, dir string, given config.Secret) (offer, error) {
	o := offer{file: filepath.Join(dir, "setup-secret")}
	_, err := store.Offered(ctx)
	if errors.Is(err, identity.ErrSetupDone) {
		return offer{}, o.withdraw()
	}
	if err != nil && !errors.Is(err, identity.ErrNotFound) {
		return offer{}, err
	}
	secret := given
	if given == "" {
		if secret, err = o.keep(); err != nil {
			return offer{}, fmt.Errorf("setup secret: %w", err)
		}
		o.secret = secret
	} else if err := o.withdraw(); err != nil {
		return offer{}, err
	}
	err = store.Offer(ctx, identity.Hash(secret.Reveal()))
	if errors.Is(err, identity.ErrSetupDone) { // by another process, just now
		return offer{}, o.withdraw()
	}
	if given != "" {
		o.file = ""
	}
	return o, err
}

// keep reads the file, or writes a new secret when there is no usable one.
func (o offer) keep() (config.Secret, error) {
	raw, err := os.ReadFile(o.file)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return "", err
	}
	if found := strings.TrimSpace(string(raw)); identity.WellFormed(identity.SetupPrefix, found) {
		return config.Secret(found), os.Chmod(o.file, 0o600)
	}
	secret := identity.NewSecret(identity.SetupPrefix)
	return config.Secret(secret), o.write(secret)
}

// write puts the secret into the file, complete or not at all, for the owner only.
func (o offer) write(secret string) error {
	if err := os.MkdirAll(filepath.Dir(o.file), 0o700); err != nil {
		return err
	}
	temp, err := os.CreateTemp(filepath.Dir(o.file), ".setup-secret-*") // mode 0600
	if err != nil {
		return err
	}
	_, err = temp.WriteString(secret + "\n")
	err = errors.Join(err, temp.Sync(), temp.Close())
	if err == nil {
		err = os.Rename(temp.Name(), o.file)
	}
	if err != nil {
		_ = os.Remove(temp.Name()) // it holds a secret that nothing knows
	}
	return err
}

// withdraw removes the file; none is fine.
func (o offer) withdraw() error {
	if o.file == "" {
		return nil
	}
	if err := os.Remove(o.file); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}

// setupOpen reports whether the installation waits for its first administrator.
// Once it does not, it never will again.
func (a *Admin) setupOpen(ctx context.Context) bool {
	if a.settled.Load() {
		return false
	}
	_, err := a.store.Offered(ctx)
	if errors.Is(err, identity.ErrSetupDone) {
		a.settled.Store(true)
	}
	return err == nil
}
