// Package timesheet folds punches into days and guards the state of a period.
//
// It knows which 出勤 and which 退勤 of a day count, how breaks pair up, what was worked, what a person should look
// at, and which verb is allowed in which state of a timesheet.
//
// It refuses to know who asks, where punches are stored and what time it is. The fold is a function of the set of
// punches: order of arrival, repetition and delay make no difference, and nothing is ever rounded.
package timesheet
