package seal

import (
	"bytes"
	"encoding/binary"
	"errors"
	"strconv"

	"github.com/tink-crypto/tink-go/v2/aead"
	"github.com/tink-crypto/tink-go/v2/insecurecleartextkeyset"
	"github.com/tink-crypto/tink-go/v2/keyset"
	tinkpb "github.com/tink-crypto/tink-go/v2/proto/tink_go_proto"
	"github.com/tink-crypto/tink-go/v2/tink"
	"google.golang.org/protobuf/proto"
)

// tinkPrefix begins every ciphertext of a Tink keyset; four bytes of key id follow.
const tinkPrefix, tinkHeader = 0x01, 5

// errPrimary tells a keyset whose primary key must not seal from a damaged one.
var errPrimary = errors.New("its primary key is disabled")

// ring is a parsed keyset. It never changes.
type ring struct {
	keys *tinkpb.Keyset
	wrap tink.AEAD // seals with the primary, opens with every key, also a disabled one
}

// parseRing reads Tink's JSON form of a keyset. Its errors quote nothing of it.
func parseRing(data []byte) (*ring, error) {
	keys, err := keyset.NewJSONReader(bytes.NewReader(data)).Read()
	if err != nil {
		return nil, errors.New("not a keyset")
	}
	return newRing(keys)
}

func newRing(keys *tinkpb.Keyset) (*ring, error) {
	open, ok := proto.Clone(keys).(*tinkpb.Keyset)
	if !ok {
		return nil, errors.New("not a keyset")
	}
	for _, key := range open.GetKey() {
		if key.GetKeyId() == keys.GetPrimaryKeyId() && key.GetStatus() != tinkpb.KeyStatusType_ENABLED {
			return nil, errPrimary
		}
		if key.GetOutputPrefixType() != tinkpb.OutputPrefixType_TINK {
			return nil, errors.New("not a keyset with key ids")
		}
		if key.GetStatus() == tinkpb.KeyStatusType_DISABLED {
			key.Status = tinkpb.KeyStatusType_ENABLED
		}
	}
	handle, err := handleOf(open)
	if err != nil {
		return nil, errors.New("not a keyset")
	}
	wrap, err := aead.New(handle)
	if err != nil {
		return nil, errors.New("not a keyset for AES-GCM")
	}
	return &ring{keys: keys, wrap: wrap}, nil
}

// json is the form that parseRing reads.
func (r *ring) json() ([]byte, error) {
	var out bytes.Buffer
	if err := keyset.NewJSONWriter(&out).Write(r.keys); err != nil {
		return nil, errors.New("the keyset cannot be written")
	}
	return out.Bytes(), nil
}

func (r *ring) primary() uint32 { return r.keys.GetPrimaryKeyId() }

func (r *ring) header() []byte {
	return binary.BigEndian.AppendUint32([]byte{tinkPrefix}, r.primary())
}

// state is keyUnknown for a key that is not there or whose material is destroyed.
func (r *ring) state(id uint32) keyState {
	for _, key := range r.keys.GetKey() {
		switch {
		case key.GetKeyId() != id:
		case key.GetStatus() == tinkpb.KeyStatusType_ENABLED:
			return keyUsable
		case key.GetStatus() == tinkpb.KeyStatusType_DISABLED:
			return keyDisabled
		}
	}
	return keyUnknown
}

// replaced are the enabled keys that the primary one has replaced: the older
// ones. A key is appended when it is made, so the order in the keyset is that of age.
func (r *ring) replaced() []uint32 {
	var ids []uint32
	for _, key := range r.keys.GetKey() {
		if key.GetKeyId() == r.primary() {
			break
		}
		if key.GetStatus() == tinkpb.KeyStatusType_ENABLED {
			ids = append(ids, key.GetKeyId())
		}
	}
	return ids
}

// shut are the keys that are disabled.
func (r *ring) shut() []uint32 {
	var ids []uint32
	for _, key := range r.keys.GetKey() {
		if key.GetStatus() == tinkpb.KeyStatusType_DISABLED {
			ids = append(ids, key.GetKeyId())
		}
	}
	return ids
}

// waiting is the newest key if it was added and is not primary yet.
func (r *ring) waiting() (uint32, bool) {
	last := r.keys.GetKey()[len(r.keys.GetKey())-1]
	return last.GetKeyId(), last.GetKeyId() != r.primary() && last.GetStatus() == tinkpb.KeyStatusType_ENABLED
}

// tinkID reads the key's id from what it has wrapped.
func tinkID(wrapped []byte) (uint32, bool) {
	if len(wrapped) <= tinkHeader || wrapped[0] != tinkPrefix {
		return 0, false
	}
	return binary.BigEndian.Uint32(wrapped[1:]), true
}

func idText(id uint32) string { return strconv.FormatUint(uint64(id), 10) }

// handleOf gives Tink a keyset to work with.
func handleOf(keys *tinkpb.Keyset) (*keyset.Handle, error) {
	raw, err := proto.Marshal(keys)
	if err != nil {
		return nil, err
	}
	defer clear(raw)
	return insecurecleartextkeyset.Read(keyset.NewBinaryReader(bytes.NewReader(raw)))
}
