// Package retention knows for how long records are kept: the law's years, from when they count, and what stops them
// from ending.
//
// It knows days and years. It refuses to know rows, and who removes them.
package retention
