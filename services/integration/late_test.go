package integration_test

import (
	"testing"
	"time"

	"google.golang.org/protobuf/types/known/timestamppb"

	integrationv1 "github.com/dakoku/dakoku/proto/gen/dakoku/integration/v1"
)

// An answer to an event of last night is read in the morning: it names the day.
func TestAnAnswerInTheMorningNamesLastNight(t *testing.T) {
	t.Parallel()
	c := newTalk(t, newWorld(t))
	answer := reply(c.tenant, c.conn, key(t), integrationv1.Credentials_V2, c.person.ID, "退勤 18:05 を記録しました。")
	answer.Priority = integrationv1.Reply_CONFIRMATION
	answer.LateTexts = []*integrationv1.LocalizedText{{Language: "ja_JP", Text: "11/26 18:05 退勤を記録しました。"}}
	answer.EventTime = timestamppb.New(time.Now().Add(-15 * time.Hour))
	c.send(t, answer)
	c.sent = 1
	c.arrived(t)
	const want = "お知らせが遅れました。以下は受付時点の内容で、その後の訂正は含みません。\n11/26 18:05 退勤を記録しました。"
	if got := c.shown(t, c.person.ID, c.keys.BotID)[0].Text; got != want {
		t.Errorf("%q", got)
	}
}
