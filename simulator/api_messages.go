package simulator

import (
	"encoding/json"
	"errors"
	"net/http"
	"slices"

	"github.com/dakoku/dakoku/simulator/internal/content"
)

// sendToUser is POST /v1.0/bots/{botId}/users/{userId}/messages.
func (c *call) sendToUser() answer {
	user := c.sim.world.find(c.r.PathValue("userId"), c.tenant())
	if user == nil {
		return c.family.refuse(http.StatusNotFound, "USER_NOT_EXIST", "User does not exist")
	}
	room, err := c.sim.world.directRoom(user.ID, c.bot.id)
	if err != nil {
		return c.notFound("room")
	}
	return c.send(room)
}

// sendToChannel is POST /v1.0/bots/{botId}/channels/{channelId}/messages.
func (c *call) sendToChannel() answer {
	room := c.channel()
	if room == nil {
		return c.family.refuse(http.StatusNotFound, "CHANNEL_NOT_EXIST", "Channel does not exist")
	}
	return c.send(room)
}

func (c *call) send(room *Room) answer {
	fields, err := c.members("content")
	if err != nil {
		return c.invalid(err)
	}
	said, err := content.Read(fields["content"], content.Dialect{Channel: room.Kind != SingleUser})
	if err != nil {
		return c.invalid(err)
	}
	c.sim.botSays(c.bot, room, said, fields["content"])
	return ok(http.StatusCreated, nil)
}

// push is POST /r/{apiId}/message/v1/bot/{botNo}/message/push of API 1.0.
func (c *call) push() answer {
	fields, err := c.members("accountId", "roomId", "channelId", "content")
	if err != nil {
		return c.invalid(err)
	}
	room, err := c.target(fields)
	if err != nil {
		return c.invalid(err)
	}
	if room == nil {
		return c.notFound("account or room")
	}
	said, err := content.Read(fields["content"], content.Dialect{URLAction: true, Channel: room.Kind != SingleUser})
	if err != nil {
		return c.invalid(err)
	}
	c.sim.botSays(c.bot, room, said, fields["content"])
	return ok(http.StatusOK, nil)
}

// target wants exactly one of account and room. A room that does not exist is nil.
func (c *call) target(fields map[string]json.RawMessage) (*Room, error) {
	var named []string
	var value string
	for _, name := range []string{"accountId", "roomId", "channelId"} {
		if raw, given := fields[name]; given {
			named = append(named, name)
			if err := decodeInto(name, raw, &value); err != nil {
				return nil, err
			}
		}
	}
	if len(named) != 1 {
		return nil, errors.New("exactly one of accountId and roomId is wanted")
	}
	if named[0] != "accountId" {
		room := c.sim.world.rooms[value]
		if room == nil || !slices.Contains(room.Bots, c.bot.id) {
			return nil, nil
		}
		return room, nil
	}
	user := c.sim.world.find(value, c.tenant())
	if user == nil || user.ID == value {
		return nil, nil
	}
	return c.sim.world.directRoom(user.ID, c.bot.id)
}

// getBotV1 is GET /r/{apiId}/message/v1/bot/{botNo}.
func (c *call) getBotV1() answer {
	return ok(http.StatusOK, map[string]any{
		"name": c.bot.name, "description": c.bot.name, "useCallback": c.bot.enabled,
		"callbackUrl": c.bot.callback, "callbackEvents": c.bot.contents, "useGroupJoin": c.bot.joinsGroups(),
		"domainInfos": []any{map[string]any{"domainId": c.bot.domain, "usePublic": c.bot.visibleIn(c.bot.domain), "usePermission": false}},
	})
}

// putBotV1 is PUT /r/{apiId}/message/v1/bot/{botNo}; only what concerns
// callbacks, group rooms and the name has an effect.
func (c *call) putBotV1() answer {
	fields, err := c.members("name", "i18nNames", "photoUrl", "description", "managers", "submanagers",
		"useGroupJoin", "useDomainScope", "useCallback", "callbackUrl", "callbackEvents")
	if err != nil {
		return c.invalid(err)
	}
	changes := map[string]json.RawMessage{}
	for from, to := range map[string]string{"name": "botName", "useGroupJoin": "enableGroupJoin", "useCallback": "enableCallback", "callbackUrl": "callbackUrl", "callbackEvents": "callbackEvents"} {
		if raw, given := fields[from]; given {
			changes[to] = raw
		}
	}
	if err := c.bot.set(changes); err != nil {
		return c.invalid(err)
	}
	c.sim.world.emptyRooms(c.bot)
	c.sim.watch.tell("world", nil)
	return ok(http.StatusOK, nil)
}

// getAccount is GET /r/{apiId}/contact/v2/accounts/{accountId}.
func (c *call) getAccount() answer {
	user := c.sim.world.find(c.r.PathValue("userId"), c.tenant())
	if user == nil {
		return c.notFound("account")
	}
	return ok(http.StatusOK, map[string]any{"accountId": user.Email, "name": user.Name()})
}
