// Package correction reads the command by which people ask in a talk room for a punch that they forgot or that is wrong:
// 「修正 9:00 出勤 打刻を忘れました」.
//
// It knows how a command is spelled and which instant its day and time are on the company's clock. It refuses to know
// the company's phrases (package phrase), what becomes of the wish (package timeclock) and who approves it: it has no
// I/O, no clock and no state.
package correction
