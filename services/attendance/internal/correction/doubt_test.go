package correction

import (
	"strings"
	"testing"
	"unicode/utf8"
)

// What begins with 修正 and has a time or a day in it is no command, and must not punch either.
func TestWhatMayHaveBeenMeantAsACommand(t *testing.T) {
	for text, doubtful := range map[string]bool{
		"修正 昨日の 9:00 出勤 忘れ": true, "修正 お願いします 9:00 出勤 忘れ": true, "修正 至急 出勤 ９時": true, "修正お願いします 9:00 出勤 忘れ": true,
		"修正、9:00 出勤 忘れ": true, "修正済み 9:00 出勤": true, "fix the clock 9:00 in forgot": true, "修正版は15時に送ります": true,
		"修正お願いします。今朝の出勤は9:00でした": true, "修正申請します。昨日は18時30分に退勤していました": true, "修正してください、昨日9:00出勤です": true,
		"修正お願いします 出勤は0900でした": true, "修正 0900に出勤しました": true, "修正9.00 出勤 忘れ": true, "修正０９００ 出勤 忘れ": true, "修正お願いします 出勤 900": true,
		"修正お願いします。九時に出勤しました": true, "修正 十時 に出勤": true, "修正 出勤は９．００": true, "fix0900 in forgot": true, "fix 900 by in": true,
		"修正お願いします。昨日の退勤を忘れました": true, "修正 昨日の退勤 忘れ": true, "修正お願いします 11/26 退勤 忘れ": true, "修正お願いします １１／２６ 退勤": true,
		"修正お願いします 11月26日の退勤 忘れ": true, "修正 きのう退勤を忘れた": true, "修正依頼 一昨日の出勤": true, "修正 おとといの出勤": true, "修正お願いします。26日の退勤": true,
		"fix it, it was Yesterday": true, "修正お願いします。昨夜の退勤": true, "修正 昨晩の退勤": true, "修正お願いします。今日の出勤": false, "fix it today in": false,
		"修正 3日間 出勤": false, "修正 3日分 出勤": false, "修正 3日目 出勤": false, "修正 零:30 出勤": true, "修正 午前9に出勤": true, "修正 午後6に退勤": true, "修正 午前 9に出勤": true, "修正 出勤は PM6": true, "修正 / 出勤": false, "修正 /3 出勤": false,
		"修正 9 時 出勤 忘れ": true, "修正 出勤は９　時": true, "修正 正午 退勤": true, "修正 零時 退勤": true, "修正 深夜0時退勤": true, "修正 9am 出勤": true, "修正 出勤は ９ ＰＭ": true,
		"修正 9 a.m. 出勤": true, "fix 9amps in": false, "修正 九:00 出勤": true, "修正 出勤は9﹕00": true, "修正 出勤は9∶00": true, "修正 出勤は9︓00": true, "修正 出勤は9﹒00": true, "修正 出勤は AM9": true, "修正 午後 6に退勤": true, "修正 午前 .出勤": false,
		"修正 9 時間 出勤": false, "修正 .時 出勤": false, "修正 12345.50 出勤": false, "修正 12345.50": false,
		"fix,9:00 in": true, "fix済み 9:00 出勤": true, "fixes,9:00 in": false,
		"【修正】9:00 出勤 忘れ": true, "＜修正＞ 出勤は9時": true, "■修正 出勤は9時": true, "①修正 出勤は9時": true, "・ ・修正 出勤は9時": true, "🚶 修正 9:00": false, "・修正お願いします 9:00 出勤": true, "\ufeff修正お願いします 9:00 出勤": true, "@a 「修正願い」 9:00 出勤": true,
		"a修正 9:00 出勤": false, "1修正 9:00 出勤": false, "【お願い】修正 9:00 出勤": false,
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

// Of what is long each character costs little, whatever it is.
func BenchmarkDoubt(b *testing.B) {
	for _, piece := range []string{"修", "１", "1 ", "1. ", "１時間", "午前 ", "1234年", "1.1 ", "..1 ", "123年", "1", "九"} {
		b.Run(piece, func(b *testing.B) {
			text := "修正お願いします " + strings.Repeat(piece, 8000/utf8.RuneCountInString(piece))
			for b.Loop() {
				Read(text)
			}
		})
	}
}
