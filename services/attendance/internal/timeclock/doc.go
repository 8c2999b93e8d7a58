// Package timeclock decides what one event from a talk room means for one employee's attendance.
//
// It knows the kinds of punch, the company's calendar (zone, cutoff, longest shift, closing day), to which
// business day and period an instant belongs, and the one terminal outcome of an event together with the facts
// that a truthful answer needs.
//
// It refuses to know where events come from, how words are matched (package phrase), how a month is added up
// (package timesheet) and where anything is stored: it has no I/O, no clock and no state. Every decision is a
// function of the set of facts handed in, never of the order in which they arrived.
package timeclock
