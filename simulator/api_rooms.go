package simulator

import (
	"encoding/json"
	"errors"
	"net/http"
	"slices"
	"strconv"

	"github.com/dakoku/dakoku/simulator/internal/content"
)

func (c *call) listDomains() answer {
	ids := make([]int64, 0, len(c.bot.domains))
	for id := range c.bot.domains {
		ids = append(ids, id)
	}
	slices.Sort(ids)
	var all []any
	for _, id := range ids {
		all = append(all, c.bot.domains[id])
	}
	page, next, err := paginate(all, c.r.URL.Query().Get("count"), c.r.URL.Query().Get("cursor"))
	if err != nil {
		return c.invalid(err)
	}
	return ok(http.StatusOK, map[string]any{"domains": page, "responseMetaData": map[string]any{"nextCursor": next}})
}

// publish is POST and PATCH /v1.0/bots/{botId}/domains/{domainId}.
func (c *call) publish() answer {
	id, err := strconv.ParseInt(c.r.PathValue("domainId"), 10, 64)
	if err != nil || c.sim.world.tenantOf(id) != c.tenant() {
		return c.notFound("domain")
	}
	fields, err := c.members("visible", "allowToSelectedMember")
	if err != nil {
		return c.invalid(err)
	}
	_, exists := c.bot.domains[id]
	created := c.r.Method == http.MethodPost
	switch {
	case created && exists:
		return c.family.refuse(http.StatusConflict, "ALREADY_EXIST", "the bot is in this domain already")
	case !created && !exists:
		return c.notFound("domain of this bot")
	}
	entry := map[string]any{"domainId": id, "visible": false, "allowToSelectedMember": false}
	for name, raw := range fields {
		var value bool
		if err := decodeInto(name, raw, &value); err != nil {
			return c.invalid(err)
		}
		entry[name] = value
	}
	c.bot.domains[id] = entry
	if created {
		return ok(http.StatusCreated, entry)
	}
	return ok(http.StatusOK, entry)
}

func (c *call) getMenu() answer {
	if c.bot.rawMenu == nil {
		return c.notFound("persistent menu")
	}
	return ok(http.StatusOK, map[string]any{"content": json.RawMessage(c.bot.rawMenu)})
}

func (c *call) setMenu() answer {
	fields, err := c.members("content")
	if err != nil {
		return c.invalid(err)
	}
	actions, err := content.ReadMenu(fields["content"])
	if err != nil {
		return c.invalid(err)
	}
	if c.bot.rich {
		return c.family.refuse(http.StatusConflict, "CONFLICT", "the bot has a rich menu")
	}
	c.bot.menu, c.bot.rawMenu = actions, fields["content"]
	c.sim.watch.tell("world", nil)
	return ok(http.StatusCreated, map[string]any{"content": fields["content"]})
}

func (c *call) deleteMenu() answer {
	c.bot.menu, c.bot.rawMenu = nil, nil
	c.sim.watch.tell("world", nil)
	return ok(http.StatusNoContent, nil)
}

// createChannel is POST /v1.0/bots/{botId}/channels.
func (c *call) createChannel() answer {
	fields, err := c.members("members", "title")
	if err != nil {
		return c.invalid(err)
	}
	var members []string
	var title string
	if err := errors.Join(decodeInto("members", fields["members"], &members), decodeInto("title", fields["title"], &title)); err != nil {
		return c.invalid(err)
	}
	if len(members) < 1 || len(members) > 100 {
		return c.family.refuse(http.StatusBadRequest, "OUT_OF_RANGE", "members: 1 to 100")
	}
	room := &Room{ID: newID(), Domain: c.grant.domain(), Title: title, Kind: MultiUsers, Bots: []string{c.bot.id}}
	for _, id := range members {
		user := c.sim.world.find(id, c.tenant())
		if user == nil {
			return c.family.refuse(http.StatusNotFound, "USER_NOT_EXIST", "User does not exist")
		}
		room.Members = append(room.Members, user.ID)
	}
	c.sim.world.addRoom(room)
	c.sim.watch.tell("world", nil)
	return ok(http.StatusCreated, map[string]any{"channelId": room.ID, "title": room.Title})
}

// channel finds the room of the path, if the bot is in it.
func (c *call) channel() *Room {
	room := c.sim.world.rooms[c.r.PathValue("channelId")]
	if room == nil || !slices.Contains(room.Bots, c.bot.id) {
		return nil
	}
	return room
}

func (c *call) getChannel() answer {
	room := c.channel()
	if room == nil {
		return c.family.refuse(http.StatusNotFound, "CHANNEL_NOT_EXIST", "Channel does not exist")
	}
	return ok(http.StatusOK, map[string]any{
		"domainId": room.Domain, "channelId": room.ID, "title": room.Title, "channelType": map[string]any{"type": room.Kind},
	})
}

func (c *call) listMembers() answer {
	room := c.channel()
	if room == nil {
		return c.family.refuse(http.StatusNotFound, "CHANNEL_NOT_EXIST", "Channel does not exist")
	}
	all := make([]any, 0, len(room.Members))
	for _, id := range room.Members {
		all = append(all, id)
	}
	page, next, err := paginate(all, c.r.URL.Query().Get("count"), c.r.URL.Query().Get("cursor"))
	if err != nil {
		return c.invalid(err)
	}
	return ok(http.StatusOK, map[string]any{"members": page, "responseMetaData": map[string]any{"nextCursor": next}})
}

func (c *call) leaveChannel() answer {
	room := c.channel()
	if room == nil || room.Kind == SingleUser {
		return c.family.refuse(http.StatusNotFound, "CHANNEL_NOT_EXIST", "Channel does not exist")
	}
	room.Bots = slices.DeleteFunc(room.Bots, func(id string) bool { return id == c.bot.id })
	c.sim.watch.tell("world", nil)
	return ok(http.StatusNoContent, nil)
}
