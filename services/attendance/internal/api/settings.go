package api

import (
	"context"
	"strings"

	"google.golang.org/protobuf/types/known/timestamppb"

	"github.com/dakoku/dakoku/platform/fault"
	"github.com/dakoku/dakoku/platform/rpc"
	attendancev1 "github.com/dakoku/dakoku/proto/gen/dakoku/attendance/v1"
	"github.com/dakoku/dakoku/services/attendance/internal/phrase"
	"github.com/dakoku/dakoku/services/attendance/internal/store"
	"github.com/dakoku/dakoku/services/attendance/internal/timeclock"
)

// GetPunchSettings reads the settings in force.
func (a *Admin) GetPunchSettings(ctx context.Context, req *attendancev1.GetPunchSettingsRequest) (*attendancev1.GetPunchSettingsResponse, error) {
	c, err := caller(ctx)
	if err != nil {
		return nil, err
	}
	connection := strings.ToLower(req.GetConnection())
	settings, err := a.store.GetSettings(ctx, c.Tenant, connection)
	if err != nil {
		return nil, err
	}
	return &attendancev1.GetPunchSettingsResponse{PunchSettings: settingsMessage(connection, settings)}, nil
}

// UpdatePunchSettings checks the settings as a whole and stores the next version.
func (a *Admin) UpdatePunchSettings(ctx context.Context, req *attendancev1.UpdatePunchSettingsRequest) (*attendancev1.UpdatePunchSettingsResponse, error) {
	c, err := caller(ctx)
	if err != nil {
		return nil, err
	}
	wanted, err := readSettings(req.GetPunchSettings())
	if err != nil {
		return nil, err
	}
	connection := strings.ToLower(req.GetConnection())
	change := func(held store.Settings) (store.Settings, error) {
		if etag := req.GetPunchSettings().GetEtag(); etag != "" && etag != etagOf(held.Version) {
			return held, store.StaleEtag()
		}
		return wanted, nil
	}
	stored, err := a.store.PutSettings(ctx, c.Tenant, connection, actor(c), req.GetValidateOnly(), change)
	if err != nil {
		return nil, err
	}
	return &attendancev1.UpdatePunchSettingsResponse{PunchSettings: settingsMessage(connection, stored)}, nil
}

// TestPunchSettings explains a sentence under the settings in force.
func (a *Admin) TestPunchSettings(ctx context.Context, req *attendancev1.TestPunchSettingsRequest) (*attendancev1.TestPunchSettingsResponse, error) {
	c, err := caller(ctx)
	if err != nil {
		return nil, err
	}
	settings, err := a.store.GetSettings(ctx, c.Tenant, strings.ToLower(req.GetConnection()))
	if err != nil {
		return nil, err
	}
	matcher, err := phrase.Compile(settings.Words)
	if err != nil {
		return nil, err
	}
	reading := matcher.Match(req.GetText())
	reason, text := explain(reading)
	return &attendancev1.TestPunchSettingsResponse{
		Kind: kindMessage(reading.Kind), Phrase: reading.Phrase, TriggerWord: reading.Trigger,
		Reason: reason, Explanation: text.In(rpc.Language(ctx)),
	}, nil
}

func explain(r timeclock.Reading) (string, fault.Text) {
	switch r.Miss {
	case timeclock.MissNone:
		return "", fault.Text{JA: "打刻として記録されます。", EN: "This is recorded as a punch."}
	case timeclock.MissTrigger:
		return "NO_TRIGGER", fault.Text{
			JA: "打刻キーワードはありますが、引き金となる言葉がないため打刻されません。",
			EN: "There is a phrase but no trigger word, so this is no punch.",
		}
	case timeclock.MissAmbiguous:
		return "AMBIGUOUS", fault.Text{
			JA: "複数の打刻キーワードが含まれているため打刻されません。",
			EN: "There are phrases of several kinds, so this is no punch.",
		}
	default:
		return "NO_PHRASE", fault.Text{JA: "打刻キーワードが含まれていません。", EN: "There is no phrase in this."}
	}
}

func settingsMessage(connection string, s store.Settings) *attendancev1.PunchSettings {
	words := s.Words.Phrases
	message := &attendancev1.PunchSettings{
		Name: "connections/" + connection + "/punchSettings",
		Phrases: &attendancev1.PunchSettings_Phrases{
			ClockIn: words[timeclock.ClockIn], BreakStart: words[timeclock.BreakStart], BreakEnd: words[timeclock.BreakEnd],
			ClockOut: words[timeclock.ClockOut], GoOut: words[timeclock.GoOut], ComeBack: words[timeclock.ComeBack],
		},
		TriggerWords:    s.Words.Triggers,
		TriggerPosition: attendancev1.PunchSettings_TriggerPosition(attendancev1.PunchSettings_TriggerPosition_value[string(s.Words.Position)]),
		Reply: &attendancev1.PunchSettings_Reply{
			Mode:  attendancev1.PunchSettings_Reply_Mode(attendancev1.PunchSettings_Reply_Mode_value[s.ReplyMode]),
			Place: placeMessage(s.ReplyAt),
		},
		Version: s.Version, Etag: etagOf(s.Version),
	}
	if !s.Created.IsZero() {
		message.UpdateTime = timestamppb.New(s.Created)
	}
	return message
}
