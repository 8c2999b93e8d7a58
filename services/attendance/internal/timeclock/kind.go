package timeclock

// Kind is the kind of a punch, spelled as in the public contract. The zero value is no kind.
type Kind string

// The kinds of punch a person can make.
const (
	ClockIn    Kind = "CLOCK_IN"    // 出勤
	BreakStart Kind = "BREAK_START" // 休憩
	BreakEnd   Kind = "BREAK_END"   // 復帰
	ClockOut   Kind = "CLOCK_OUT"   // 退勤
	GoOut      Kind = "GO_OUT"      // 外出
	ComeBack   Kind = "COME_BACK"   // 戻り
)

// Undo is 取消: what a person says to take the last punch back. It is kept among the punches, as a fact of its own, and
// is no kind of punch: it has no phrases in the settings and nobody enters it by hand.
const Undo Kind = "UNDO"

// Kinds lists every kind in the order of a working day; the slice is the caller's to keep.
func Kinds() []Kind {
	return []Kind{ClockIn, BreakStart, BreakEnd, ClockOut, GoOut, ComeBack}
}

// Valid reports whether k is one of Kinds.
func (k Kind) Valid() bool {
	switch k {
	case ClockIn, BreakStart, BreakEnd, ClockOut, GoOut, ComeBack:
		return true
	case Undo:
	}
	return false
}
