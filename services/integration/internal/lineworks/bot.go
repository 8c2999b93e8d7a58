package lineworks

import (
	"context"
	"net/http"
	"net/url"

	"github.com/dakoku/dakoku/services/integration/internal/credential"
)

// Bot is how LINE WORKS has a bot set up.
type Bot struct {
	CallbackOn   bool
	CallbackURL  string
	MessageTypes []string    // that members may send: callbackEvents
	EventTypes   []string    // channelEvents; API 2.0 only
	GroupRooms   bool        // may be invited into rooms of several people
	Domains      []BotDomain // API 1.0 only; BotDomains reads those of API 2.0
}

// BotDomain is a domain in which a bot was added.
type BotDomain struct {
	Public       bool
	SelectedOnly bool // only members who were selected may use it
}

// Callback is what a bot reports, and where.
type Callback struct {
	URL          string
	MessageTypes []string
	EventTypes   []string
}

// maxDomains bounds how many pages of domains are read.
const maxDomains = 5

// Bot reads the bot of the set, with what the answer says of the limit, also a
// refusal. API 2.0 wants the scope bot or bot.read.
func (c *Client) Bot(ctx context.Context, set credential.Set, access credential.Secret) (bot Bot, rate Rate, err error) {
	if set.Version == credential.V1 {
		bot, err = c.readBotV1(ctx, set, access)
		return bot, rate, err
	}
	bot, err = c.readBotV2(ctx, set, access, &rate)
	return bot, rate, err
}

func (c *Client) readBotV2(ctx context.Context, set credential.Set, access credential.Secret, rate *Rate) (Bot, error) {
	address, err := c.botV2(set)
	if err != nil {
		return Bot{}, err
	}
	var answer struct {
		EnableCallback  bool     `json:"enableCallback"`
		CallbackURL     string   `json:"callbackUrl"`
		CallbackEvents  []string `json:"callbackEvents"`
		ChannelEvents   []string `json:"channelEvents"`
		EnableGroupJoin bool     `json:"enableGroupJoin"`
	}
	if err := c.call(ctx, request{method: http.MethodGet, address: address, access: access, repeatable: true, rate: rate}, &answer); err != nil {
		return Bot{}, err
	}
	return Bot{CallbackOn: answer.EnableCallback, CallbackURL: answer.CallbackURL, MessageTypes: answer.CallbackEvents,
		EventTypes: answer.ChannelEvents, GroupRooms: answer.EnableGroupJoin}, nil
}

// BotDomains reads the domains to which an API 2.0 bot was added.
func (c *Client) BotDomains(ctx context.Context, set credential.Set, access credential.Secret) ([]BotDomain, error) {
	bot, err := c.botV2(set)
	if err != nil {
		return nil, err
	}
	var out []BotDomain
	cursor := ""
	for range maxDomains {
		var answer struct {
			Domains []struct {
				Visible               bool `json:"visible"`
				AllowToSelectedMember bool `json:"allowToSelectedMember"`
			} `json:"domains"`
			Meta struct {
				NextCursor string `json:"nextCursor"`
			} `json:"responseMetaData"`
		}
		query := url.Values{"count": {"100"}}
		if cursor != "" {
			query.Set("cursor", cursor)
		}
		address := bot + "/domains?" + query.Encode()
		if err := c.call(ctx, request{method: http.MethodGet, address: address, access: access, repeatable: true}, &answer); err != nil {
			return nil, err
		}
		for _, d := range answer.Domains {
			out = append(out, BotDomain{Public: d.Visible, SelectedOnly: d.AllowToSelectedMember})
		}
		if cursor = answer.Meta.NextCursor; cursor == "" {
			break
		}
	}
	return out, nil
}

func (c *Client) readBotV1(ctx context.Context, set credential.Set, access credential.Secret) (Bot, error) {
	api, err := segment(set.APIID.Reveal())
	if err != nil {
		return Bot{}, err
	}
	bot, err := segment(set.Bot)
	if err != nil {
		return Bot{}, err
	}
	var answer struct {
		UseCallback    bool     `json:"useCallback"`
		CallbackURL    string   `json:"callbackUrl"`
		CallbackEvents []string `json:"callbackEvents"`
		UseGroupJoin   bool     `json:"useGroupJoin"`
		DomainInfos    []struct {
			UsePublic     bool `json:"usePublic"`
			UsePermission bool `json:"usePermission"`
		} `json:"domainInfos"`
	}
	r := request{method: http.MethodGet, address: c.apiV1 + "/r/" + api + "/message/v1/bot/" + bot, access: access,
		consumerKey: set.ConsumerKey, repeatable: true}
	if err := c.call(ctx, r, &answer); err != nil {
		return Bot{}, err
	}
	out := Bot{CallbackOn: answer.UseCallback, CallbackURL: answer.CallbackURL, MessageTypes: answer.CallbackEvents, GroupRooms: answer.UseGroupJoin}
	for _, d := range answer.DomainInfos {
		out.Domains = append(out.Domains, BotDomain{Public: d.UsePublic, SelectedOnly: d.UsePermission})
	}
	return out, nil
}

// SetCallback turns the callback of an API 2.0 bot on and says what it reports.
// Nothing else of the bot changes. Wants the scope bot. Never two at a time for
// one bot: the platform forbids it.
func (c *Client) SetCallback(ctx context.Context, set credential.Set, access credential.Secret, to Callback) error {
	address, err := c.botV2(set)
	if err != nil {
		return err
	}
	return c.call(ctx, request{method: http.MethodPatch, address: address, access: access, repeatable: true, json: map[string]any{
		"enableCallback": true, "callbackUrl": to.URL, "callbackEvents": to.MessageTypes, "channelEvents": to.EventTypes,
	}}, nil)
}

// SetMenu makes the buttons, at most four, the persistent menu of an API 2.0
// bot. Wants the scope bot.message or bot.
func (c *Client) SetMenu(ctx context.Context, set credential.Set, access credential.Secret, buttons []Button) error {
	address, err := c.botV2(set)
	if err != nil {
		return err
	}
	return c.call(ctx, request{method: http.MethodPost, address: address + "/persistentmenu", access: access, repeatable: true,
		json: map[string]any{"content": map[string]any{"actions": actions(buttons)}}}, nil)
}

// RemoveMenu takes the persistent menu away.
func (c *Client) RemoveMenu(ctx context.Context, set credential.Set, access credential.Secret) error {
	address, err := c.botV2(set)
	if err != nil {
		return err
	}
	return c.call(ctx, request{method: http.MethodDelete, address: address + "/persistentmenu", access: access, repeatable: true}, nil)
}

func (c *Client) botV2(set credential.Set) (string, error) {
	bot, err := segment(set.Bot)
	return c.api + "/v1.0/bots/" + bot, err
}
