package gateway

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/dakoku/dakoku/platform/config"
	"github.com/dakoku/dakoku/services/webhook-gateway/internal/identity"
)

// shortestSecret is the shortest setup secret an operator may choose.
const shortestSecret = 20

// offer is the one-time setup secret and where a person finds it.
type offer struct {
	secret config.Secret // empty: none, or the operator knows it
	file   string
	over   bool // the operator's secret has expired
}

// openOffer makes the setup secret known to the database: the given one, the
// one in the file of an earlier start, or a new one. None works for longer than
// 24 hours from its first start: then the file gets a new one, and a given one is
// not offered again. Once set-up is done it only removes the file. Several
// processes without a common data directory must be given the secret, or the
// last one to start wins.
func openOffer(ctx context.Context, store identity.SetupStore, dir string, given config.Secret, now time.Time) (offer, error) {
	o := offer{file: filepath.Join(dir, "setup-secret")}
	was, err := store.Offered(ctx)
	if errors.Is(err, identity.ErrSetupDone) {
		return offer{}, o.withdraw()
	}
	if err != nil && !errors.Is(err, identity.ErrNotFound) {
		return offer{}, err
	}
	next := given
	if given == "" {
		if o.secret, err = o.keep(was, now); err != nil {
			return offer{}, fmt.Errorf("setup secret: %w", err)
		}
		next = o.secret
	} else if err := o.withdraw(); err != nil {
		return offer{}, err
	}
	if was.Is(next.Reveal()) {
		o.over = !was.Live(now)
	} else {
		err = store.Offer(ctx, identity.SetupOffer{Hash: identity.Hash(next.Reveal()), Made: now})
	}
	if errors.Is(err, identity.ErrSetupDone) { // by another process, just now
		return offer{}, o.withdraw()
	}
	if given != "" {
		o.file = ""
	}
	return o, err
}

// keep reads the file, or writes a new secret when there is none that works: one
// that the database does not know may have expired long ago.
func (o offer) keep(was identity.SetupOffer, now time.Time) (config.Secret, error) {
	raw, err := os.ReadFile(o.file)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return "", err
	}
	found := strings.TrimSpace(string(raw))
	if identity.WellFormed(identity.SetupPrefix, found) && (was.Hash == nil || was.Is(found) && was.Live(now)) {
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
