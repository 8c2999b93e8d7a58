package timeclock

import "testing"

// What a 取消 took back is told apart from what counts.
func TestTakenBack(t *testing.T) {
	set := saidSet(t, "CLOCK_IN 23T09:00", "CLOCK_OUT 23T18:00", "UNDO 23T18:00:40")
	if TakenBack(set, "k00") || !TakenBack(set, "k01") || TakenBack(set, "nobody's") {
		t.Error("the 取消 is about the 退勤")
	}
}
