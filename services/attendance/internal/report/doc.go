// Package report writes timesheets as a table that people open in a spreadsheet.
//
// It knows the columns, their words in Japanese and English, and how a cell is kept from becoming a formula. It refuses
// to know where timesheets come from and what they mean: it adds nothing up that the fold has not.
package report
