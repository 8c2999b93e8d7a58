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
	for code, want := range map[string]bool{
		"USER_NOT_EXIST": true, "NOT_FOUND": true, "DELETED": true, "BOT_NOT_EXIST": false, "DOMAIN_NOT_EXIST": false, "APP_NOT_EXIST": false,
		"HTTP_404": false, "001": false,
	} {
		if got := (&Failure{Class: NotFound, Code: code, Absent: absentIn(code)}).Nobody(); got != want {
			t.Errorf("%s: nobody %v", code, got)
		}
	}
	f := &Failure{Class: NotFound, Code: "NOT_FOUND"}
	if told := f.About(TheBot); told.Absent != TheBot || told.Nobody() || told.Code != f.Code || f.Absent != Unclear {
		t.Errorf("%+v from %+v", told, f)
	}
}
