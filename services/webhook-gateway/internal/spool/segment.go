package spool

import (
	"bytes"
	"crypto/cipher"
	"crypto/rand"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"hash/crc32"
	"io"
	"os"

	"github.com/dakoku/dakoku/platform/seal"
)

// A segment begins with magic, its random id (16 bytes), the sealed key with its
// length in front (four bytes), and a CRC-32C over all of that.
var magic = []byte("DKSPOOL1")

const (
	idSize = 16
	// window is how much is read at once; any record fits.
	window = 1 << 20
	// maxSealedKey bounds what a key service may make of a key.
	maxSealedKey = 64 << 10
)

// segment is one file of records.
type segment struct {
	path  string
	place *slot
	id    []byte
	key   []byte // sealed
	with  cipher.AEAD
	size  int64 // up to where records are on the disk
	bytes int64 // of the file
	read  int64 // where the first record begins that is not released
	left  int   // records that are not released
	kept  bool  // holds something that could not be given out or brought in

	unread bool // nothing of it is known, because it could not be read
}

// file is what a segment is written to.
type file interface {
	io.Writer
	Sync() error
	Truncate(size int64) error
	Close() error
}

func createFile(path string) (file, error) {
	return os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
}

func keyContext(id []byte) seal.Context {
	return seal.Context{Object: "spool/" + hex.EncodeToString(id), Purpose: "segment", Version: "1"}
}

// newHead makes the key of a new segment and the bytes the file begins with.
func newHead(keys *seal.Keyring, s *segment) ([]byte, error) {
	key := make([]byte, 32)
	s.id = make([]byte, idSize)
	_, _ = rand.Read(key) // never fails
	_, _ = rand.Read(s.id)
	var err error
	if s.with, err = newAEAD(key); err != nil {
		return nil, err
	}
	if s.key, err = keys.Seal(keyContext(s.id), key); err != nil {
		return nil, err
	}
	head := append(bytes.Clone(magic), s.id...)
	head = binary.BigEndian.AppendUint32(head, uint32(len(s.key)))
	head = append(head, s.key...)
	return binary.BigEndian.AppendUint32(head, crc32.Checksum(head, castagnoli)), nil
}

// readHead reads what a segment begins with; false for a file whose beginning was
// never completed, which holds no record.
func (s *segment) readHead(data []byte) bool {
	fixed := len(magic) + idSize + 4
	if len(data) < fixed || !bytes.HasPrefix(data, magic) {
		return false
	}
	length := int(binary.BigEndian.Uint32(data[fixed-4:]))
	if length > maxSealedKey || len(data) < fixed+length+4 {
		return false
	}
	end := fixed + length
	if binary.BigEndian.Uint32(data[end:]) != crc32.Checksum(data[:end], castagnoli) {
		return false
	}
	s.id, s.key = bytes.Clone(data[len(magic):fixed-4]), bytes.Clone(data[fixed:end])
	s.read, s.size = int64(end+4), int64(end+4)
	return true
}

// loadSegment reads what an earlier process left: whole records, and behind the
// last one possibly a torn tail, of which nobody was told that it is there, and
// which is cut. What is no record in front of one that is, or could be one at rest
// whose sum is wrong, means a damaged disk: the file is kept.
func loadSegment(path string) (s *segment, torn int64, err error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, 0, err
	}
	s = &segment{path: path, bytes: int64(len(data))}
	if !s.readHead(data) {
		_, s.kept = nextFrame(data, 0) // records come after a beginning that was synced
		return s, s.bytes, nil
	}
	for off := int(s.size); ; s.left++ {
		f, ok := nextFrame(data, off)
		if !ok {
			break
		}
		s.kept = s.kept || f.from != off
		off, s.size = f.to, int64(f.to)
	}
	if spoiled(data[s.size:]) {
		s.kept = true
		return s, 0, nil
	}
	if torn = s.bytes - s.size; torn > 0 && os.Truncate(path, s.size) == nil {
		s.bytes = s.size
	}
	return s, torn, nil
}

// open opens the segment's key once.
func (s *segment) open(keys *seal.Keyring) error {
	if s.with != nil {
		return nil
	}
	key, err := keys.Open(keyContext(s.id), s.key)
	if err != nil {
		return err
	}
	s.with, err = newAEAD(key)
	return err
}

// batch reads at most limit records from the first one that is not released; size
// is up to where they are on the disk. None means that there are none up to there:
// where a window has no record, it goes on with what may begin in it and end behind.
func (s *segment) batch(keys *seal.Keyring, limit int, size int64) (Batch, error) {
	out := Batch{from: s, until: s.read}
	if err := s.open(keys); err != nil {
		return out, err
	}
	for at := s.read; at < size && out.count == 0; at += window - maxFrame {
		data, err := s.window(at, size)
		if err != nil {
			return out, err
		}
		s.collect(&out, data, at, limit)
	}
	return out, nil
}

// collect adds the records in data, which lies at an offset in the file.
func (s *segment) collect(out *Batch, data []byte, at int64, limit int) {
	for off := 0; out.count < limit; {
		f, ok := nextFrame(data, off)
		if !ok {
			return
		}
		record, err := f.open(s.with, s.id)
		if err == nil {
			out.Records = append(out.Records, record)
		}
		out.damaged = out.damaged || err != nil || at+int64(f.from) != out.until
		off, out.until = f.to, at+int64(f.to)
		out.count++
	}
}

func (s *segment) window(at, size int64) ([]byte, error) {
	f, err := os.Open(s.path)
	if err != nil {
		return nil, err
	}
	defer func() { _ = f.Close() }()
	data := make([]byte, min(window, size-at))
	if _, err := f.ReadAt(data, at); err != nil && !errors.Is(err, io.EOF) {
		return nil, err
	}
	return data, nil
}

// remove takes the file away, or puts it aside for somebody to look at.
func (s *segment) remove() error {
	if s.kept {
		return os.Rename(s.path, s.path+keptSuffix)
	}
	return os.Remove(s.path)
}
