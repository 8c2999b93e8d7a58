package e2e

import "net/http"

// post sends a body to a path of the admin door.
func (c *company) post(path string, body any) {
	c.t.Helper()
	if err := c.admin.Post(c.t.Context(), path, body, nil); err != nil {
		c.t.Fatalf("POST %s: %v", path, err)
	}
}

// connections are the resource names of all connections, oldest first.
func (c *company) connections() []string {
	c.t.Helper()
	list := get[struct {
		Connections []struct {
			Name string `json:"name"`
		} `json:"connections"`
	}](c, "/v1/connections").Connections
	names := make([]string, 0, len(list))
	for _, one := range list {
		names = append(names, one.Name)
	}
	return names
}

// connect adds a connection with keys and returns its resource name.
func (c *company) connect(name string, keys any) string {
	c.t.Helper()
	var made struct {
		Name string `json:"name"`
	}
	request := map[string]string{"service": "LINE_WORKS", "displayName": name}
	if err := c.admin.Post(c.t.Context(), "/v1/connections", request, &made); err != nil {
		c.t.Fatal(err)
	}
	if err := c.admin.Put(c.t.Context(), "/v1/"+made.Name+"/credentials", keys, nil); err != nil {
		c.t.Fatal(err)
	}
	return made.Name
}

// issueToken issues a callback token and returns the URL to paste.
func (c *company) issueToken(connection string) string {
	c.t.Helper()
	var issued struct {
		URL string `json:"callbackUrl"`
	}
	if err := c.admin.Post(c.t.Context(), "/v1/"+connection+"/tokens", map[string]any{}, &issued); err != nil {
		c.t.Fatal(err)
	}
	return issued.URL
}

// untilAccepted waits until the public door knows a bot's callback URL and keys.
func (c *company) untilAccepted(bot string) {
	c.t.Helper()
	room, err := c.simulator.NewRoom(c.world.Domain, "準備", []string{c.world.People[0].ID}, []string{bot})
	if err != nil {
		c.t.Fatal(err)
	}
	eventually(c.t, "the public door accepts the bot", func() bool {
		d, err := c.simulator.Join(c.t.Context(), bot, room.ID)
		return err == nil && d.Status() == http.StatusOK
	})
}
