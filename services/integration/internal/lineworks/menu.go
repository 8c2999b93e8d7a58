package lineworks

// PunchMenu is the persistent menu of a punch bot, in the five languages of the
// platform. The postback values are part of the public contract.
func PunchMenu() []Button {
	languages := [...]string{"ja_JP", "en_US", "ko_KR", "zh_CN", "zh_TW"}
	var out []Button
	for _, b := range []struct {
		kind   string
		labels [len(languages)]string
	}{
		{"CLOCK_IN", [...]string{"出勤", "Clock in", "출근", "上班", "上班"}},
		{"BREAK_START", [...]string{"休憩", "Start break", "휴식", "休息", "休息"}},
		{"BREAK_END", [...]string{"復帰", "End break", "복귀", "结束休息", "結束休息"}},
		{"CLOCK_OUT", [...]string{"退勤", "Clock out", "퇴근", "下班", "下班"}},
	} {
		button := Button{Postback: "dakoku:" + b.kind}
		for i, label := range b.labels {
			button.Labels = append(button.Labels, Text{Language: languages[i], Text: label})
		}
		out = append(out, button)
	}
	return out
}
