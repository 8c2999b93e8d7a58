package spool

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"encoding/binary"
	"errors"
	"hash/crc32"
)

// A record on the disk is a head (length of the ciphertext, number within the
// segment, CRC-32C over both and the ciphertext; four bytes each, big endian) and
// the ciphertext: AES-256-GCM with the segment's own key. The number is the
// nonce, so records cannot change places; a key never sees a number twice, because
// a segment that was left or that a write failed in is never continued.
const (
	headSize, tagSize = 12, 16
	maxFrame          = headSize + maxRecord + tagSize
)

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

var errDamaged = errors.New("spool: a record is damaged")

func newAEAD(key []byte) (cipher.AEAD, error) {
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, err
	}
	return cipher.NewGCM(block)
}

func nonce(number uint32) []byte {
	return binary.BigEndian.AppendUint32(make([]byte, 8, 12), number)
}

// appendFrame writes one record behind to.
func appendFrame(to []byte, with cipher.AEAD, id, record []byte, number uint32) []byte {
	at := len(to)
	to = binary.BigEndian.AppendUint32(to, uint32(len(record)+with.Overhead()))
	to = binary.BigEndian.AppendUint32(to, number)
	to = append(to, 0, 0, 0, 0)
	to = with.Seal(to, nonce(number), record, id)
	binary.BigEndian.PutUint32(to[at+8:], sum(to[at:]))
	return to
}

// sum is the checksum of a frame, whose own place does not count.
func sum(frame []byte) uint32 {
	return crc32.Update(crc32.Checksum(frame[:8], castagnoli), castagnoli, frame[headSize:])
}

// frame is one whole record within some bytes.
type frame struct {
	number   uint32
	sealed   []byte
	from, to int // where it begins, and where the next one does
}

// whole reads the record that begins at off; false if there is none.
func whole(data []byte, off int) (frame, bool) {
	if len(data)-off < headSize {
		return frame{}, false
	}
	length := int(binary.BigEndian.Uint32(data[off:]))
	if length < tagSize || length > maxRecord+tagSize || length > len(data)-off-headSize {
		return frame{}, false
	}
	end := off + headSize + length
	if binary.BigEndian.Uint32(data[off+8:]) != sum(data[off:end]) {
		return frame{}, false
	}
	return frame{binary.BigEndian.Uint32(data[off+4:]), data[off+headSize : end], off, end}, true
}

// nextFrame finds the first whole record at off or behind it. What a disk has
// spoiled costs the records there and not those that follow.
func nextFrame(data []byte, off int) (frame, bool) {
	for ; len(data)-off > headSize; off++ {
		if f, ok := whole(data, off); ok {
			return f, true
		}
	}
	return frame{}, false
}

// spoiled tells of what lies behind the last whole record whether it was one: its
// length fits and its end is there. A write that a crash tore has no end, or zeros.
func spoiled(tail []byte) bool {
	if len(tail) < headSize {
		return false
	}
	length := int(binary.BigEndian.Uint32(tail))
	if length < tagSize || length > maxRecord+tagSize || length > len(tail)-headSize {
		return false
	}
	end := headSize + length
	return !bytes.Equal(tail[end-tagSize:end], make([]byte, tagSize))
}

func (f frame) open(with cipher.AEAD, id []byte) ([]byte, error) {
	record, err := with.Open(nil, nonce(f.number), f.sealed, id)
	if err != nil {
		return nil, errDamaged
	}
	return record, nil
}
