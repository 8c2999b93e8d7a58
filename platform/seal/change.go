package seal

import (
	"slices"

	"github.com/tink-crypto/tink-go/v2/aead"
	"github.com/tink-crypto/tink-go/v2/insecurecleartextkeyset"
	"github.com/tink-crypto/tink-go/v2/keyset"
	tinkpb "github.com/tink-crypto/tink-go/v2/proto/tink_go_proto"
	"google.golang.org/protobuf/proto"
)

// newestRing makes a keyset of one new key.
func newestRing() (*ring, error) {
	handle, err := keyset.NewHandle(aead.AES256GCMKeyTemplate())
	if err != nil {
		return nil, err
	}
	return newRing(insecurecleartextkeyset.KeysetMaterial(handle))
}

// added is the keyset with a new key, which is not primary yet.
func (r *ring) added() (*ring, error) {
	handle, err := handleOf(r.keys)
	if err != nil {
		return nil, err
	}
	manager := keyset.NewManagerFromHandle(handle)
	if _, err := manager.Add(aead.AES256GCMKeyTemplate()); err != nil {
		return nil, err
	}
	if handle, err = manager.Handle(); err != nil {
		return nil, err
	}
	return newRing(insecurecleartextkeyset.KeysetMaterial(handle))
}

// promoted is the keyset with another primary key.
func (r *ring) promoted(id uint32) (*ring, error) {
	return r.with(func(keys *tinkpb.Keyset) { keys.PrimaryKeyId = id })
}

// disabled is the keyset with these keys disabled.
func (r *ring) disabled(ids []uint32) (*ring, error) {
	return r.with(func(keys *tinkpb.Keyset) {
		for _, key := range keys.GetKey() {
			if slices.Contains(ids, key.GetKeyId()) {
				key.Status = tinkpb.KeyStatusType_DISABLED
			}
		}
	})
}

// without is the keyset after these keys were taken out.
func (r *ring) without(ids []uint32) (*ring, error) {
	return r.with(func(keys *tinkpb.Keyset) {
		keys.Key = slices.DeleteFunc(keys.GetKey(), func(key *tinkpb.Keyset_Key) bool { return slices.Contains(ids, key.GetKeyId()) })
	})
}

func (r *ring) with(change func(*tinkpb.Keyset)) (*ring, error) {
	keys, _ := proto.Clone(r.keys).(*tinkpb.Keyset)
	change(keys)
	return newRing(keys)
}
