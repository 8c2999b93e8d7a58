package rpc

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"time"
)

// Identity is who a process is towards its peers: a certificate, its key and the
// CA that both sides trust. The files are looked at before every handshake; when
// they have changed they are read again, so a renewed certificate or a new CA
// needs no restart. A half-written pair keeps the last good one in use.
type Identity struct {
	ca, cert, key string // file paths

	mu     sync.Mutex
	stamp  string // what the files looked like when material was read
	now    material
	broken error // why the newest files could not be read; nil when they could
}

// material is one consistent reading of the three files; it is never changed.
type material struct {
	cert tls.Certificate
	pool *x509.CertPool
}

// LoadIdentity reads <dir>/ca.crt, <dir>/<name>.crt and <dir>/<name>.key.
func LoadIdentity(dir, name string) (*Identity, error) {
	i := &Identity{
		ca:   filepath.Join(dir, "ca.crt"),
		cert: filepath.Join(dir, name+".crt"),
		key:  filepath.Join(dir, name+".key"),
	}
	if i.current(); i.broken != nil {
		return nil, fmt.Errorf("identity %s: %w", name, i.broken)
	}
	return i, nil
}

// Check is nil while the newest files are in use and the certificate is valid;
// made for a readiness check.
func (i *Identity) Check(context.Context) error {
	m := i.current()
	i.mu.Lock()
	defer i.mu.Unlock()
	if i.broken != nil {
		return fmt.Errorf("certificate files: %w", i.broken)
	}
	if end := m.cert.Leaf.NotAfter; time.Now().After(end) {
		return fmt.Errorf("certificate expired on %s", end.UTC().Format(time.RFC3339))
	}
	return nil
}

// current returns the newest readable material.
func (i *Identity) current() material {
	i.mu.Lock()
	defer i.mu.Unlock()
	stamp, err := i.look()
	if err == nil && stamp == i.stamp {
		i.broken = nil
		return i.now
	}
	var m material
	if err == nil {
		m, err = i.read()
	}
	if i.broken = err; err == nil {
		i.now, i.stamp = m, stamp
	}
	return i.now
}

// look sums up size and time of the files without reading them.
func (i *Identity) look() (string, error) {
	stamp := ""
	for _, path := range []string{i.ca, i.cert, i.key} {
		info, err := os.Stat(path)
		if err != nil {
			return "", err
		}
		stamp += fmt.Sprintf("%d %d;", info.Size(), info.ModTime().UnixNano())
	}
	return stamp, nil
}

func (i *Identity) read() (material, error) {
	roots, err := os.ReadFile(i.ca)
	if err != nil {
		return material{}, err
	}
	pool := x509.NewCertPool()
	if !pool.AppendCertsFromPEM(roots) {
		return material{}, errors.New(i.ca + " holds no certificate")
	}
	cert, err := tls.LoadX509KeyPair(i.cert, i.key)
	if err != nil {
		return material{}, fmt.Errorf("%s: %w", i.cert, err)
	}
	return material{cert, pool}, nil
}
