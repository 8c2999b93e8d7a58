package callback

import (
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"google.golang.org/protobuf/proto"

	"github.com/dakoku/dakoku/platform/seal"
	integrationv1 "github.com/dakoku/dakoku/proto/gen/dakoku/integration/v1"
)

// HardAge is how old the table may be for a callback to be accepted by it that is
// stored on this machine only, or for a start by the copy on the disk. A token that
// was revoked meanwhile is refused when its event is judged, as of the time it was
// received; a key that leaked and was replaced verifies for that long at most.
const HardAge = 15 * time.Minute

// maxFuture is how far a copy may lie ahead of our clock.
const maxFuture = time.Minute

// Copy keeps the last table that integration gave, sealed, on the disk, so that a
// door that starts while integration is away can tell who signs.
type Copy struct {
	// Path is the file; required.
	Path string
	// Keys seal it; required.
	Keys *seal.Keyring
}

var copyContext = seal.Context{Object: "endpoints", Purpose: "copy", Version: "1"}

// errOld is a copy that nobody may rely on any more.
var errOld = errors.New("the copy of the callback endpoints is too old")

// save replaces the copy. It is on the disk when save returns.
func (c *Copy) save(answer *integrationv1.ListEndpointsResponse, at time.Time) error {
	table, err := proto.Marshal(answer)
	if err != nil {
		return fmt.Errorf("copy of the callback endpoints: %w", err)
	}
	plain := append(binary.BigEndian.AppendUint64(nil, uint64(at.UnixMilli())), table...)
	defer clear(plain)
	sealed, err := c.Keys.Seal(copyContext, plain)
	if err == nil {
		err = replaceFile(c.Path, sealed)
	}
	if err != nil {
		return fmt.Errorf("copy of the callback endpoints: %w", err)
	}
	return nil
}

// Load fills a table that was never loaded, if the copy is not too old. What is
// wrong with it is an error; then the table stays as it was.
func (c *Copy) Load(table *Table, now time.Time) error {
	sealed, err := os.ReadFile(c.Path)
	if err != nil {
		return fmt.Errorf("copy of the callback endpoints: %w", err)
	}
	plain, err := c.Keys.Open(copyContext, sealed)
	if err != nil {
		return fmt.Errorf("copy of the callback endpoints: %w", err)
	}
	defer clear(plain)
	var answer integrationv1.ListEndpointsResponse
	if len(plain) < 8 || proto.Unmarshal(plain[8:], &answer) != nil {
		return errors.New("copy of the callback endpoints: not readable")
	}
	// The age is applied to our clock, whose steps then change nothing.
	age := now.Sub(time.UnixMilli(int64(binary.BigEndian.Uint64(plain))))
	if age > HardAge || age < -maxFuture {
		return errOld
	}
	endpoints, err := endpointsOf(&answer)
	if err != nil {
		return err
	}
	return table.Replace(answer.GetVersion(), endpoints, now.Add(-max(age, 0)))
}

// Current tells that the table is younger than HardAge.
func (t *Table) Current(now time.Time) bool {
	checked, loaded := t.Checked()
	return loaded && now.Sub(checked) <= HardAge
}

// replaceFile leaves either the old or the new file, also after a crash.
func replaceFile(path string, data []byte) error {
	temp, err := os.CreateTemp(filepath.Dir(path), ".new-*")
	if err != nil {
		return err
	}
	_, err = temp.Write(data)
	if err == nil {
		err = temp.Sync()
	}
	err = errors.Join(err, temp.Close())
	if err == nil {
		err = os.Rename(temp.Name(), path)
	}
	if err != nil {
		return errors.Join(err, os.Remove(temp.Name()))
	}
	dir, err := os.Open(filepath.Dir(path))
	if err != nil {
		return err
	}
	return errors.Join(dir.Sync(), dir.Close())
}
