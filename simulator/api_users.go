package simulator

import (
	"errors"
	"net/http"
	"strconv"
	"strings"
)

// getUser is GET /v1.0/users/{userId}; userId may be a login e-mail. A service
// account is no member, so "me" is refused.
func (c *call) getUser() answer {
	id := c.r.PathValue("userId")
	if id == "me" {
		return c.family.refuse(http.StatusForbidden, "ACCESS_DENIED", "a service account has no me")
	}
	user := c.person(id)
	if user == nil {
		return c.family.refuse(http.StatusNotFound, "USER_NOT_EXIST", "User does not exist")
	}
	return ok(http.StatusOK, c.member(user))
}

// person finds a person of the tenant; a suspended one only with a scope that
// shows the state.
func (c *call) person(id string) *User {
	if user := c.sim.world.find(id, c.tenant()); user != nil {
		return user
	}
	user := c.sim.world.anyone(id)
	if user == nil || c.sim.world.tenantOf(user.Domain) != c.tenant() || !c.grant.hasAny(stateScopes()) {
		return nil
	}
	return user
}

// stateScopes show everything about a person.
func stateScopes() []string { return []string{"user.read", "user", "directory", "directory.read"} }

// listUsers is GET /v1.0/users. Members have the shape that the scope allows,
// as in getUser.
func (c *call) listUsers() answer {
	query := c.r.URL.Query()
	domain := query.Get("domainId")
	if domain == "" { // of the authorized domain, as documented
		domain = strconv.FormatInt(c.grant.domain(), 10)
	}
	var all []any
	for _, id := range c.sim.world.people {
		user := c.person(id)
		if user != nil && domain == strconv.FormatInt(user.Domain, 10) {
			all = append(all, c.member(user))
		}
	}
	page, next, err := paginate(all, query.Get("count"), query.Get("cursor"))
	if err != nil {
		return c.invalid(err)
	}
	return ok(http.StatusOK, map[string]any{"users": page, "responseMetaData": map[string]any{"nextCursor": next}})
}

// member shows as much of a person as the widest scope of the token allows.
func (c *call) member(user *User) map[string]any {
	out := map[string]any{"userId": user.ID, "email": user.Email}
	full := c.grant.hasAny(stateScopes())
	if !full && !c.grant.hasAny([]string{"user.profile.read"}) {
		return out
	}
	out["userExternalKey"] = nil
	out["userName"] = map[string]any{
		"lastName": user.FamilyName, "firstName": user.GivenName, "phoneticLastName": nil, "phoneticFirstName": nil,
	}
	for _, list := range []string{"i18nNames", "organizations"} {
		out[list] = []any{}
	}
	for _, empty := range []string{"telephone", "cellPhone", "location"} {
		out[empty] = nil
	}
	if full {
		out["domainId"], out["locale"] = user.Domain, user.Language
		for _, state := range []string{"isAdministrator", "isPending", "isSuspended", "isDeleted", "isAwaiting"} {
			out[state] = false
		}
		out["isSuspended"] = user.Suspended
	}
	return out
}

// paginate cuts a list as count and cursor say. The cursor is opaque to callers
// and holds characters that do not survive in a query unless they are escaped.
func paginate(all []any, count, cursor string) (page []any, next any, err error) {
	size, err := number("count", count, 100, 1, 100)
	if err != nil {
		return nil, nil, err
	}
	position, whole := strings.CutPrefix(cursor, "+/")
	if whole {
		position, whole = strings.CutSuffix(position, "=")
	}
	if cursor != "" && !whole {
		return nil, nil, errors.New("cursor is not one that was handed out; is it URL-encoded?")
	}
	start, err := number("cursor", position, 0, 0, len(all))
	if err != nil {
		return nil, nil, err
	}
	end := min(start+size, len(all))
	if end < len(all) {
		next = "+/" + strconv.Itoa(end) + "="
	}
	return append([]any{}, all[start:end]...), next, nil
}
