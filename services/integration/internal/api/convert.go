package api

import (
	"google.golang.org/protobuf/types/known/timestamppb"

	integrationv1 "github.com/dakoku/dakoku/proto/gen/dakoku/integration/v1"

	"github.com/dakoku/dakoku/services/integration/internal/check"
	"github.com/dakoku/dakoku/services/integration/internal/connection"
	"github.com/dakoku/dakoku/services/integration/internal/credential"
	"github.com/dakoku/dakoku/services/integration/internal/link"
	"github.com/dakoku/dakoku/services/integration/internal/store"
)

func connectionOut(c connection.Connection, language string) *integrationv1.Connection {
	out := &integrationv1.Connection{
		Name: "connections/" + c.ID, Service: integrationv1.Connection_LINE_WORKS, DisplayName: c.DisplayName,
		State: stateOut(c.State), CreateTime: timestamppb.New(c.Created), Etag: etag("connection", c.ID, c.Revision),
	}
	if c.State == connection.Broken {
		why := check.Broken(c.Cause)
		out.StateReason, out.StateDetail = string(why.Cause.Reason), why.Cause.Code
		out.StateMessage, out.StateRemedy = why.Found.In(language), why.Remedy.In(language)
	}
	return out
}

func stateOut(s connection.State) integrationv1.Connection_State {
	return integrationv1.Connection_State(integrationv1.Connection_State_value[string(s)])
}

func (a *Admin) tokenOut(t store.IssuedToken) *integrationv1.CallbackToken {
	return &integrationv1.CallbackToken{
		Name: "connections/" + t.Connection + "/tokens/" + t.ID, Token: t.Token.Reveal(),
		CallbackUrl: a.url + t.Token.Reveal(), CreateTime: timestamppb.New(t.Created),
	}
}

func credentialsIn(c *integrationv1.Credentials) credential.Input {
	return credential.Input{
		Version: versionIn(c.GetApiVersion()),
		BotID:   c.GetBotId(), BotSecret: c.GetBotSecret(), ClientID: c.GetClientId(), ClientSecret: c.GetClientSecret(),
		ServiceAccount: c.GetServiceAccount(), PrivateKey: c.GetPrivateKey(),
		BotNo: c.GetBotNo(), APIID: c.GetApiId(), ConsumerKey: c.GetServerApiConsumerKey(), ServerID: c.GetServerId(), AuthKey: c.GetAuthKey(),
	}
}

// credentialsOut shows the current keys, with those beside them.
func credentialsOut(conn string, r credential.Ring) *integrationv1.Credentials {
	if r.Current == nil {
		return nil
	}
	out := keptOut(conn, *r.Current)
	if r.Staged != nil {
		out.Staged = keptOut(conn, *r.Staged)
	}
	if r.Previous != nil {
		out.Previous = keptOut(conn, *r.Previous)
	}
	for _, k := range r.Former {
		out.Former = append(out.Former, keptOut(conn, k))
	}
	return out
}

// keptOut shows everything that is not secret and prints of the rest. An id that is
// not proven to be one is not there to be shown. The API ID
// signs callbacks: whoever reads it and a callback URL could punch for everybody,
// so it is a secret here.
func keptOut(conn string, k credential.Kept) *integrationv1.Credentials {
	out := &integrationv1.Credentials{
		ApiVersion: versionOut(k.Version),
		Fingerprints: &integrationv1.Credentials_Fingerprints{
			PrivateKey: k.Prints.PrivateKey, BotSecret: k.Prints.BotSecret, ClientSecret: k.Prints.ClientSecret,
			ServerApiConsumerKey: k.Prints.ConsumerKey, ApiId: k.Prints.APIID,
			ClientId: k.Prints.ClientID, ServerId: k.Prints.ServerID,
		},
		Verified:   k.Proven(),
		UpdateTime: timestamppb.New(k.Stored), Etag: etag("credentials", conn, k.Revision),
	}
	if !k.Expires.IsZero() {
		out.ExpireTime = timestamppb.New(k.Expires)
	}
	if k.Version == credential.V1 {
		out.BotNo, out.ServerId = k.Bot, k.ServerID
	} else {
		out.BotId, out.ClientId, out.ServiceAccount = k.Bot, k.ClientID, k.ServiceAccount
	}
	return out
}

func linkOut(l link.Link) *integrationv1.AccountLink {
	out := &integrationv1.AccountLink{
		Name: "employees/" + l.Employee + "/accountLink", Employee: "employees/" + l.Employee, LineWorksAccountId: l.Account,
		CreateTime: timestamppb.New(l.Created), Etag: etagOfLink(l), UserId: l.User,
	}
	if !l.Gone.IsZero() {
		out.GoneTime = timestamppb.New(l.Gone)
	}
	return out
}

func versionIn(v integrationv1.Credentials_ApiVersion) credential.Version {
	switch v {
	case integrationv1.Credentials_V1:
		return credential.V1
	case integrationv1.Credentials_V2:
		return credential.V2
	default:
		return ""
	}
}

func versionOut(v credential.Version) integrationv1.Credentials_ApiVersion {
	if v == credential.V1 {
		return integrationv1.Credentials_V1
	}
	return integrationv1.Credentials_V2
}
