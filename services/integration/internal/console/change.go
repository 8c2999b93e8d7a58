package console

import (
	"context"
	"errors"
	"strings"

	"github.com/dakoku/dakoku/platform/fault"
	"github.com/dakoku/dakoku/services/integration/internal/check"
	"github.com/dakoku/dakoku/services/integration/internal/credential"
	"github.com/dakoku/dakoku/services/integration/internal/guide"
	"github.com/dakoku/dakoku/services/integration/internal/lineworks"
)

// eventTypes are what a registered bot reports: punches, people who open the
// talk, and the rooms it is in.
func eventTypes() []string {
	return append(check.NeededEvents(), "begin", "join", "leave", "joined", "left")
}

// RegisterCallback sets callback URL, event types and message types of the bot;
// what else the bot is stays. API_VERSION_UNSUPPORTED, SCOPE_MISSING,
// PLATFORM_REFUSED, PLATFORM_UNAVAILABLE, UNAVAILABLE while another change of
// the bot is under way.
func (c *Console) RegisterCallback(ctx context.Context, tenant string, set credential.Set, url string) (lineworks.Callback, error) {
	to := lineworks.Callback{URL: url, MessageTypes: []string{check.TextType}, EventTypes: eventTypes()}
	err := c.change(ctx, tenant, set, scopeBot, func(ctx context.Context, access credential.Secret) error {
		err := c.platform.SetCallback(ctx, set, access, to)
		if f := (*lineworks.Failure)(nil); errors.As(err, &f) && f.Status == 400 && strings.HasPrefix(url, "http:") {
			return httpsOnly.With("code", f.Code).Because(err)
		}
		return err
	})
	return to, refusal(err, scopeBot)
}

// httpsOnly is the fault for an address of ours that the platform does not take.
// Only its refusal of the address itself is that, not one of our keys.
var httpsOnly = fault.New(fault.Precondition, "PLATFORM_REFUSED", check.NeedHTTPS())

// RegisterMenu makes the buttons the bot's persistent menu in place of the one
// before. A bot with rich menus takes none: PLATFORM_REFUSED. Other errors as
// RegisterCallback.
func (c *Console) RegisterMenu(ctx context.Context, tenant string, set credential.Set, buttons []lineworks.Button) error {
	err := c.change(ctx, tenant, set, scopeMessage, func(ctx context.Context, access credential.Secret) error {
		err := c.platform.SetMenu(ctx, set, access, buttons)
		if lineworks.FailureOf(err).Code != "ALREADY_EXIST" {
			return err
		}
		if err := c.platform.RemoveMenu(ctx, set, access); err != nil {
			return err
		}
		return c.platform.SetMenu(ctx, set, access, buttons)
	})
	if f := (*lineworks.Failure)(nil); errors.As(err, &f) && f.Status == 409 {
		return fault.New(fault.Precondition, "PLATFORM_REFUSED", fault.Text{
			JA: "この Bot にはリッチメニューがあるため、固定メニューを登録できません。リッチメニューを削除してから、もう一度登録してください。",
			EN: "The bot has a rich menu, which excludes a persistent menu. Delete the rich menus, then register again.",
		}).With("code", f.Code).Because(err)
	}
	return refusal(err, scopeMessage)
}

// change fetches a token for the scope and makes the change, one at a time.
func (c *Console) change(ctx context.Context, tenant string, set credential.Set, scope string, do func(context.Context, credential.Secret) error) error {
	if set.Version == credential.V1 {
		return fault.New(fault.Precondition, "API_VERSION_UNSUPPORTED", guide.After("API 1.0 では登録できません。API 2.0 のキー情報に切り替えるか、", "API 1.0 cannot do this. Change to API 2.0 keys, or do it by hand:",
			guide.Bot("手動で設定してください。", "set it there."))).With("apiVersion", string(set.Version))
	}
	ctx, cancel := context.WithTimeout(ctx, lookLimit)
	defer cancel()
	token, err := c.platform.TokenFor(ctx, set, scope)
	if err != nil {
		return err
	}
	return c.locks.WithBot(ctx, tenant, set.Bot, func(ctx context.Context) error { return do(ctx, token.Access) })
}
