package store

import (
	"encoding/hex"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5/pgtype"
)

// column is one column of rows.
func column[R, V any](rows []R, value func(*R) V) []V {
	values := make([]V, len(rows))
	for i := range rows {
		values[i] = value(&rows[i])
	}
	return values
}

// id is a UUID in words, which travels as its bytes; empty is null.
type id string

// UUIDValue implements pgtype.UUIDValuer.
func (i id) UUIDValue() (pgtype.UUID, error) {
	if i == "" {
		return pgtype.UUID{}, nil
	}
	parsed, err := uuid.Parse(string(i))
	return pgtype.UUID{Bytes: parsed, Valid: err == nil}, err
}

// hexBytes are bytes in hex, as the keys of events are, which travel as they are; empty is null.
type hexBytes string

// BytesValue implements pgtype.BytesValuer.
func (h hexBytes) BytesValue() ([]byte, error) {
	if h == "" {
		return nil, nil
	}
	return hex.DecodeString(string(h))
}
