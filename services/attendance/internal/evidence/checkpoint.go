package evidence

import (
	"encoding/hex"
	"encoding/json"
	"fmt"
	"time"

	"github.com/dakoku/dakoku/platform/signing"
)

// Checkpoint says where a company's chain stood at a time.
type Checkpoint struct {
	Tenant    string
	Number    int64 // 1, 2, 3 ... of the company
	Position  int64 // of the last seal
	Head      []byte
	At        time.Time
	Key       string // id of the signing key
	Signature []byte
}

// Verifier knows the signatures of one key.
type Verifier interface {
	Signed(message, signature []byte) bool
	ID() string
}

// Signer signs, too.
type Signer interface {
	Verifier
	Sign(message []byte) []byte
	Public() signing.Public
}

// Sign completes the checkpoint.
func (c Checkpoint) Sign(with Signer) Checkpoint {
	c.Key = with.ID()
	c.Signature = with.Sign(c.message())
	return c
}

// SignedBy tells whether the signature is the signer's.
func (c Checkpoint) SignedBy(signer Verifier) bool {
	return c.Key == signer.ID() && signer.Signed(c.message(), c.Signature)
}

// Same tells whether two checkpoints say the same.
func (c Checkpoint) Same(as Checkpoint) bool {
	return string(c.message()) == string(as.message()) && string(c.Signature) == string(as.Signature)
}

func (c Checkpoint) message() []byte {
	sum := hash([]byte("dakoku.checkpoint.v1"), []byte(c.Tenant), number(c.Number), number(c.Position), c.Head, number(c.At.UnixMilli()), []byte(c.Key))
	return sum[:]
}

type line struct {
	Tenant    string    `json:"tenant"`
	Number    int64     `json:"number"`
	Position  int64     `json:"position"`
	Head      string    `json:"head"`
	At        time.Time `json:"made_at"`
	Key       string    `json:"key"`
	Signature string    `json:"signature"`
}

func (c Checkpoint) line() ([]byte, error) {
	text, err := json.Marshal(line{c.Tenant, c.Number, c.Position, hex.EncodeToString(c.Head), c.At.UTC(), c.Key, hex.EncodeToString(c.Signature)})
	return append(text, '\n'), err
}

func parse(text []byte) (Checkpoint, error) {
	var l line
	if err := json.Unmarshal(text, &l); err != nil {
		return Checkpoint{}, fmt.Errorf("a line is no checkpoint: %w", err)
	}
	head, err := hex.DecodeString(l.Head)
	if err != nil {
		return Checkpoint{}, fmt.Errorf("a line is no checkpoint: %w", err)
	}
	signature, err := hex.DecodeString(l.Signature)
	if err != nil {
		return Checkpoint{}, fmt.Errorf("a line is no checkpoint: %w", err)
	}
	return Checkpoint{l.Tenant, l.Number, l.Position, head, l.At, l.Key, signature}, nil
}
