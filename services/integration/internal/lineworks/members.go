package lineworks

import (
	"context"
	"net/http"
	"net/url"

	"github.com/dakoku/dakoku/services/integration/internal/credential"
)

// Member is a person of the directory.
type Member struct {
	User    string // the permanent userId
	LoginID string
	Active  bool // neither suspended nor deleted
}

// Members reads one page of the directory, a hundred people, the most there is.
// The list wants one of the scopes user, user.read, directory and
// directory.read. An empty cursor starts; an empty next ends. What the answer says
// of the limit comes also with a refusal.
func (c *Client) Members(ctx context.Context, access credential.Secret, cursor string) (page []Member, next string, rate Rate, err error) {
	query := url.Values{"count": {"100"}}
	if cursor != "" {
		query.Set("cursor", cursor)
	}
	var answer struct {
		Users []struct {
			User      string `json:"userId"`
			Email     string `json:"email"`
			Suspended bool   `json:"isSuspended"`
			Deleted   bool   `json:"isDeleted"`
		} `json:"users"`
		Meta struct {
			Next string `json:"nextCursor"`
		} `json:"responseMetaData"`
	}
	r := request{method: http.MethodGet, address: c.api + "/v1.0/users?" + query.Encode(), access: access, repeatable: true, rate: &rate}
	if err := c.call(ctx, r, &answer); err != nil {
		return nil, "", rate, err
	}
	if !plausible(answer.Meta.Next, maxCursor) {
		return nil, "", rate, &Failure{Class: Permanent, Code: "BAD_CURSOR"}
	}
	for _, u := range answer.Users {
		if !plausible(u.User, maxID) || !plausible(u.Email, maxID) {
			continue // nobody could be linked by that
		}
		page = append(page, Member{User: u.User, LoginID: u.Email, Active: !u.Suspended && !u.Deleted})
	}
	return page, answer.Meta.Next, rate, nil
}
