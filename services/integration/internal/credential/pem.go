package credential

import (
	"crypto/rsa"
	"encoding/asn1"
	"encoding/pem"
	"math/big"
	"regexp"
	"strings"
)

const (
	maxKeyText = 16 << 10
	minKeyBits = 2048
	maxKeyBits = 8192
)

var (
	block     = regexp.MustCompile(`-----BEGIN ([A-Z0-9 ]+)-----[^-]*(?:-[^-]+)*-----END ([A-Z0-9 ]+)-----`)
	mark      = regexp.MustCompile(`-----(?:BEGIN|END) [A-Z0-9 ]+-----`)
	beginning = regexp.MustCompile(`-----BEGIN ([A-Z0-9 ]+)-----`)
	// oddMark is a mark with a sign that looks like a hyphen: word processors and
	// chats put dashes, minus signs and long vowel marks in its place.
	oddMark = regexp.MustCompile(`[` + dashes + `]-*(?:BEGIN|END) [A-Z0-9 ]*KEY|(?:BEGIN|END) [A-Z0-9 ]*KEY-*[` + dashes + `]`)
)

const dashes = `\x{2010}-\x{2015}\x{2212}\x{2500}\x{30fc}\x{fe58}\x{fe63}\x{ff70}`

// readKey finds the RSA private key in a text that may have more around it. It
// returns the key's own PEM block in its one spelling, and the key. A text with
// two keys does not say which is meant.
func readKey(raw string) (string, *rsa.PrivateKey, *problem) {
	if len(raw) > maxKeyText {
		return "", nil, keyTooLong
	}
	blocks, p := cutBlocks(lines(raw))
	if p != nil {
		return "", nil, wide(raw, p)
	}
	key, p := parse(blocks[0])
	if p != nil {
		return "", nil, p
	}
	for _, more := range blocks[1:] {
		if other, p := parse(more); p != nil || !other.Equal(key) {
			return "", nil, keyTwo
		}
	}
	return string(pem.EncodeToMemory(&pem.Block{Type: blocks[0].Type, Bytes: blocks[0].Bytes})), key, nil
}

// wide tells, of a text in which no key was found, that it would be one if its
// full-width letters were not: an input method turned them so. Letters around a
// key are of no account.
func wide(raw string, p *problem) *problem {
	narrow := strings.Map(func(r rune) rune {
		const first, last, shift = '\uff01', '\uff5e', '\uff01' - '!'
		if first <= r && r <= last {
			return r - shift
		}
		return r
	}, raw)
	if narrow == raw {
		return p
	}
	if _, still := cutBlocks(lines(narrow)); still != nil {
		return p
	}
	return keyWide
}

// lines undoes what copying does to a key: line ends of other systems, \n
// written as two characters, indentation.
func lines(raw string) string {
	if !strings.ContainsAny(raw, "\r\n") {
		raw = strings.ReplaceAll(raw, `\n`, "\n")
	}
	raw = strings.NewReplacer("\r\n", "\n", "\r", "\n", "\ufeff", "").Replace(raw)
	split := strings.Split(raw, "\n")
	for i := range split {
		split[i] = strings.TrimSpace(split[i])
	}
	return strings.Join(split, "\n")
}

// cutBlocks returns the private keys among the blocks of the text, or why there
// is none.
func cutBlocks(text string) ([]*pem.Block, *problem) {
	var first *problem
	var out []*pem.Block
	for _, found := range block.FindAllString(text, -1) {
		label := beginning.FindStringSubmatch(found)[1]
		if p := labelProblem(label, found); p != nil {
			if first == nil || first == keyNoPEM { // openssl writes the parameters of a curve before the key
				first = p
			}
			continue
		}
		decoded, _ := pem.Decode([]byte(rewrap(found)))
		if decoded == nil || decoded.Type != label {
			return nil, keyDamaged
		}
		out = append(out, decoded)
	}
	switch {
	case len(out) > 0:
		return out, nil
	case first != nil:
		return nil, first
	}
	return nil, noBlock(text)
}

// rewrap sets the lines of a block again: one-line fields turn its line ends
// into spaces or drop them.
func rewrap(found string) string {
	marks := mark.FindAllString(found, -1)
	if len(marks) != 2 {
		return found
	}
	body := strings.TrimSuffix(strings.TrimPrefix(found, marks[0]), marks[1])
	return marks[0] + "\n" + strings.Join(strings.Fields(body), "\n") + "\n" + marks[1] + "\n"
}

// noBlock says why a text without a complete block is no key.
func noBlock(text string) *problem {
	if oddMark.MatchString(text) {
		return keyHyphens
	}
	found := beginning.FindStringSubmatch(text)
	if found == nil {
		return keyNoPEM
	}
	if p := labelProblem(found[1], text); p != nil {
		return p
	}
	return keyDamaged
}

// labelProblem judges a block by its label; nil for a private key to parse.
func labelProblem(label, text string) *problem {
	switch {
	case label == "ENCRYPTED PRIVATE KEY", strings.Contains(text, "Proc-Type: 4,ENCRYPTED"):
		return keyEncrypted
	case label == "PRIVATE KEY", label == "RSA PRIVATE KEY":
		return nil
	case strings.HasSuffix(label, "PUBLIC KEY"):
		return keyPublic
	case strings.Contains(label, "CERTIFICATE"):
		return keyCertificate
	case label == "OPENSSH PRIVATE KEY":
		return keyOpenSSH
	case strings.HasSuffix(label, "PRIVATE KEY"):
		return keyNotRSA
	}
	return keyNoPEM
}

// pkcs8 is PrivateKeyInfo of RFC 5208; what follows is ignored.
type pkcs8 struct {
	Version   int
	Algorithm struct {
		OID        asn1.ObjectIdentifier
		Parameters asn1.RawValue `asn1:"optional"`
	}
	Key []byte
}

// pkcs1 is RSAPrivateKey of RFC 8017.
type pkcs1 struct {
	Version             int
	N                   *big.Int
	E                   int
	D, P, Q, DP, DQ, QI *big.Int
}

// parse reads PKCS#8 or PKCS#1. It is written out here because the standard
// reader of keys pulls the network packages into a package without I/O.
func parse(b *pem.Block) (*rsa.PrivateKey, *problem) {
	if b.Type == "RSA PRIVATE KEY" {
		return parsePKCS1(b.Bytes)
	}
	var outer pkcs8
	if rest, err := asn1.Unmarshal(b.Bytes, &outer); err != nil || len(rest) > 0 {
		return nil, keyDamaged
	}
	if !outer.Algorithm.OID.Equal(asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 1, 1}) {
		return nil, keyNotRSA
	}
	return parsePKCS1(outer.Key)
}

func parsePKCS1(der []byte) (*rsa.PrivateKey, *problem) {
	var k pkcs1
	if rest, err := asn1.Unmarshal(der, &k); err != nil || len(rest) > 0 || k.Version != 0 {
		return nil, keyDamaged
	}
	for _, n := range []*big.Int{k.N, k.D, k.P, k.Q} {
		if n.Sign() <= 0 || n.BitLen() > maxKeyBits {
			return nil, outside(n)
		}
	}
	if k.N.BitLen() < minKeyBits {
		return nil, keyTooSmall
	}
	key := &rsa.PrivateKey{PublicKey: rsa.PublicKey{N: k.N, E: k.E}, D: k.D, Primes: []*big.Int{k.P, k.Q}}
	if key.Validate() != nil {
		return nil, keyDamaged
	}
	key.Precompute()
	return key, nil
}

func outside(n *big.Int) *problem {
	if n.Sign() <= 0 {
		return keyDamaged
	}
	return keyTooBig
}
