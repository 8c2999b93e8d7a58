package simulator

import (
	"fmt"
	"net/http"
	"strconv"
)

func (s *Simulator) showScripts(w http.ResponseWriter, _ *http.Request) { show(w, s.Scripts()) }

func (s *Simulator) takeScript(w http.ResponseWriter, r *http.Request) {
	var script Script
	if readPage(w, r, &script) {
		done(w, s.Play(script))
	}
}

func (s *Simulator) stopScript(w http.ResponseWriter, r *http.Request) {
	s.StopScript(r.PathValue("name"))
	show(w, s.Scripts())
}

// takePerson changes a person: login e-mail, suspension, or deletion.
func (s *Simulator) takePerson(w http.ResponseWriter, r *http.Request) {
	var change struct {
		Email     string `json:"email"`
		Suspended *bool  `json:"suspended"`
		Removed   bool   `json:"removed"`
	}
	if !readPage(w, r, &change) {
		return
	}
	id, err := r.PathValue("user"), error(nil)
	if change.Email != "" {
		err = s.ChangeEmail(id, change.Email)
	}
	if err == nil && change.Suspended != nil {
		err = s.SuspendUser(id, *change.Suspended)
	}
	if err == nil && change.Removed {
		err = s.RemoveUser(id)
	}
	done(w, err)
}

func (s *Simulator) takeConfiguration(w http.ResponseWriter, r *http.Request) {
	var fields map[string]any
	if readPage(w, r, &fields) {
		done(w, s.Configure(r.PathValue("bot"), fields))
	}
}

// takeChange is one of the rarer things that people do in the consoles. The
// answer is what the developer console shows then.
func (s *Simulator) takeChange(w http.ResponseWriter, r *http.Request) {
	var change struct {
		Verb   string   `json:"verb"`
		Scopes []string `json:"scopes"`
		KeepV1 bool     `json:"keepV1"`
	}
	if !readPage(w, r, &change) {
		return
	}
	id := r.PathValue("bot")
	verbs := map[string]func() error{
		"setScopes":           func() error { return s.SetScopes(id, change.Scopes...) },
		"upgrade":             func() error { _, err := s.UpgradeBot(id, change.KeepV1); return err },
		"reissueBotSecret":    func() error { _, err := s.ReissueSecret(id); return err },
		"reissueClientSecret": func() error { return s.ReissueClientSecret(id) },
		"reissueKey":          func() error { return s.ReissueKey(id) },
		"revokeClient":        func() error { return s.RevokeClient(id) },
		"addRichMenu":         func() error { return s.AddRichMenu(id) },
	}
	verb, known := verbs[change.Verb]
	if !known {
		refusePage(w, fmt.Errorf("verb %q: %w", change.Verb, ErrUnknown))
		return
	}
	if err := verb(); err != nil {
		refusePage(w, err)
		return
	}
	s.showCredentials(w, r)
}

// takeDomain sets the plan of a domain, and whether a bot is public there.
func (s *Simulator) takeDomain(w http.ResponseWriter, r *http.Request) {
	var change struct {
		RatePerMinute *int   `json:"ratePerMinute"`
		Bot           string `json:"bot"`
		Visible       bool   `json:"visible"`
	}
	if !readPage(w, r, &change) {
		return
	}
	id, err := strconv.ParseInt(r.PathValue("domain"), 10, 64)
	if err == nil && change.RatePerMinute != nil {
		err = s.SetPlan(id, *change.RatePerMinute)
	}
	if err == nil && change.Bot != "" {
		err = s.SetVisible(change.Bot, id, change.Visible)
	}
	done(w, err)
}

func done(w http.ResponseWriter, err error) {
	if err != nil {
		refusePage(w, err)
		return
	}
	show(w, struct{}{})
}
