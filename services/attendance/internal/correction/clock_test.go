package correction

import (
	"strings"
	"testing"
	"time"
)

// A time is understood as people write it, in any width.
func TestClocks(t *testing.T) {
	r := rules(t, "Asia/Tokyo")
	sent := time.Date(2026, time.November, 27, 23, 59, 0, 0, r.Zone)
	for word, want := range map[string]string{
		"9:00": "09:00", "9.00": "09:00", "９．３０": "09:30", "09.05": "09:05", "0900": "09:00", "900": "09:00", "０９３０": "09:30", "1830": "18:30",
		"9時": "09:00", "９時半": "09:30", "18時5分": "18:05", "九時": "09:00", "十時": "10:00", "十八時三十分": "18:30", "二十三時五分": "23:05", "九時半": "09:30", "〇時": "", "零時": "",
		"0960": "", "4800": "", "9.5": "", "9.000": "", "90": "", "9": "", "09000": "", "九": "", "九時間": "", "一時的": "", "十十時": "", "時": "", "半": "",
	} {
		c, ok := Read("修正 " + word + " 出勤 忘れ")
		request, asks := c.In(kindOf, silent)
		at, known := c.At(sent, r)
		if want == "" {
			if request.Clear && known {
				t.Errorf("%q: %s", word, at)
			}
			continue
		}
		if got := at.In(r.Zone).Format("15:04"); !ok || !asks || !request.Clear || !known || got != want {
			t.Errorf("%q: %s %v %+v", word, got, known, request)
		}
	}
}

// What begins with 修正 and has a time in it is no command, and must not punch either.
func TestWhatMayHaveBeenMeantAsACommand(t *testing.T) {
	for text, doubtful := range map[string]bool{
		"修正 昨日の 9:00 出勤 忘れ": true, "修正 お願いします 9:00 出勤 忘れ": true, "修正 至急 出勤 ９時": true, "修正お願いします 9:00 出勤 忘れ": true,
		"修正、9:00 出勤 忘れ": true, "修正済み 9:00 出勤": true, "fix the clock 9:00 in forgot": true, "修正版は15時に送ります": true,
		"修正お願いします。今朝の出勤は9:00でした": true, "修正申請します。昨日は18時30分に退勤していました": true, "修正してください、昨日9:00出勤です": true,
		"修正お願いします 出勤は0900でした": true, "修正 0900に出勤しました": true, "修正9.00 出勤 忘れ": true, "修正０９００ 出勤 忘れ": true, "修正お願いします 出勤 900": true,
		"修正お願いします。九時に出勤しました": true, "修正 十時 に出勤": true, "修正 出勤は９．００": true, "fix0900 in forgot": true, "fix 900 by in": true,
		"修正済み 出勤": false, "修正しました 出勤": false, "お願いします 9:00 出勤": false, "お願いします 0900 出勤": false, "prefix 9:00 in": false, "修正 残業3時間 出勤": false,
		"修正 次は2026年版 出勤": false, "修正 残業三時間 出勤": false, "修正 一時的に 出勤": false, "修正 10 出勤": false, "修正 12345 出勤": false, "修正 1.5 倍 出勤": false,
		"修正 1.2.30 出勤": false, "修正 当時 出勤": false, "修正 :90 出勤": false, "修正 .90 出勤": false, "prefix0900 in": false, "fixed 0900 in": false,
	} {
		c, ok := Read(text)
		_, asks := c.In(kindOf, silent)
		request, instead := c.In(kindOf, punching)
		if asks || instead != doubtful || request != (Request{}) || !ok && doubtful {
			t.Errorf("%q: asks %v, instead of a punch %v, want %v", text, asks, instead, doubtful)
		}
	}
}

// What is no time for sure is one only before a phrase: in a group room people correct other things.
func TestFiguresOfOtherThings(t *testing.T) {
	for _, text := range []string{"修正 500 部 印刷しました", "修正 2.10 を公開しました", "修正 1230 件", "修正 十時 集合", "fix 404 page"} {
		c, _ := Read(text)
		if _, asks := c.In(kindOf, silent); asks {
			t.Errorf("%q asks", text)
		}
	}
	if _, ok := Read(strings.Repeat("修", 1<<16) + "0900"); ok {
		t.Error("a long word")
	}
}
