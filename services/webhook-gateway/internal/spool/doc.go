// Package spool keeps records on the local disk while their proper place is away:
// an append-only log of encrypted records that are on the disk before anybody is
// told so, and are given out again in the order in which they came.
//
// It knows segments, framing, syncing, what a crash leaves behind, how much room
// there is and whose directory it is. It refuses to know what a record is.
//
// Its durability is that of one disk.
package spool

import (
	"errors"

	"go.uber.org/zap"

	"github.com/dakoku/dakoku/platform/seal"
)

const (
	// segmentSize is after how many bytes a segment is full.
	segmentSize = 4 << 20
	// maxRecord bounds one record, in bytes.
	maxRecord = 256 << 10
	// batchRecords is how many records share a sync at most.
	batchRecords = 256
)

// ErrFull means that the spool has no room for a record.
var ErrFull = errors.New("spool: no room left")

// ErrUnwritable means that the disk did not take a record. It may or may not be
// there after a crash.
var ErrUnwritable = errors.New("spool: the disk cannot be written")

// Config is what a spool needs.
type Config struct {
	// Dir is the directory that the processes of one machine share; required. It
	// is made when it is missing, and must be on a local disk that lasts.
	Dir string
	// MaxBytes bounds what this process keeps in files; required.
	MaxBytes int64
	// Keys seal the key of each segment; required.
	Keys *seal.Keyring
	// Log receives file names, counts and reasons; nil means silence.
	Log *zap.Logger

	create func(path string) (file, error) // of segments; tests replace it
	sync   func(dir string) error          // of directories; tests watch it, and make it fail
}

// Batch is some records in their order.
type Batch struct {
	// Records are what was appended.
	Records [][]byte

	from    *segment
	until   int64 // offset behind the last record
	count   int
	damaged bool // something between them could not be read
}
