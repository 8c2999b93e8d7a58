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
