package identity

import (
	"crypto/rand"
	"crypto/subtle"
	"encoding/base32"
	"strings"
	"time"

	"github.com/dakoku/dakoku/platform/seal"
	"github.com/pquerna/otp"
	"github.com/pquerna/otp/totp"
)

const (
	totpIssuer    = "Dakoku"
	totpPeriod    = 30 // seconds
	totpDrift     = 1  // periods before and after the one of now
	recoveryCodes = 10
)

// Keys seal what must be read again. A *seal.Keyring is one.
type Keys interface {
	// Seal encrypts plain for one context.
	Seal(c seal.Context, plain []byte) ([]byte, error)
	// Open decrypts what Seal made for the same context.
	Open(c seal.Context, sealed []byte) ([]byte, error)
}

// Factor is the second factor of an account: the secret of an authenticator app
// (RFC 6238, SHA-1, six digits, 30 seconds, which every app reads).
type Factor struct {
	ID        string
	Tenant    string
	Account   string
	Sealed    []byte // the secret
	Confirmed bool   // it is asked for at log-in
	Created   time.Time
}

// bound is where the sealed secret belongs.
func (f Factor) bound() seal.Context {
	return seal.Context{Tenant: f.Tenant, Object: f.Account + "/" + f.ID, Purpose: "totp", Version: "1"}
}

// newFactor makes a factor with a secret of 160 bits, and what an app needs.
func newFactor(a Account, keys Keys, now time.Time) (Factor, *otp.Key, error) {
	key, err := totp.Generate(totp.GenerateOpts{Issuer: totpIssuer, AccountName: a.Email, Period: totpPeriod, SecretSize: 20})
	if err != nil {
		return Factor{}, nil, err
	}
	f := Factor{ID: newID(), Tenant: a.Tenant, Account: a.ID, Created: now}
	f.Sealed, err = keys.Seal(f.bound(), []byte(key.Secret()))
	return f, key, err
}

// step is the period that a code is for, one before to one after the present;
// false when it is none of them.
func (f Factor) step(keys Keys, code string, now time.Time) (int64, bool, error) {
	secret, err := keys.Open(f.bound(), f.Sealed)
	if err != nil {
		return 0, false, err
	}
	code = strings.ReplaceAll(code, " ", "")
	matched, found := int64(0), false
	for drift := -totpDrift; drift <= totpDrift; drift++ {
		at := now.Add(time.Duration(drift*totpPeriod) * time.Second)
		want, err := totp.GenerateCodeCustom(string(secret), at, totp.ValidateOpts{Period: totpPeriod, Digits: otp.DigitsSix, Algorithm: otp.AlgorithmSHA1})
		if err != nil {
			return 0, false, err
		}
		if subtle.ConstantTimeCompare([]byte(want), []byte(code)) == 1 {
			matched, found = at.Unix()/totpPeriod, true
		}
	}
	return matched, found, nil
}

// newRecoveryCodes makes ten codes of 120 random bits and their hashes.
func newRecoveryCodes(account string) (codes []string, hashes [][]byte) {
	for range recoveryCodes {
		raw := make([]byte, 15)
		_, _ = rand.Read(raw) // never fails
		code := base32.StdEncoding.EncodeToString(raw)
		codes = append(codes, code[:6]+"-"+code[6:12]+"-"+code[12:18]+"-"+code[18:])
		hashes = append(hashes, recoveryHash(account, code))
	}
	return codes, hashes
}

// recoveryHash is under which a code is stored; how it was grouped does not matter.
func recoveryHash(account, code string) []byte {
	code = strings.ToUpper(strings.NewReplacer("-", "", " ", "").Replace(code))
	return Hash("recovery:" + account + ":" + code)
}
