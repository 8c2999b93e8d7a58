package link

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"strconv"
	"strings"
)

// Digest is a SHA-256.
type Digest [sha256.Size]byte

// Receipt says by which link a sender was found to be an employee, so that it
// can be checked later against the history: up to which entry it went and what
// that entry's digest was, and a digest of what the sender was found by. It names
// nobody. The zero value is no receipt.
type Receipt struct {
	Seq    int64 // of the newest entry of the organization's history
	Head   Digest
	Sender Digest // see ByUser and ByAccount
}

// ByUser is the digest of a sender who was found by the userId.
func ByUser(tenant, user string) Digest { return senderDigest(tenant, "user", user) }

// ByAccount is the digest of a sender who was found by the account.
func ByAccount(tenant, account string) Digest { return senderDigest(tenant, "account", account) }

// senderDigest writes each part with its length in front, so that no two senders
// are written alike.
func senderDigest(parts ...string) Digest {
	var text []byte
	for _, part := range append([]string{"dakoku.sender.v1"}, parts...) {
		text = binary.BigEndian.AppendUint64(text, uint64(len(part)))
		text = append(text, part...)
	}
	return sha256.Sum256(text)
}

// String is how a receipt travels and is stored; it has at most 110 bytes. The
// zero receipt is empty.
func (r Receipt) String() string {
	if r == (Receipt{}) {
		return ""
	}
	encode := base64.RawURLEncoding.EncodeToString
	return strings.Join([]string{strconv.FormatInt(r.Seq, 10), encode(r.Head[:]), encode(r.Sender[:])}, ".")
}

// ParseReceipt reads what String wrote.
func ParseReceipt(text string) (r Receipt, err error) {
	part := strings.Split(text, ".")
	if len(part) != 3 {
		return Receipt{}, fmt.Errorf("a receipt of a link has three parts, this has %d", len(part))
	}
	if r.Seq, err = strconv.ParseInt(part[0], 10, 64); err != nil {
		return Receipt{}, fmt.Errorf("receipt of a link: %w", err)
	}
	for i, into := range []*Digest{&r.Head, &r.Sender} {
		sum, err := base64.RawURLEncoding.Strict().DecodeString(part[i+1])
		if err != nil || len(sum) != len(into) {
			return Receipt{}, fmt.Errorf("part %d of the receipt of a link is no digest", i+2)
		}
		copy(into[:], sum)
	}
	return r, nil
}
