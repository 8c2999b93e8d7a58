package simulator

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"unicode/utf16"
)

// botProperties are the documented, writable members of a bot.
func botProperties() []string {
	return []string{
		"botName", "photoUrl", "description", "administrators", "subadministrators", "allowDomains", "enableCallback",
		"callbackUrl", "callbackEvents", "channelEvents", "enableGroupJoin", "defaultRichmenuId", "i18nBotNames",
		"i18nDescriptions", "i18nPhotoUrls",
	}
}

func (c *call) listBots() answer {
	var all []any
	for _, id := range c.sim.world.listed {
		if b := c.sim.world.bots[id]; !b.v1 && c.sim.world.tenantOf(b.domain) == c.tenant() {
			all = append(all, b.document())
		}
	}
	page, next, err := paginate(all, c.r.URL.Query().Get("count"), c.r.URL.Query().Get("cursor"))
	if err != nil {
		return c.invalid(err)
	}
	return ok(http.StatusOK, map[string]any{"bots": page, "responseMetaData": map[string]any{"nextCursor": next}})
}

func (c *call) getBot() answer { return ok(http.StatusOK, c.bot.document()) }

// createBot is POST /v1.0/bots. The bot is published nowhere until a domain is
// added.
func (c *call) createBot() answer {
	fields, err := c.members(botProperties()...)
	if err != nil {
		return c.invalid(err)
	}
	if refusal, complete := c.complete(fields); !complete {
		return refusal
	}
	draft := &bot{events: defaultEvents(), fields: map[string]any{}}
	if err := draft.set(fields); err != nil {
		return c.invalid(err)
	}
	b := c.sim.world.addBot(BotSpec{Domain: c.grant.domain()}, newID())
	b.contents, b.domains = nil, map[int64]map[string]any{}
	if err := b.set(fields); err != nil {
		return c.invalid(err)
	}
	b.v2creds = CredentialsV2{APIVersion: "V2", BotID: b.id, BotSecret: b.key}
	c.sim.watch.tell("world", nil)
	return ok(http.StatusCreated, b.document())
}

func (c *call) patchBot() answer {
	fields, err := c.members(botProperties()...)
	if err == nil {
		err = c.bot.set(fields)
	}
	if err != nil {
		return c.invalid(err)
	}
	c.sim.world.emptyRooms(c.bot)
	c.sim.watch.tell("world", nil)
	return ok(http.StatusOK, c.bot.document())
}

// putBot replaces what a bot is: what is absent falls back to its default.
func (c *call) putBot() answer {
	fields, err := c.members(botProperties()...)
	if err != nil {
		return c.invalid(err)
	}
	if refusal, complete := c.complete(fields); !complete {
		return refusal
	}
	fresh := &bot{events: defaultEvents(), fields: map[string]any{}}
	if err := fresh.set(fields); err != nil {
		return c.invalid(err)
	}
	b := c.bot
	b.name, b.enabled, b.callback, b.contents, b.events, b.fields = fresh.name, fresh.enabled, fresh.callback, fresh.contents, fresh.events, fresh.fields
	c.sim.world.emptyRooms(b)
	c.sim.watch.tell("world", nil)
	return ok(http.StatusOK, b.document())
}

func (c *call) complete(fields map[string]json.RawMessage) (answer, bool) {
	for _, name := range []string{"botName", "photoUrl", "description", "administrators"} {
		if fields[name] == nil {
			return c.family.refuse(http.StatusBadRequest, "MISSING_PARAMETER", name+" is required"), false
		}
	}
	return answer{}, true
}

func (c *call) reissueSecret() answer {
	c.bot.reissue()
	return ok(http.StatusOK, map[string]any{"secret": c.bot.key})
}

// set checks all members before it changes anything.
func (b *bot) set(fields map[string]json.RawMessage) error {
	next := *b
	next.fields = map[string]any{}
	for name, value := range b.fields {
		next.fields[name] = value
	}
	for name, raw := range fields {
		if err := next.setOne(name, raw); err != nil {
			return err
		}
	}
	*b = next
	return nil
}

func (b *bot) setOne(name string, raw json.RawMessage) error {
	switch name {
	case "enableCallback":
		return decodeInto(name, raw, &b.enabled)
	case "callbackUrl":
		return b.setCallback(raw)
	case "callbackEvents":
		return setEvents(name, raw, &b.contents, allContents())
	case "channelEvents":
		return setEvents(name, raw, &b.events, append(defaultEvents(), "begin", "end"))
	case "botName":
		return setText(name, raw, &b.name, 100)
	}
	var value any
	if err := decodeInto(name, raw, &value); err != nil {
		return err
	}
	b.fields[name] = value
	return nil
}

// setCallback also takes http, which the platform does not: a stand-in has to
// reach a product that runs beside it without a certificate.
func (b *bot) setCallback(raw json.RawMessage) error {
	var text string
	if err := setText("callbackUrl", raw, &text, 1000); err != nil {
		return err
	}
	address, err := url.Parse(text)
	if text != "" && (err != nil || address.Host == "" || address.Scheme != "https" && address.Scheme != "http") {
		return fmt.Errorf("callbackUrl is not an address")
	}
	b.callback = text
	return nil
}

func setText(name string, raw json.RawMessage, into *string, limit int) error {
	if err := decodeInto(name, raw, into); err != nil {
		return err
	}
	if len(utf16.Encode([]rune(*into))) > limit {
		return fmt.Errorf("%s exceeds %d", name, limit)
	}
	return nil
}

func setEvents(name string, raw json.RawMessage, into *[]string, known []string) error {
	var events []string
	if err := decodeInto(name, raw, &events); err != nil {
		return err
	}
	for _, event := range events {
		if !slices.Contains(known, event) {
			return fmt.Errorf("%s: %q is not known", name, event)
		}
	}
	*into = events
	return nil
}

func decodeInto(name string, raw json.RawMessage, into any) error {
	if json.Unmarshal(raw, into) != nil {
		return fmt.Errorf("%s has the wrong type", name)
	}
	return nil
}

// document is the bot as GET shows it.
func (b *bot) document() map[string]any {
	id, _ := strconv.ParseInt(b.id, 10, 64) // ids are made from numbers
	out := map[string]any{
		"photoUrl": "https://static.example/bot.png", "description": b.name, "administrators": []string{},
		"subadministrators": []string{}, "enableGroupJoin": true, "defaultRichmenuId": nil,
	}
	for name, value := range b.fields {
		out[name] = value
	}
	out["botId"], out["botName"] = id, b.name
	out["enableCallback"], out["callbackUrl"] = b.enabled, b.callback
	out["callbackEvents"], out["channelEvents"] = b.contents, b.events
	return out
}

func number(name, text string, fallback, low, high int) (int, error) {
	if text == "" {
		return fallback, nil
	}
	value, err := strconv.Atoi(text)
	if err != nil || value < low || value > high {
		return 0, fmt.Errorf("%s lies outside %d to %d", name, low, high)
	}
	return value, nil
}
