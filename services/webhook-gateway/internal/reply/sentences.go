package reply

// words is a text in the order of languages.
type words [5]string

// english is the place of English in words.
const english = 1

var (
	languages = words{"ja_JP", "en_US", "ko_KR", "zh_CN", "zh_TW"}

	greeting = words{"{name}さん ", "{name}: ", "{name}님 ", "{name},", "{name},"}

	monthSuffix = words{"月分", "", "월분", "月", "月"}

	days = words{"%d月%d日", "", "%d월 %d일", "%d月%d日", "%d月%d日"}

	years = words{"%d年", "", "%d년 ", "%d年", "%d年"}

	kinds = map[string]words{
		"CLOCK_IN":    {"出勤", "Clock in", "출근", "上班", "上班"},
		"BREAK_START": {"休憩", "Start break", "휴식", "休息", "休息"},
		"BREAK_END":   {"復帰", "End break", "복귀", "结束休息", "結束休息"},
		"CLOCK_OUT":   {"退勤", "Clock out", "퇴근", "下班", "下班"},
		"GO_OUT":      {"外出", "Go out", "외출", "外出", "外出"},
		"COME_BACK":   {"戻り", "Come back", "복귀(외출)", "外出返回", "外出返回"},
		"UNDO":        {"取消", "Undo", "취소", "取消", "取消"},
	}
)

// sentence is what a template says.
type sentence struct {
	problem bool
	buttons bool
	words   words
	// late is for somebody who reads it hours later: it names the day, and tells what
	// was so at the time. Empty when the words stay true by themselves.
	late words
}

// sentences has every template of the contract. The Japanese texts are part of
// the public contract.
var sentences = map[string]sentence{
	"PUNCH_RECORDED": {words: words{
		"{who}{kind} {time} を記録しました。",
		"{who}{kind} {time} has been recorded.",
		"{who}{kind} {time} 기록했습니다.",
		"{who}已记录{kind} {time}。",
		"{who}已記錄{kind} {time}。",
	}, late: words{
		"{who}{date} {time} {kind}を記録しました。",
		"{who}{date} {time} {kind} was recorded.",
		"{who}{date} {time} {kind} 기록했습니다.",
		"{who}已记录 {date} {time} {kind}。",
		"{who}已記錄 {date} {time} {kind}。",
	}},
	"CLOCK_IN_REPEATED": {words: words{
		"すでに {previous} に出勤を記録しています。",
		"You have already clocked in at {previous}.",
		"이미 {previous}에 출근이 기록되어 있습니다.",
		"您已在 {previous} 记录上班。",
		"您已在 {previous} 記錄上班。",
	}, late: words{
		"{date} {time} 出勤: すでに {previous} に出勤を記録していました。",
		"{date} {time} Clock in: you had already clocked in at {previous}.",
		"{date} {time} 출근: 이미 {previous}에 출근이 기록되어 있었습니다.",
		"{date} {time} 上班:当时已在 {previous} 记录上班。",
		"{date} {time} 上班:當時已在 {previous} 記錄上班。",
	}},
	"REPEATED": {words: words{
		"すでに {previous} に{kind}を記録しています。",
		"{kind} has already been recorded at {previous}.",
		"이미 {previous}에 {kind} 기록이 있습니다.",
		"已在 {previous} 记录{kind}。",
		"已在 {previous} 記錄{kind}。",
	}, late: words{
		"{date} {time} {kind}: すでに {previous} に{kind}を記録していました。",
		"{date} {time} {kind}: it had already been recorded at {previous}.",
		"{date} {time} {kind}: 이미 {previous}에 기록되어 있었습니다.",
		"{date} {time} {kind}:当时已在 {previous} 记录。",
		"{date} {time} {kind}:當時已在 {previous} 記錄。",
	}},
	"CLOCK_OUT_REPLACED": {words: words{
		"退勤を {time} に更新しました(前回 {previous})。",
		"Your clock-out has been updated to {time} (previously {previous}).",
		"퇴근을 {time}(으)로 변경했습니다(이전 {previous}).",
		"下班时间已更新为 {time}(之前为 {previous})。",
		"下班時間已更新為 {time}(先前為 {previous})。",
	}, late: words{
		"{date} {time} 退勤に更新しました(前回 {previous})。",
		"{date} {time} Clock out was recorded (previously {previous}).",
		"{date} {time} 퇴근으로 변경했습니다(이전 {previous}).",
		"{date} 下班时间更新为 {time}(之前为 {previous})。",
		"{date} 下班時間更新為 {time}(先前為 {previous})。",
	}},
	"RECORDED_WITHOUT_CLOCK_IN": {problem: true, words: words{
		"{who}{kind} {time} を記録しました。出勤の打刻がありません。",
		"{who}{kind} {time} has been recorded. There is no clock-in for this day.",
		"{who}{kind} {time} 기록했습니다. 출근 기록이 없습니다.",
		"{who}已记录{kind} {time}。没有上班记录。",
		"{who}已記錄{kind} {time}。沒有上班記錄。",
	}, late: words{
		"{who}{date} {time} {kind}を記録しました。その時点で出勤の打刻がありませんでした。",
		"{who}{date} {time} {kind} was recorded. There was no clock-in for that day at the time.",
		"{who}{date} {time} {kind} 기록했습니다. 당시 출근 기록이 없었습니다.",
		"{who}已记录 {date} {time} {kind}。当时没有上班记录。",
		"{who}已記錄 {date} {time} {kind}。當時沒有上班記錄。",
	}},
	"UNLINKED": {problem: true, words: words{
		"LINE WORKSアカウントが従業員に紐付いていません。管理者に連絡してください。",
		"Your LINE WORKS account is not linked to an employee. Please contact your administrator.",
		"LINE WORKS 계정이 직원과 연결되어 있지 않습니다. 관리자에게 문의해 주세요.",
		"您的 LINE WORKS 账号未与员工关联。请联系管理员。",
		"您的 LINE WORKS 帳號未與員工連結。請聯絡管理員。",
	}, late: words{
		"LINE WORKSアカウントが従業員に紐付いていなかったため、打刻できませんでした。管理者に連絡してください。",
		"Your LINE WORKS account was not linked to an employee, so nothing was recorded. Please contact your administrator.",
		"LINE WORKS 계정이 직원과 연결되어 있지 않아 기록되지 않았습니다. 관리자에게 문의해 주세요.",
		"您的 LINE WORKS 账号当时未与员工关联,未能打卡。请联系管理员。",
		"您的 LINE WORKS 帳號當時未與員工連結,未能打卡。請聯絡管理員。",
	}},
	"SUBMITTED": {problem: true, words: words{
		"{month}の勤怠は申請済みのため打刻できません。差戻しを依頼してください。",
		"Your timesheet for {month} has been submitted, so you cannot punch. Please ask for it to be sent back.",
		"{month} 근태가 신청 완료되어 출퇴근을 기록할 수 없습니다. 반려를 요청해 주세요.",
		"{month}的考勤已提交,无法打卡。请申请退回。",
		"{month}的考勤已提交,無法打卡。請申請退回。",
	}, late: words{
		"{date} {time} {kind}: {month}の勤怠が申請済みだったため打刻できませんでした。差戻しを依頼してください。",
		"{date} {time} {kind}: your timesheet for {month} had been submitted, so it was not recorded. Please ask for it to be sent back.",
		"{date} {time} {kind}: {month} 근태가 신청 완료되어 기록되지 않았습니다. 반려를 요청해 주세요.",
		"{date} {time} {kind}:{month}的考勤当时已提交,未能打卡。请申请退回。",
		"{date} {time} {kind}:{month}的考勤當時已提交,未能打卡。請申請退回。",
	}},
	"HELD": {problem: true, words: words{
		"{month}の勤怠は申請済みのため、{kind} {time} を保留として預かりました。反映するには差戻しを依頼してください。",
		"Your timesheet for {month} has been submitted, so {kind} {time} is held for a decision. To have it applied, please ask for the timesheet to be sent back.",
		"{month} 근태가 신청 완료되어 {kind} {time} 기록을 보류했습니다. 반영하려면 반려를 요청해 주세요.",
		"{month}的考勤已提交,{kind} {time} 已暂存待处理。如需生效请申请退回。",
		"{month}的考勤已提交,{kind} {time} 已暫存待處理。如需生效請申請退回。",
	}, late: words{
		"{date} {time} {kind}: {month}の勤怠が申請済みだったため、保留として預かりました。反映するには差戻しを依頼してください。",
		"{date} {time} {kind}: your timesheet for {month} had been submitted, so it was held for a decision. To have it applied, please ask for the timesheet to be sent back.",
		"{date} {time} {kind}: {month} 근태가 신청 완료되어 보류했습니다. 반영하려면 반려를 요청해 주세요.",
		"{date} {time} {kind}:{month}的考勤当时已提交,已暂存待处理。如需生效请申请退回。",
		"{date} {time} {kind}:{month}的考勤當時已提交,已暫存待處理。如需生效請申請退回。",
	}},
	"AMBIGUOUS": {problem: true, words: words{
		"複数の打刻キーワードが含まれています。1つだけ送信してください。",
		"Your message contains several punch keywords. Please send only one.",
		"여러 개의 출퇴근 키워드가 포함되어 있습니다. 하나만 보내 주세요.",
		"消息中包含多个打卡关键词。请只发送一个。",
		"訊息中包含多個打卡關鍵字。請只傳送一個。",
	}, late: words{
		"複数の打刻キーワードが含まれていたため打刻できませんでした。1つだけ送信してください。",
		"Nothing was recorded because your message contained several punch keywords. Please send only one.",
		"여러 개의 출퇴근 키워드가 포함되어 기록되지 않았습니다. 하나만 보내 주세요.",
		"消息中包含多个打卡关键词,未能打卡。请只发送一个。",
		"訊息中包含多個打卡關鍵字,未能打卡。請只傳送一個。",
	}},
	"TEXT_ONLY": {problem: true, words: words{
		"テキストで送信してください。位置情報・スタンプ・画像には対応していません。",
		"Please send text. Locations, stickers and images are not supported.",
		"텍스트로 보내 주세요. 위치 정보, 스티커, 이미지는 지원하지 않습니다.",
		"请发送文字。不支持位置信息、贴图和图片。",
		"請傳送文字。不支援位置資訊、貼圖和圖片。",
	}, late: words{
		"位置情報・スタンプ・画像には対応していないため打刻できませんでした。テキストで送信してください。",
		"Nothing was recorded because locations, stickers and images are not supported. Please send text.",
		"위치 정보, 스티커, 이미지는 지원하지 않아 기록되지 않았습니다. 텍스트로 보내 주세요.",
		"不支持位置信息、贴图和图片,未能打卡。请发送文字。",
		"不支援位置資訊、貼圖和圖片,未能打卡。請傳送文字。",
	}},
	"EMPLOYEE_INACTIVE": {problem: true, words: words{
		"従業員が無効になっているため打刻できません。管理者に連絡してください。",
		"You cannot punch because your employee record is inactive. Please contact your administrator.",
		"직원이 비활성 상태이므로 출퇴근을 기록할 수 없습니다. 관리자에게 문의해 주세요.",
		"员工已停用,无法打卡。请联系管理员。",
		"員工已停用,無法打卡。請聯絡管理員。",
	}, late: words{
		"従業員が無効になっていたため打刻できませんでした。管理者に連絡してください。",
		"Nothing was recorded because your employee record was inactive. Please contact your administrator.",
		"직원이 비활성 상태여서 기록되지 않았습니다. 관리자에게 문의해 주세요.",
		"员工当时已停用,未能打卡。请联系管理员。",
		"員工當時已停用,未能打卡。請聯絡管理員。",
	}},
	"UNDONE": {words: words{
		"{who}{day} {time} {kind} を取り消しました。",
		"{who}{day} {time} {kind} has been taken back.",
		"{who}{day} {time} {kind} 기록을 취소했습니다.",
		"{who}已取消 {day} {time} {kind}。",
		"{who}已取消 {day} {time} {kind}。",
	}, late: words{
		"{who}{date} {time} {kind}を取り消しました。",
		"{who}{date} {time} {kind} was taken back.",
		"{who}{date} {time} {kind} 기록을 취소했습니다.",
		"{who}已取消 {date} {time} {kind}。",
		"{who}已取消 {date} {time} {kind}。",
	}},
	"RECORDED_UNDONE": {problem: true, words: words{
		"{who}{kind} {time} は、その後に送信された「取消」により取り消されました。取り消さない場合は管理者に連絡してください。",
		"{who}{kind} {time} was taken back by the undo that you sent after it. If it should count, please contact your administrator.",
		"{who}{kind} {time} 기록은 이후에 보낸 '취소'로 취소되었습니다. 취소하지 않으려면 관리자에게 문의해 주세요.",
		"{who}{kind} {time} 已被其后发送的“取消”取消。如不应取消,请联系管理员。",
		"{who}{kind} {time} 已被其後傳送的「取消」取消。如不應取消,請聯絡管理員。",
	}, late: words{
		"{who}{date} {time} {kind}は、その後に送信された「取消」により取り消されました。取り消さない場合は管理者に連絡してください。",
		"{who}{date} {time} {kind} was taken back by the undo that you sent after it. If it should count, please contact your administrator.",
		"{who}{date} {time} {kind} 기록은 이후에 보낸 '취소'로 취소되었습니다. 취소하지 않으려면 관리자에게 문의해 주세요.",
		"{who}{date} {time} {kind} 已被其后发送的“取消”取消。如不应取消,请联系管理员。",
		"{who}{date} {time} {kind} 已被其後傳送的「取消」取消。如不應取消,請聯絡管理員。",
	}},
	"NOTHING_TO_UNDO": {problem: true, words: words{
		"取り消せる打刻がありません。修正が必要な場合は管理者に連絡してください。",
		"There is no punch to take back. If something must be corrected, please contact your administrator.",
		"취소할 수 있는 기록이 없습니다. 수정이 필요하면 관리자에게 문의해 주세요.",
		"没有可取消的打卡。如需更正请联系管理员。",
		"沒有可取消的打卡。如需更正請聯絡管理員。",
	}, late: words{
		"「取消」を送信した時点で取り消せる打刻がありませんでした。修正が必要な場合は管理者に連絡してください。",
		"When you sent the undo there was no punch to take back. If something must be corrected, please contact your administrator.",
		"'취소'를 보낸 시점에 취소할 수 있는 기록이 없었습니다. 수정이 필요하면 관리자에게 문의해 주세요.",
		"您发送“取消”时没有可取消的打卡。如需更正请联系管理员。",
		"您傳送「取消」時沒有可取消的打卡。如需更正請聯絡管理員。",
	}},
	"UNDONE_BEFORE": {problem: true, words: words{
		"最後の打刻はすでに取り消されています。その前の打刻の修正は管理者に連絡してください。",
		"Your last punch has already been taken back. To correct one before it, please contact your administrator.",
		"마지막 기록은 이미 취소되었습니다. 그 이전 기록의 수정은 관리자에게 문의해 주세요.",
		"最后一次打卡已被取消。如需更正更早的打卡请联系管理员。",
		"最後一次打卡已被取消。如需更正更早的打卡請聯絡管理員。",
	}, late: words{
		"「取消」を送信した時点で最後の打刻はすでに取り消されていました。その前の打刻の修正は管理者に連絡してください。",
		"When you sent the undo your last punch had already been taken back. To correct one before it, please contact your administrator.",
		"'취소'를 보낸 시점에 마지막 기록은 이미 취소된 상태였습니다. 그 이전 기록의 수정은 관리자에게 문의해 주세요.",
		"您发送“取消”时,最后一次打卡已被取消。如需更正更早的打卡请联系管理员。",
		"您傳送「取消」時,最後一次打卡已被取消。如需更正更早的打卡請聯絡管理員。",
	}},
	"UNDO_TOO_LATE": {problem: true, words: words{
		"最後の打刻から時間が経っているため取り消せません。修正は管理者に連絡してください。",
		"Your last punch was too long ago to be taken back. To correct it, please contact your administrator.",
		"마지막 기록 후 시간이 지나 취소할 수 없습니다. 수정은 관리자에게 문의해 주세요.",
		"距上次打卡时间过长,无法取消。如需更正请联系管理员。",
		"距上次打卡時間過長,無法取消。如需更正請聯絡管理員。",
	}, late: words{
		"「取消」を送信した時点で最後の打刻から時間が経っていたため、取り消せませんでした。修正は管理者に連絡してください。",
		"When you sent the undo your last punch was too long ago to be taken back. To correct it, please contact your administrator.",
		"'취소'를 보낸 시점에 마지막 기록 후 시간이 지나 취소되지 않았습니다. 수정은 관리자에게 문의해 주세요.",
		"您发送“取消”时距上次打卡时间过长,未能取消。如需更正请联系管理员。",
		"您傳送「取消」時距上次打卡時間過長,未能取消。如需更正請聯絡管理員。",
	}},
	"UNDO_SUBMITTED": {problem: true, words: words{
		"{month}の勤怠は申請済みのため取り消せません。差戻しを依頼してください。",
		"Your timesheet for {month} has been submitted, so nothing in it can be taken back. Please ask for it to be sent back.",
		"{month} 근태가 신청 완료되어 취소할 수 없습니다. 반려를 요청해 주세요.",
		"{month}的考勤已提交,无法取消打卡。请申请退回。",
		"{month}的考勤已提交,無法取消打卡。請申請退回。",
	}, late: words{
		"{date} {time} 取消: {month}の勤怠が申請済みだったため取り消せませんでした。差戻しを依頼してください。",
		"{date} {time} Undo: your timesheet for {month} had been submitted, so nothing was taken back. Please ask for it to be sent back.",
		"{date} {time} 취소: {month} 근태가 신청 완료되어 취소되지 않았습니다. 반려를 요청해 주세요.",
		"{date} {time} 取消:{month}的考勤当时已提交,未能取消。请申请退回。",
		"{date} {time} 取消:{month}的考勤當時已提交,未能取消。請申請退回。",
	}},
	"UNDO_HELD": {problem: true, words: words{
		"最後の打刻は{month}の勤怠の保留となり記録されていないため、取消も保留として預かりました。管理者に連絡してください。",
		"Your last punch was held for your timesheet of {month} and is not recorded, so the undo is held as well. Please contact your administrator.",
		"마지막 기록은 {month} 근태에서 보류되어 기록되지 않았으므로 취소도 보류했습니다. 관리자에게 문의해 주세요.",
		"最后一次打卡曾作为{month}考勤的暂存处理而未记录,因此取消也已暂存。请联系管理员。",
		"最後一次打卡曾作為{month}考勤的暫存處理而未記錄,因此取消也已暫存。請聯絡管理員。",
	}, late: words{
		"{date} {time} 取消: 最後の打刻が{month}の勤怠の保留となり記録されていなかったため、取消も保留として預かりました。管理者に連絡してください。",
		"{date} {time} Undo: your last punch had been held for your timesheet of {month} and was not recorded, so the undo was held as well. Please contact your administrator.",
		"{date} {time} 취소: 마지막 기록이 {month} 근태에서 보류되어 기록되지 않았으므로 취소도 보류했습니다. 관리자에게 문의해 주세요.",
		"{date} {time} 取消:最后一次打卡曾作为{month}考勤的暂存处理而未记录,因此取消也已暂存。请联系管理员。",
		"{date} {time} 取消:最後一次打卡曾作為{month}考勤的暫存處理而未記錄,因此取消也已暫存。請聯絡管理員。",
	}},
	"CORRECTION_REQUESTED": {words: words{
		"{day} {time} {kind} の修正を申請しました。承認されると記録されます。",
		"Your correction has been requested: {kind}, {day} {time}. It will be recorded when it is approved.",
		"{day} {time} {kind} 수정을 신청했습니다. 승인되면 기록됩니다.",
		"已申请补正 {day} {time} {kind}。批准后将予以记录。",
		"已申請補正 {day} {time} {kind}。核准後將予以記錄。",
	}, late: words{
		"{date} {time} {kind} の修正申請を受け付けました。承認されると記録されます。",
		"Your request for a correction was received: {kind}, {date} {time}. It is recorded when it is approved.",
		"{date} {time} {kind} 수정 신청을 접수했습니다. 승인되면 기록됩니다.",
		"已受理补正申请 {date} {time} {kind}。批准后将予以记录。",
		"已受理補正申請 {date} {time} {kind}。核准後將予以記錄。",
	}},
	"CORRECTION_UNCLEAR": {problem: true, words: words{
		"修正申請として読み取れませんでした。何も記録・申請していません。「修正 9:00 出勤 打刻を忘れました」のように、時刻・打刻キーワード・理由を空白で区切って送信してください。前日以前は「修正 11/26 18:30 退勤 理由」のように日付を付けてください。未来の時刻は申請できません。",
		"This could not be read as a request for a correction, so nothing was recorded or requested. Please send the time, the punch keyword and the reason, like 「修正 9:00 出勤 I forgot to punch」. For an earlier day add the date, like 「修正 11/26 18:30 退勤 reason」. A time in the future cannot be requested.",
		"수정 신청으로 읽을 수 없어 기록하거나 신청하지 않았습니다. 「修正 9:00 出勤 사유」처럼 시각, 출퇴근 키워드, 사유를 띄어 써서 보내 주세요. 이전 날짜는 「修正 11/26 18:30 退勤 사유」처럼 날짜를 붙여 주세요. 미래 시각은 신청할 수 없습니다.",
		"无法识别为补正申请,未记录也未申请。请用空格分隔时间、打卡关键词和理由发送,例如「修正 9:00 出勤 忘记打卡」。之前的日期请加上日期,例如「修正 11/26 18:30 退勤 理由」。不能申请未来的时间。",
		"無法識別為補正申請,未記錄也未申請。請用空格分隔時間、打卡關鍵字和理由傳送,例如「修正 9:00 出勤 忘記打卡」。之前的日期請加上日期,例如「修正 11/26 18:30 退勤 理由」。不能申請未來的時間。",
	}, late: words{
		"以前のメッセージは修正申請として読み取れなかったため、何も記録・申請していません。「修正 11/26 18:30 退勤 理由」のように、日付・時刻・打刻キーワード・理由を空白で区切って送信してください。",
		"An earlier message could not be read as a request for a correction, so nothing was recorded or requested. Please send the date, the time, the punch keyword and the reason, like 「修正 11/26 18:30 退勤 reason」.",
		"이전 메시지는 수정 신청으로 읽을 수 없어 기록하거나 신청하지 않았습니다. 「修正 11/26 18:30 退勤 사유」처럼 날짜, 시각, 출퇴근 키워드, 사유를 띄어 써서 보내 주세요.",
		"之前的消息无法识别为补正申请,未记录也未申请。请用空格分隔日期、时间、打卡关键词和理由发送,例如「修正 11/26 18:30 退勤 理由」。",
		"之前的訊息無法識別為補正申請,未記錄也未申請。請用空格分隔日期、時間、打卡關鍵字和理由傳送,例如「修正 11/26 18:30 退勤 理由」。",
	}},
	"CORRECTION_SUBMITTED": {problem: true, words: words{
		"{month}の勤怠は申請済みのため、{kind} {time} の修正は申請できません。差戻しを依頼してください。",
		"Your timesheet for {month} has been submitted, so the correction ({kind} {time}) cannot be requested. Please ask for the timesheet to be sent back.",
		"{month} 근태가 신청 완료되어 {kind} {time} 수정을 신청할 수 없습니다. 반려를 요청해 주세요.",
		"{month}的考勤已提交,无法申请补正 {kind} {time}。请申请退回。",
		"{month}的考勤已提交,無法申請補正 {kind} {time}。請申請退回。",
	}, late: words{
		"{date} {time} {kind}: {month}の勤怠が申請済みだったため、修正を申請できませんでした。差戻しを依頼してください。",
		"{date} {time} {kind}: your timesheet for {month} had been submitted, so the correction was not requested. Please ask for the timesheet to be sent back.",
		"{date} {time} {kind}: {month} 근태가 신청 완료되어 수정을 신청하지 못했습니다. 반려를 요청해 주세요.",
		"{date} {time} {kind}:{month}的考勤当时已提交,未能申请补正。请申请退回。",
		"{date} {time} {kind}:{month}的考勤當時已提交,未能申請補正。請申請退回。",
	}},
	"GUIDE": {buttons: true, words: words{
		"ボタンを押すか、打刻キーワードを送信すると打刻できます。",
		"Press a button or send a punch keyword to record your attendance.",
		"버튼을 누르거나 출퇴근 키워드를 보내면 기록됩니다.",
		"按下按钮或发送打卡关键词即可打卡。",
		"按下按鈕或傳送打卡關鍵字即可打卡。",
	}},
}
