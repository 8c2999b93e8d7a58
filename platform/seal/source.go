package seal

import (
	"encoding/base64"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"

	"github.com/dakoku/dakoku/platform/config"
)

// Source says where key-encryption keys come from: the service if there is one,
// else the set if it is not empty, else the file.
type Source struct {
	// Path is the key file; it is made when nothing was sealed yet.
	Path string
	// Set is the base64 of a keyset in Tink's JSON form, which is what the file holds.
	Set config.Secret
	// Setting is the name of the setting that holds Set, for error lines.
	Setting string
	// Service wraps every data key. Path or Set then only open what was sealed
	// before there was a service, and need not exist.
	Service KeyService
}

// name says in error lines which key is meant. It is never the key.
func (s Source) name() string {
	switch {
	case s.Service != nil:
		return "sealing key service"
	case s.Set != "":
		return "sealing key of " + s.Setting
	}
	return "sealing key " + s.Path
}

// remedy is what to do about a wrong or missing key.
func (s Source) remedy() string {
	switch {
	case s.Service != nil:
		return "configure the right key service"
	case s.Set != "":
		return "set " + s.Setting + " to the keys of this database"
	}
	return "restore the right file from your backup"
}

// Existing opens the keyring that sealed something before. It makes no file and
// does not prove that the keys are those of any data.
func Existing(s Source) (*Keyring, error) { return s.open(true) }

// open makes the keyring. Only where nothing was sealed yet may it make a file.
func (s Source) open(sealedBefore bool) (*Keyring, error) {
	if s.Service != nil {
		before, err := s.before()
		if err != nil {
			return nil, err
		}
		return newKeyring(&remote{service: s.Service, before: before}), nil
	}
	keys, err := s.local(sealedBefore)
	if err != nil {
		return nil, err
	}
	return newKeyring(keys), nil
}

func (s Source) local(sealedBefore bool) (*local, error) {
	if s.Set != "" {
		return s.parse()
	}
	keys, err := openFile(s.Path)
	if !errors.Is(err, fs.ErrNotExist) {
		return keys, err
	}
	if sealedBefore {
		return nil, fmt.Errorf("sealing key %s is missing, but the database holds data sealed with it; restore the file from your backup", s.Path)
	}
	return createFile(s.Path)
}

// before is the keyset that sealed before there was a service; nil without one.
func (s Source) before() (*local, error) {
	if s.Set == "" {
		if _, err := os.Stat(s.Path); s.Path == "" || errors.Is(err, fs.ErrNotExist) {
			return nil, nil
		}
	}
	return s.local(true)
}

func (s Source) parse() (*local, error) {
	ring, err := decode(s.Set)
	if errors.Is(err, errPrimary) {
		return nil, fmt.Errorf("%s: %w, so nothing can be sealed", s.Setting, err)
	}
	if err != nil {
		return nil, fmt.Errorf("%s is not the base64 of a keyset for AES-GCM; `master-keys new` makes one, and base64 of an existing key file is one", s.Setting)
	}
	return &local{ring: ring}, nil
}

// decode reads a set; its errors quote nothing of it.
func decode(set config.Secret) (*ring, error) {
	data, err := base64.StdEncoding.DecodeString(strings.Join(strings.Fields(set.Reveal()), ""))
	if err != nil {
		return nil, errors.New("not base64")
	}
	return parseRing(data)
}

func encode(r *ring) (config.Secret, error) {
	data, err := r.json()
	return config.Secret(base64.StdEncoding.EncodeToString(data)), err
}
