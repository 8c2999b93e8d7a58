// Package store keeps the attendance context in PostgreSQL: one file per table.
//
// It knows SQL, which rows a transaction locks and in which order, and how a constraint's name becomes a fault. It
// refuses to know how an outcome is decided: decisions are handed in as functions that run on the locked rows.
package store
