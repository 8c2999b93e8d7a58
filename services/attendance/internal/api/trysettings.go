package api

import (
	"context"
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/dakoku/dakoku/platform/fault"
	"github.com/dakoku/dakoku/platform/rpc"
	attendancev1 "github.com/dakoku/dakoku/proto/gen/dakoku/attendance/v1"
	"github.com/dakoku/dakoku/services/attendance/internal/correction"
	"github.com/dakoku/dakoku/services/attendance/internal/phrase"
	"github.com/dakoku/dakoku/services/attendance/internal/store"
	"github.com/dakoku/dakoku/services/attendance/internal/timeclock"
)

// TestPunchSettings explains a sentence under the settings in force, or under those of the request.
func (a *Admin) TestPunchSettings(ctx context.Context, req *attendancev1.TestPunchSettingsRequest) (*attendancev1.TestPunchSettingsResponse, error) {
	settings, err := a.tried(ctx, req)
	if err != nil {
		return nil, err
	}
	matcher := phrase.New(settings.Words)
	e := matcher.Explain(req.GetText())
	reason, text := explain(e)
	if asked, explanation, asks := explainCommand(req.GetText(), matcher, e.Kind != ""); asks {
		e.Reading, reason, text = timeclock.Reading{}, asked, explanation
	}
	res := &attendancev1.TestPunchSettingsResponse{
		Kind: kindMessage(e.Kind), Phrase: e.Phrase, TriggerWord: e.Trigger,
		Reason: reason, Explanation: text.In(rpc.Language(ctx)), SettingsVersion: settings.Version,
	}
	at, runes := 0, 0 // phrases are in order and trigger words are: no letter is counted more than twice
	for _, f := range e.Found {
		if f.Start < at {
			at, runes = 0, 0
		}
		runes, at = runes+utf8.RuneCountInString(req.GetText()[at:f.Start]), f.Start
		piece := req.GetText()[f.Start:f.End]
		res.Found = append(res.Found, &attendancev1.TestPunchSettingsResponse_Found{
			Kind: kindMessage(f.Kind), Word: f.Written, Text: piece,
			Start: int32(runes), Length: int32(utf8.RuneCountInString(piece)),
		})
	}
	return res, nil
}

func (a *Admin) tried(ctx context.Context, req *attendancev1.TestPunchSettingsRequest) (store.Settings, error) {
	c, err := caller(ctx)
	if err != nil {
		return store.Settings{}, err
	}
	if given := req.GetPunchSettings(); given != nil {
		return readSettings(given)
	}
	return a.store.GetSettings(ctx, c.Tenant, strings.ToLower(req.GetConnection()), nil)
}

// unclear is the answer to a command that cannot be read, as the gateway words it.
var unclear = fault.Text{
	JA: "修正申請として読み取れませんでした。何も記録・申請していません。「修正 9:00 出勤 打刻を忘れました」のように、時刻・打刻キーワード・理由を空白で区切って送信してください。前日以前は「修正 11/26 18:30 退勤 理由」のように日付を付けてください。未来の時刻は申請できません。",
	EN: "This could not be read as a request for a correction, so nothing was recorded or requested. Please send the time, the punch keyword and the reason, like 「修正 9:00 出勤 I forgot to punch」. For an earlier day add the date, like 「修正 11/26 18:30 退勤 reason」. A time in the future cannot be requested.",
}

// explainCommand says what becomes of a text that asks for a correction, or that would punch and may have been meant so,
// as far as it can be told before it is sent.
func explainCommand(text string, m *phrase.Matcher, punches bool) (reason string, explanation fault.Text, asks bool) {
	command, ok := correction.Read(text)
	if !ok {
		return "", fault.Text{}, false
	}
	switch request, asks := command.In(whole(m), func() bool { return punches }); {
	case !asks:
		return "", fault.Text{}, false
	case !request.Clear:
		return "CORRECTION_UNCLEAR", unclear, true
	}
	return "CORRECTION", fault.Text{
		JA: "修正申請として扱われ、打刻されません。承認されると記録されます。未来の時刻と申請済みの期間は申請できません。",
		EN: "This asks for a correction and is no punch itself. It is recorded when somebody approves it. A time in the future and a submitted period cannot be asked for.",
	}, true
}

func explain(e phrase.Explanation) (reason string, text fault.Text) {
	switch {
	case e.Kind == timeclock.Undo:
		return "", fault.Text{
			JA: "打刻から、勤務ルールの「取消できる秒数」以内に送信すると、その打刻が取り消されます。0秒のときは打刻にも取消にもなりません。",
			EN: "Sent after a punch within the undo window of the work rules, this takes the punch back. With a window of 0 it is nothing.",
		}
	case e.Miss == timeclock.MissNone:
		return "", fault.Text{JA: "打刻として記録されます。", EN: "This is recorded as a punch."}
	case e.TooLong:
		return "TOO_LONG", fault.Text{JA: "長すぎるため打刻として扱われません。", EN: "This is too long to be a punch."}
	case e.Miss == timeclock.MissAmbiguous:
		return "AMBIGUOUS", fault.Text{
			JA: fmt.Sprintf("複数の種類の打刻キーワード（%s）が含まれているため打刻されません。", words(e.Found, "「%s」", "")),
			EN: fmt.Sprintf("There are phrases of several kinds (%s), so this is no punch.", words(e.Found, "%s", ", ")),
		}
	case e.Misplaced:
		return "TRIGGER_NOT_AT_HEAD", fault.Text{
			JA: "引き金となる言葉が先頭にないため打刻されません。",
			EN: "The trigger word is not at the head, so this is no punch.",
		}
	case e.Miss == timeclock.MissTrigger:
		return "NO_TRIGGER", fault.Text{
			JA: "打刻キーワードはありますが、引き金となる言葉がないため打刻されません。",
			EN: "There is a phrase but no trigger word, so this is no punch.",
		}
	case e.Mentioned:
		return "NO_PHRASE", fault.Text{
			JA: "打刻キーワードは先頭のメンション（@）の中にしかないため打刻されません。",
			EN: "The only phrase is in the mention (@) at the head, so this is no punch.",
		}
	default:
		return "NO_PHRASE", fault.Text{JA: "打刻キーワードが含まれていません。", EN: "There is no phrase in this."}
	}
}

// words lists the phrases that were found, each once.
func words(found []phrase.Found, each, between string) string {
	var list []string
	seen := map[string]bool{}
	for _, f := range found {
		if f.Kind != "" && !seen[f.Written] {
			seen[f.Written] = true
			list = append(list, fmt.Sprintf(each, f.Written))
		}
	}
	return strings.Join(list, between)
}
