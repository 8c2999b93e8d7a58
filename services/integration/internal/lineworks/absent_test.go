package lineworks

import "testing"

func TestWhoIsAbsent(t *testing.T) {
	for code, want := range map[string]Absent{
		"USER_NOT_EXIST": Recipient, "CHANNEL_NOT_EXIST": Recipient, "ROOM_NOT_EXIST": Recipient, "ACCOUNT_NOT_EXIST": Recipient,
		"BOT_NOT_EXIST": TheBot, "BOTTLE_NOT_EXIST": Unclear, "NOT_FOUND": Unclear, "HTTP_404": Unclear, "001": Unclear, "DELETED": Unclear,
		"USER_NOT_FOUND": Unclear,
	} {
		if got := absentIn(code); got != want {
			t.Errorf("%s: %d", code, got)
		}
	}
	f := &Failure{Class: NotFound, Code: "NOT_FOUND"}
	if told := f.About(TheBot); told.Absent != TheBot || told.Code != f.Code || f.Absent != Unclear {
		t.Errorf("%+v from %+v", told, f)
	}
}
