package api

import (
	identityv1 "github.com/dakoku/dakoku/proto/gen/dakoku/identity/v1"
	"github.com/dakoku/dakoku/services/webhook-gateway/internal/identity"
	"google.golang.org/protobuf/types/known/timestamppb"
)

func installation(r *identityv1.SetUpRequest, place identity.Place) identity.NewInstallation {
	o, a := r.GetOrganization(), r.GetAdministrator()
	return identity.NewInstallation{
		Secret: r.GetSetupSecret(),
		Organization: identity.Organization{
			Name: o.GetName(), TimeZone: o.GetTimeZone(), Locale: o.GetLocale(), ClosingDay: int(o.GetClosingDay()),
		},
		Account:  identity.Account{Email: a.GetEmail(), Name: a.GetName()},
		Password: a.GetPassword(),
		Place:    place,
	}
}

func account(a identity.Account) *identityv1.Account {
	message := &identityv1.Account{
		Name: "accounts/" + a.ID, Email: a.Email, DisplayName: a.Name, Role: role(a.Role), State: state(a.State),
		Departments: a.Departments, TotpEnabled: a.TOTP, OpenIdBound: a.OpenID, Etag: a.ETag(), CreateTime: timestamppb.New(a.Created),
	}
	if a.Employee != "" {
		message.Employee = "employees/" + a.Employee
	}
	return message
}

// Link is what a person is given; the secret stands after the #, so that no
// server on the way sees it.
func Link(base string, i identity.Invitation) string { return base + "/#invitation=" + i.Secret }

func (s *Server) invitation(i identity.Invitation) *identityv1.Invitation {
	return &identityv1.Invitation{
		Secret: i.Secret, Link: Link(s.base, i), ExpireTime: timestamppb.New(i.Expires),
	}
}

func sessions(list []identity.Session, current string) []*identityv1.Session {
	var messages []*identityv1.Session
	for _, n := range list {
		messages = append(messages, &identityv1.Session{
			Name: "sessions/" + n.ID, CreateTime: timestamppb.New(n.Created), UseTime: timestamppb.New(n.Used),
			ExpireTime: timestamppb.New(n.Expires()), Address: n.Address, UserAgent: n.Agent, Current: n.ID == current,
		})
	}
	return messages
}

func organization(o identity.Organization) *identityv1.Organization {
	return &identityv1.Organization{
		Id: o.ID, Name: o.Name, TimeZone: o.TimeZone, Locale: o.Locale,
		ClosingDay: int32(o.ClosingDay),
		Etag:       o.ETag(),
	}
}

func apiKey(k identity.APIKey) *identityv1.ApiKey {
	key := &identityv1.ApiKey{
		Name: "apiKeys/" + k.ID, DisplayName: k.Name, Role: role(k.Role),
		ExpireTime: timestamppb.New(k.Expires), CreateTime: timestamppb.New(k.Created), Creator: "accounts/" + k.Creator,
	}
	if !k.Used.IsZero() {
		key.LastUseTime = timestamppb.New(k.Used)
	}
	return key
}

// role translates by name: the contract and the domain spell roles alike.
func role(r identity.Role) identityv1.Role {
	return identityv1.Role(identityv1.Role_value[string(r)])
}

func state(s identity.State) identityv1.Account_State {
	return identityv1.Account_State(identityv1.Account_State_value[string(s)])
}
