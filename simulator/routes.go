package simulator

import "net/http"

// routes lists every address of the simulator.
func (s *Simulator) routes() http.Handler {
	mux := http.NewServeMux()
	for pattern, e := range endpoints() {
		mux.HandleFunc(pattern, s.serve(e))
	}
	for _, prefix := range []string{"/v1.0/", "/oauth2/", "/r/", "/b/"} {
		mux.HandleFunc(prefix, noSuchAPI)
	}
	s.pageRoutes(mux)
	return mux
}

func noSuchAPI(w http.ResponseWriter, _ *http.Request) {
	apiV2.refuse(http.StatusNotFound, "NOT_FOUND", "no such API").write(w)
}

func endpoints() map[string]endpoint {
	read := []string{"bot", "bot.read"}
	write := []string{"bot"}
	speak := []string{"bot", "bot.message"}
	look := []string{"bot", "bot.message", "bot.read"}
	people := []string{"user.email.read", "user.profile.read", "user.read", "user", "directory.read", "directory"}
	const (
		bot     = "/v1.0/bots/{botId}"
		channel = bot + "/channels/{channelId}"
		menu    = bot + "/persistentmenu"
		domain  = bot + "/domains/{domainId}"
		botV1   = "/r/{apiId}/message/v1/bot/{botId}"
	)
	return map[string]endpoint{
		"POST /oauth2/v2.0/token":                  {"token", ClassToken, oauth, nil, (*call).token},
		"POST /oauth2/v2.0/revoke":                 {"revoke", ClassToken, oauth, nil, (*call).revoke},
		"POST /b/{apiId}/server/token":             {"server-token", ClassToken, gatewayV1, nil, (*call).serverToken},
		"GET /v1.0/users":                          {"user-list", ClassUsers, apiV2, stateScopes(), (*call).listUsers},
		"GET /v1.0/users/{userId}":                 {"user-get", ClassUsers, apiV2, people, (*call).getUser},
		"GET /v1.0/bots":                           {"bot-list", ClassBots, apiV2, read, (*call).listBots},
		"POST /v1.0/bots":                          {"bot-create", ClassBots, apiV2, write, (*call).createBot},
		"GET " + bot:                               {"bot-get", ClassBots, apiV2, read, (*call).getBot},
		"PATCH " + bot:                             {"bot-patch", ClassBots, apiV2, write, (*call).patchBot},
		"PUT " + bot:                               {"bot-update", ClassBots, apiV2, write, (*call).putBot},
		"POST " + bot + "/secret":                  {"bot-secret-issue", ClassBots, apiV2, write, (*call).reissueSecret},
		"GET " + bot + "/domains":                  {"bot-domain-list", ClassBots, apiV2, read, (*call).listDomains},
		"POST " + domain:                           {"bot-domain-create", ClassBots, apiV2, write, (*call).publish},
		"PATCH " + domain:                          {"bot-domain-patch", ClassBots, apiV2, write, (*call).publish},
		"GET " + menu:                              {"bot-menu-get", ClassBots, apiV2, look, (*call).getMenu},
		"POST " + menu:                             {"bot-menu-create", ClassBots, apiV2, speak, (*call).setMenu},
		"DELETE " + menu:                           {"bot-menu-delete", ClassBots, apiV2, speak, (*call).deleteMenu},
		"POST " + bot + "/channels":                {"bot-channel-create", ClassBots, apiV2, speak, (*call).createChannel},
		"GET " + channel:                           {"bot-channel-get", ClassBots, apiV2, look, (*call).getChannel},
		"GET " + channel + "/members":              {"bot-channel-members", ClassBots, apiV2, look, (*call).listMembers},
		"POST " + channel + "/leave":               {"bot-channel-leave", ClassBots, apiV2, speak, (*call).leaveChannel},
		"POST " + channel + "/messages":            {"bot-channel-message-send", ClassMessages, apiV2, speak, (*call).sendToChannel},
		"POST " + bot + "/users/{userId}/messages": {"bot-user-message-send", ClassMessages, apiV2, speak, (*call).sendToUser},

		"GET " + botV1:                                {"bot-get", ClassBots, gatewayV1, nil, (*call).getBotV1},
		"PUT " + botV1:                                {"bot-update", ClassBots, gatewayV1, nil, (*call).putBotV1},
		"POST " + botV1 + "/message/push":             {"message-push", ClassMessages, gatewayV1, nil, (*call).push},
		"GET /r/{apiId}/contact/v2/accounts/{userId}": {"contact", ClassUsers, gatewayV1, nil, (*call).getAccount},
	}
}
