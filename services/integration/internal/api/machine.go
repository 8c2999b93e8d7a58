package api

import (
	"context"
	"slices"
	"time"

	"go.uber.org/zap"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/durationpb"

	integrationv1 "github.com/dakoku/dakoku/proto/gen/dakoku/integration/v1"

	"github.com/dakoku/dakoku/services/integration/internal/directory"
	"github.com/dakoku/dakoku/services/integration/internal/lineworks"
	"github.com/dakoku/dakoku/services/integration/internal/outbound"
	"github.com/dakoku/dakoku/services/integration/internal/store"
	"github.com/dakoku/dakoku/services/integration/internal/vault"
)

// ListEndpoints returns the table of callback endpoints.
func (m *Machine) ListEndpoints(ctx context.Context, req *integrationv1.ListEndpointsRequest) (*integrationv1.ListEndpointsResponse, error) {
	version, endpoints, err := m.store.Endpoints(ctx, req.GetVersion())
	if err != nil {
		return nil, err
	}
	if version == req.GetVersion() {
		return &integrationv1.ListEndpointsResponse{Version: version, Unchanged: true}, nil
	}
	keys, err := m.signingKeys(ctx, endpoints)
	if err != nil {
		return nil, err
	}
	out := &integrationv1.ListEndpointsResponse{Version: version}
	for _, e := range endpoints {
		shown := &integrationv1.Endpoint{Tenant: e.Tenant, Connection: e.Connection, Token: e.Token, TokenHash: e.TokenHash}
		for _, k := range e.Sets {
			shown.SigningKeys = addKey(shown.SigningKeys, keys[k.ID])
		}
		out.Endpoints = append(out.Endpoints, shown)
	}
	return out, nil
}

// signingKeys opens the sets of all endpoints at once. One that cannot be read
// has no key.
func (m *Machine) signingKeys(ctx context.Context, endpoints []store.Endpoint) (map[string]*integrationv1.SigningKey, error) {
	var sets []vault.Sealed
	listed := map[string]bool{}
	for _, e := range endpoints {
		for _, k := range e.Sets {
			if !listed[k.ID] {
				listed[k.ID], sets = true, append(sets, k)
			}
		}
	}
	opened, err := m.vault.OpenAll(ctx, vault.SignCallbacks, sets)
	if err != nil {
		return nil, err
	}
	out := map[string]*integrationv1.SigningKey{}
	for i, o := range opened {
		if o.Err != nil {
			m.log.Error("stored keys cannot be read; enter them again", zap.String("tenant", sets[i].Tenant),
				zap.String("connection", sets[i].Connection), zap.Error(o.Err))
			continue
		}
		out[sets[i].ID] = &integrationv1.SigningKey{
			ApiVersion: versionOut(o.Set.Version), Bot: o.Set.Bot, Secret: []byte(o.Set.SigningSecret().Reveal()),
		}
	}
	return out, nil
}

// addKey adds a key unless another set has the same one.
func addKey(keys []*integrationv1.SigningKey, k *integrationv1.SigningKey) []*integrationv1.SigningKey {
	same := func(other *integrationv1.SigningKey) bool { return proto.Equal(other, k) }
	if k == nil || slices.ContainsFunc(keys, same) {
		return keys
	}
	return append(keys, k)
}

// ResolveSenders says which employee each sender is. Those who came in by a
// revoked token are not looked up.
func (m *Machine) ResolveSenders(ctx context.Context, req *integrationv1.ResolveSendersRequest) (*integrationv1.ResolveSendersResponse, error) {
	asked := req.GetSenders()
	if err := known("senders", versionsOf(asked)); err != nil {
		return nil, err
	}
	revoked, err := m.store.Revoked(ctx, uses(asked))
	if err != nil {
		return nil, err
	}
	answers, err := m.resolver.Resolve(ctx, honest(asked, revoked))
	if err != nil {
		return nil, err
	}
	out := &integrationv1.ResolveSendersResponse{}
	for i := range asked {
		if revoked[i] {
			out.Senders = append(out.Senders, &integrationv1.ResolvedSender{State: integrationv1.ResolvedSender_TOKEN_REVOKED})
			continue
		}
		out.Senders, answers = append(out.Senders, answerOut(answers[0])), answers[1:]
	}
	return out, nil
}

// ReportUnlinkedSenders puts people who tried to punch on the list of unlinked
// senders.
func (m *Machine) ReportUnlinkedSenders(ctx context.Context, req *integrationv1.ReportUnlinkedSendersRequest) (*integrationv1.ReportUnlinkedSendersResponse, error) {
	if err := known("senders", versionsOf(req.GetSenders())); err != nil {
		return nil, err
	}
	if err := m.resolver.Miss(ctx, sendersIn(req.GetSenders())); err != nil {
		return nil, err
	}
	return &integrationv1.ReportUnlinkedSendersResponse{}, nil
}

func versionsOf(asked []*integrationv1.Sender) []integrationv1.Credentials_ApiVersion {
	out := make([]integrationv1.Credentials_ApiVersion, len(asked))
	for i, s := range asked {
		out[i] = s.GetApiVersion()
	}
	return out
}

// uses are the tokens that the senders came in by.
func uses(asked []*integrationv1.Sender) []store.TokenUse {
	out := make([]store.TokenUse, len(asked))
	for i, s := range asked {
		out[i] = store.TokenUse{Tenant: canonical(s.GetTenant()), Token: canonical(s.GetToken()), Received: s.GetReceivedTime().AsTime()}
	}
	return out
}

// honest are the senders whose token was not revoked, in order.
func honest(asked []*integrationv1.Sender, revoked []bool) []directory.Sender {
	var out []directory.Sender
	for i, s := range sendersIn(asked) {
		if !revoked[i] {
			out = append(out, s)
		}
	}
	return out
}

func sendersIn(asked []*integrationv1.Sender) []directory.Sender {
	out := make([]directory.Sender, len(asked))
	for i, s := range asked {
		out[i] = directory.Sender{
			Tenant: canonical(s.GetTenant()), Connection: canonical(s.GetConnection()), Version: versionIn(s.GetApiVersion()), User: s.GetUser(),
		}
	}
	return out
}

func answerOut(a directory.Answer) *integrationv1.ResolvedSender {
	switch a.State {
	case directory.Linked:
		return &integrationv1.ResolvedSender{State: integrationv1.ResolvedSender_LINKED, Employee: a.Employee, LinkReceipt: a.Receipt.String()}
	case directory.Pending:
		return &integrationv1.ResolvedSender{State: integrationv1.ResolvedSender_PENDING, RetryAfter: durationpb.New(a.RetryAfter)}
	case directory.Inactive:
		return &integrationv1.ResolvedSender{State: integrationv1.ResolvedSender_CONNECTION_INACTIVE}
	default:
		return &integrationv1.ResolvedSender{State: integrationv1.ResolvedSender_UNLINKED}
	}
}

// SendReplies stores messages for delivery.
func (m *Machine) SendReplies(ctx context.Context, req *integrationv1.SendRepliesRequest) (*integrationv1.SendRepliesResponse, error) {
	drafts := make([]outbound.Draft, len(req.GetReplies()))
	versions := make([]integrationv1.Credentials_ApiVersion, len(drafts))
	for i, r := range req.GetReplies() {
		versions[i] = r.GetApiVersion()
		drafts[i] = draftIn(r)
	}
	if err := known("replies", versions); err != nil {
		return nil, err
	}
	accepted, err := m.queue.Accept(ctx, drafts)
	if err != nil {
		return nil, err
	}
	out := &integrationv1.SendRepliesResponse{}
	for _, a := range accepted {
		out.Replies = append(out.Replies, &integrationv1.AcceptedReply{Reply: a.ID, RepeatedKey: a.Repeated})
	}
	return out, nil
}

func draftIn(r *integrationv1.Reply) outbound.Draft {
	priority := outbound.Confirmation
	if r.GetPriority() == integrationv1.Reply_PROBLEM {
		priority = outbound.Problem
	}
	content := lineworks.Message{User: r.GetUser(), Channel: r.GetChannel(), Texts: textsIn(r.GetTexts())}
	for _, b := range r.GetButtons() {
		content.Buttons = append(content.Buttons, lineworks.Button{Postback: b.GetPostback(), Labels: textsIn(b.GetLabels())})
	}
	var said time.Time
	if r.GetEventTime() != nil {
		said = r.GetEventTime().AsTime()
	}
	return outbound.Draft{
		Late: textsIn(r.GetLateTexts()), Said: said,
		Tenant: canonical(r.GetTenant()), Connection: canonical(r.GetConnection()), EventKey: r.GetEventKey(),
		Version: versionIn(r.GetApiVersion()), Priority: priority, Content: content,
	}
}

func textsIn(texts []*integrationv1.LocalizedText) []lineworks.Text {
	var out []lineworks.Text
	for _, t := range texts {
		out = append(out, lineworks.Text{Language: t.GetLanguage(), Text: t.GetText()})
	}
	return out
}
