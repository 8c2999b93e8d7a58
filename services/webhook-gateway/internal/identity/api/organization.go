package api

import (
	"context"
	"slices"

	"github.com/dakoku/dakoku/platform/fault"
	identityv1 "github.com/dakoku/dakoku/proto/gen/dakoku/identity/v1"
	"github.com/dakoku/dakoku/services/webhook-gateway/internal/identity"
	"google.golang.org/protobuf/reflect/protoreflect"
)

// UpdateOrganization changes the fields of the mask.
func (s *Server) UpdateOrganization(ctx context.Context, r *identityv1.UpdateOrganizationRequest) (*identityv1.UpdateOrganizationResponse, error) {
	from := r.GetOrganization()
	fields, err := masked(r.GetUpdateMask().GetPaths(), []string{"name", "time_zone", "locale", "closing_day"}, []string{"id", "etag"}, from)
	if err != nil {
		return nil, err
	}
	o, calendar, err := s.desk.ChangeOrganization(ctx, actor(ctx), from.GetEtag(), r.GetValidateOnly(), func(o *identity.Organization) {
		for _, field := range fields {
			switch field {
			case "name":
				o.Name = from.GetName()
			case "time_zone":
				o.TimeZone = from.GetTimeZone()
			case "locale":
				o.Locale = from.GetLocale()
			case "closing_day":
				o.ClosingDay = int(from.GetClosingDay())
			}
		}
	})
	if err != nil {
		return nil, err
	}
	if calendar {
		s.settled(ctx, o)
	}
	return &identityv1.UpdateOrganizationResponse{Organization: organization(o)}, nil
}

// masked are the fields to change, of those that can be changed; without a mask,
// those that are not empty. What the server owns may be sent and is not looked at.
func masked(paths, editable, owned []string, from protoreflect.ProtoMessage) ([]string, error) {
	if len(paths) == 0 {
		return slices.DeleteFunc(slices.Clone(editable), func(name string) bool {
			message := from.ProtoReflect()
			return !message.Has(message.Descriptor().Fields().ByName(protoreflect.Name(name)))
		}), nil
	}
	var fields []string
	for _, path := range paths {
		switch {
		case slices.Contains(editable, path):
			fields = append(fields, path)
		case !slices.Contains(owned, path):
			return nil, fault.Invalid(fault.Field{Path: "updateMask", Reason: "UNKNOWN_FIELD", Text: fault.Text{
				JA: "更新できない項目です: " + path, EN: "This field cannot be updated: " + path}})
		}
	}
	return fields, nil
}
