package api

import (
	"context"
	"strings"

	"google.golang.org/protobuf/types/known/timestamppb"

	attendancev1 "github.com/dakoku/dakoku/proto/gen/dakoku/attendance/v1"
	"github.com/dakoku/dakoku/services/attendance/internal/store"
	"github.com/dakoku/dakoku/services/attendance/internal/timeclock"
)

// GetPunchSettings reads the settings in force, or those of a version.
func (a *Admin) GetPunchSettings(ctx context.Context, req *attendancev1.GetPunchSettingsRequest) (*attendancev1.GetPunchSettingsResponse, error) {
	c, err := caller(ctx)
	if err != nil {
		return nil, err
	}
	connection := strings.ToLower(req.GetConnection())
	settings, err := a.store.GetSettings(ctx, c.Tenant, connection, req.Version)
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
