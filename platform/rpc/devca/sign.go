package devca

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"math/big"
	"path/filepath"
	"time"

	"github.com/dakoku/dakoku/platform/internal/keyfile"
)

// authority is the CA that signs.
type authority struct {
	cert *x509.Certificate
	key  any
	pool *x509.CertPool
}

// ensureCA loads the CA or makes one. The certificate is written after the key,
// so that a crash between the two is made good by the next run.
func ensureCA(dir string) (*authority, error) {
	crt, key := filepath.Join(dir, "ca.crt"), filepath.Join(dir, "ca.key")
	if !exists(crt) {
		template := &x509.Certificate{
			Subject:               pkix.Name{CommonName: "Dakoku development CA"},
			KeyUsage:              x509.KeyUsageCertSign | x509.KeyUsageCRLSign,
			IsCA:                  true,
			BasicConstraintsValid: true,
			MaxPathLenZero:        true,
		}
		if err := issue(template, caLife, nil, crt, key); err != nil {
			return nil, err
		}
	}
	pair, err := tls.LoadX509KeyPair(crt, key)
	if err != nil {
		return nil, err
	}
	pool := x509.NewCertPool()
	pool.AddCert(pair.Leaf)
	return &authority{cert: pair.Leaf, key: pair.PrivateKey, pool: pool}, nil
}

func (a *authority) ensureLeaf(dir, name string) error {
	crt, key := filepath.Join(dir, name+".crt"), filepath.Join(dir, name+".key")
	if a.good(crt, key, name) {
		return nil
	}
	return issue(&x509.Certificate{
		Subject:     pkix.Name{CommonName: name},
		DNSNames:    []string{name},
		KeyUsage:    x509.KeyUsageDigitalSignature,
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth, x509.ExtKeyUsageClientAuth},
	}, leafLife, a, crt, key)
}

// good reports a pair of ours that stays valid for a while.
func (a *authority) good(crt, key, name string) bool {
	pair, err := tls.LoadX509KeyPair(crt, key)
	if err != nil {
		return false
	}
	_, err = pair.Leaf.Verify(x509.VerifyOptions{
		DNSName: name, Roots: a.pool, CurrentTime: time.Now().Add(renewBefore),
	})
	return err == nil
}

// issue makes a key, signs the template (by itself without a CA) and writes both.
func issue(template *x509.Certificate, life time.Duration, by *authority, crt, key string) error {
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return err
	}
	serial, err := rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 120))
	if err != nil {
		return err
	}
	template.SerialNumber = serial
	template.NotBefore = time.Now().Add(-time.Hour) // clocks differ
	template.NotAfter = time.Now().Add(life)
	parent, signer := template, any(private)
	if by != nil {
		parent, signer = by.cert, by.key
	}
	der, err := x509.CreateCertificate(rand.Reader, template, parent, &private.PublicKey, signer)
	if err != nil {
		return err
	}
	secret, err := x509.MarshalPKCS8PrivateKey(private)
	if err != nil {
		return err
	}
	if err := keyfile.Write(key, pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: secret})); err != nil {
		return err
	}
	return keyfile.Write(crt, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}))
}
