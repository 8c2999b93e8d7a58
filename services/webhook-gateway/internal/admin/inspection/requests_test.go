package inspection

import (
	"slices"
	"strings"
	"testing"
	"time"

	attendancev1 "github.com/dakoku/dakoku/proto/gen/dakoku/attendance/v1"
	"google.golang.org/protobuf/types/known/timestamppb"
)

// requested is a record with a 退勤 that was asked for in the talk in place of another, and with requests of every state.
func requested() Record {
	at := func(hour, minute int) *timestamppb.Timestamp {
		return timestamppb.New(time.Date(2026, 11, 24, hour-9, minute, 0, 0, time.UTC))
	}
	r := record()
	r.Names["accounts/c"] = "人事 花子"
	r.Sheet.Days = []*attendancev1.Timesheet_Day{{Date: "2026-11-23", ClockOutText: "18:30", Punches: []*attendancev1.Punch{
		{Name: "punches/o", Kind: attendancev1.Punch_CLOCK_OUT, Time: at(-6, 0), Source: attendancev1.Punch_CHAT, State: attendancev1.Punch_VOIDED,
			VoidActor: "accounts/b", VoidReason: "会議が延びた", VoidTime: at(10, 0)},
		{Name: "punches/n", Kind: attendancev1.Punch_CLOCK_OUT, Time: at(-5, 30), ReceiveTime: at(10, 0), Source: attendancev1.Punch_REQUEST, State: attendancev1.Punch_VALID,
			Actor: "accounts/b", Reason: "会議が延びた", Corrects: "punches/o"},
	}, Uncounted: []string{"punches/o"}}}
	asked := func(id, period string, state attendancev1.CorrectionRequest_State, hour int) *attendancev1.CorrectionRequest {
		return &attendancev1.CorrectionRequest{
			Name: "correctionRequests/" + id, Kind: attendancev1.Punch_CLOCK_OUT, Time: at(-5, 30), BusinessDay: "2026-11-23", Period: period,
			Source: attendancev1.Punch_MANUAL, State: state, CreateTime: at(hour, 0), Actor: "accounts/a", Reason: "理由" + id,
		}
	}
	yes, no := asked("n", "2026-10", attendancev1.CorrectionRequest_APPROVED, 9), asked("x", "2026-11", attendancev1.CorrectionRequest_REJECTED, 11)
	yes.Source, yes.Actor, yes.Reason, yes.Corrects, yes.Punch = attendancev1.Punch_CHAT, "", "会議が延びた", "punches/o", "punches/n"
	yes.DecideTime, yes.Decider, yes.Comment = at(10, 0), "accounts/b", "議事録で確認"
	no.DecideTime, no.Decider, no.Comment = at(12, 0), "accounts/c", "入館記録と合わない"
	gone := asked("y", "2026-11", attendancev1.CorrectionRequest_WITHDRAWN, 13)
	gone.DecideTime, gone.Decider = at(14, 0), "accounts/a"
	r.Corrections = []*attendancev1.CorrectionRequest{
		asked("w", "2026-11", attendancev1.CorrectionRequest_REQUESTED, 15), gone, no, yes, asked("z", "2026-12", attendancev1.CorrectionRequest_REQUESTED, 16),
	}
	return r
}

// Who approved a request entered nothing and gave no reason: the new punch and the one it replaced say who asked, when,
// how and why, and who approved it with which comment.
func TestPageTellsWhoAskedAndWhoApproved(t *testing.T) {
	for language, want := range map[string]string{
		"ja": "<p>2026年11月24日 09:00:00.000 に 本人 が申請(トーク)。理由: 会議が延びた</p><p>承認済み: 2026年11月24日 10:00:00.000 に 上司 &lt;次郎&gt;(…b)。コメント: 議事録で確認</p>",
		"en": "<p>Asked for at 2026-11-24 09:00:00.000 by the employee (Chat): 会議が延びた</p><p>Approved at 2026-11-24 10:00:00.000 by 上司 &lt;次郎&gt; (…b): 議事録で確認</p>",
	} {
		out := rendered(t, requested(), language)
		replaces, replacedBy := map[string]string{"ja": "punches/o の訂正", "en": "In place of punches/o"}[language], map[string]string{"ja": "punches/n に訂正", "en": "Replaced by punches/n"}[language]
		for _, whole := range []string{want + "<p>" + replaces + "</p><code>punches/n</code>", "<p>" + replacedBy + "</p>" + want + "<code>punches/o</code>"} {
			if !strings.Contains(out, whole) {
				t.Errorf("%s: no %q in\n%s", language, whole, out)
			}
		}
		for _, wrong := range []string{"が入力", "が取消。", "Entered at", "Voided at"} {
			if strings.Contains(out, wrong) {
				t.Errorf("%s: %q is told of who approved\n%s", language, wrong, out)
			}
		}
	}
}

// A punch of a request that is not known any more still does not give the reason to who approved it.
func TestPageOfARequestThatIsGone(t *testing.T) {
	r := requested()
	r.Corrections = nil
	for language, want := range map[string]string{
		"ja": "<p>2026年11月24日 10:00:00.000 に 上司 &lt;次郎&gt;(…b) が修正申請を承認。申請の理由: 会議が延びた</p>",
		"en": "<p>Request approved at 2026-11-24 10:00:00.000 by 上司 &lt;次郎&gt; (…b); asked for because: 会議が延びた</p>",
	} {
		if out := rendered(t, r, language); !strings.Contains(out, want) {
			t.Errorf("%s: no %q in\n%s", language, want, out)
		}
	}
}

// Requests that became no punch stand on the page of their period, with what was decided.
func TestPageListsTheRequestsOfThePeriod(t *testing.T) {
	for language, wants := range map[string][]string{
		"ja": {"<td>申請中</td><td><p>2026年11月24日 15:00:00.000 に 総務 太郎(…a) が申請(管理画面・API)。理由: 理由w</p><code>correctionRequests/w</code>",
			"<td>取下げ</td><td><p>2026年11月24日 13:00:00.000 に 総務 太郎(…a) が申請(管理画面・API)。理由: 理由y</p><p>取下げ: 2026年11月24日 14:00:00.000 に 総務 太郎(…a)</p>",
			"理由x</p><p>却下: 2026年11月24日 12:00:00.000 に 人事 花子(…c)。コメント: 入館記録と合わない</p>"},
		"en": {"<td>Waits</td><td><p>Asked for at 2026-11-24 15:00:00.000 by 総務 太郎 (…a) (console or API): 理由w</p>", "<td>Withdrawn</td>", "<p>Rejected at 2026-11-24 12:00:00.000 by 人事 花子 (…c): 入館記録と合わない</p>"},
	} {
		out := rendered(t, requested(), language)
		for _, want := range wants {
			if !strings.Contains(out, want) {
				t.Errorf("%s: no %q in\n%s", language, want, out)
			}
		}
		if strings.Contains(out, "correctionRequests/n") || strings.Contains(out, "correctionRequests/z") {
			t.Errorf("%s: another period's request is listed", language)
		}
	}
	if got := requested().Actors(); !slices.Equal(got, []string{"accounts/b", "accounts/c", "accounts/a"}) {
		t.Error(got)
	}
}

// A day on which somebody said nothing but 取消 is none of the sheet and stands on the page in its place, once.
func TestPageHasTheDaysOfNothingButUndos(t *testing.T) {
	r := record()
	undo := func(id, day string, hour int) *attendancev1.Punch {
		at := timestamppb.New(time.Date(2026, 11, 22, hour-9, 0, 0, 0, time.UTC))
		return &attendancev1.Punch{Name: "punches/" + id, BusinessDay: day, Kind: attendancev1.Punch_UNDO, Time: at, Source: attendancev1.Punch_CHAT, State: attendancev1.Punch_VALID}
	}
	late := undo("late", "2026-11-22", 9)
	late.State, late.VoidTime, late.VoidActor, late.VoidReason = attendancev1.Punch_VOIDED, late.GetTime(), "accounts/d", "誤送信"
	r.Undos = []*attendancev1.Punch{undo("5", "2026-11-23", 32), late, undo("early", "2026-11-22", 8)}
	if got := r.Actors(); !slices.Contains(got, "accounts/d") {
		t.Error(got)
	}
	out := rendered(t, r, "ja")
	last := 0
	for _, want := range []string{"2026年11月22日 (日)", "<p>この取消で取り消された打刻はありません。</p><code>punches/early</code>", "誤送信</p><code>punches/late</code>", "2026年11月23日 (月)", "<code>punches/5</code>"} {
		at := strings.Index(out, want)
		if at < last || strings.Count(out, want) != 1 {
			t.Errorf("%q stands %d times, at %d after %d\n%s", want, strings.Count(out, want), at, last, out)
		}
		last = at
	}
	if len(r.Sheet.GetDays()) != 1 || strings.Count(out, "punches/early") != 1 {
		t.Error("the sheet was changed")
	}
}

// A 取消 says when it took nothing back. A day on which somebody took back an own punch was not corrected.
func TestPageTellsWhatAnUndoTook(t *testing.T) {
	r := record()
	said := r.Sheet.GetDays()[0].GetPunches()[2:5]
	r.Sheet.Days[0].Punches, r.Sheet.Days[0].Uncounted = said, []string{"punches/4", "punches/5"}
	for language, idle := range map[string]string{"ja": "<p>この取消で取り消された打刻はありません。</p>", "en": "<p>It took nothing back.</p>"} {
		if out := rendered(t, r, language); strings.Contains(out, idle) || strings.Contains(out, wordsIn(language).corrected) {
			t.Errorf("%s: %s", language, out)
		}
		none := record()
		none.Sheet.Days[0].Punches = said[1:]
		if out := rendered(t, none, language); !strings.Contains(out, idle+"<code>punches/5</code>") || strings.Count(out, idle) != 1 {
			t.Errorf("%s: %s", language, out)
		}
	}
}
