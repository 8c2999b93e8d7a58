package credential

import (
	"encoding/asn1"
	"encoding/pem"
	"math/big"
	"testing"
)

// numbers is a key of these numbers, which need not belong together.
func numbers(t *testing.T, change func(*pkcs1)) string {
	t.Helper()
	k := key(t)
	parts := pkcs1{
		N: k.N, E: k.E, D: k.D, P: k.Primes[0], Q: k.Primes[1],
		DP: k.Precomputed.Dp, DQ: k.Precomputed.Dq, QI: k.Precomputed.Qinv,
	}
	change(&parts)
	der, err := asn1.Marshal(parts)
	if err != nil {
		t.Fatal(err)
	}
	return string(pem.EncodeToMemory(&pem.Block{Type: "RSA PRIVATE KEY", Bytes: der}))
}

// A key is too small below 2048 bits and too big above 8192; in between it is
// the numbers that count.
func TestTheSizeOfAKeyHasBounds(t *testing.T) {
	modulus := func(bits uint) func(*pkcs1) {
		return func(k *pkcs1) { k.N = new(big.Int).SetBit(new(big.Int), int(bits)-1, 1) }
	}
	for name, c := range map[string]struct {
		change func(*pkcs1)
		reason string
	}{
		"2047 bits":  {modulus(2047), "KEY_TOO_SMALL"},
		"2048 bits":  {modulus(2048), "KEY_DAMAGED"},
		"8192 bits":  {modulus(8192), "KEY_DAMAGED"},
		"8193 bits":  {modulus(8193), "KEY_TOO_BIG"},
		"huge prime": {func(k *pkcs1) { k.P = new(big.Int).Lsh(k.P, 8192) }, "KEY_TOO_BIG"},
		"below zero": {func(k *pkcs1) { k.N = big.NewInt(-1) }, "KEY_DAMAGED"},
	} {
		if _, got, p := readKey(numbers(t, c.change)); p == nil || p.reason != c.reason || got != nil {
			t.Errorf("%s: %+v, want %s", name, p, c.reason)
		}
	}
	if _, got, p := readKey(numbers(t, func(*pkcs1) {})); p != nil || !got.Equal(key(t)) {
		t.Errorf("the key itself: %+v", p)
	}
}
