package link

// Member is a person of the LINE WORKS directory. LoginID may be empty for one
// who is not Active, which is suspended or deleted.
type Member struct {
	User, LoginID string
	Active        bool
}

// Is tells that the account names the member: it is the login id, or the userId in
// whatever case.
func (m Member) Is(account string) bool {
	return m.User != "" && (Key(m.LoginID) == account || Key(m.User) == account)
}

// Members are people of the directory, found by login id and by userId. Make it
// with NewMembers.
type Members struct {
	byLogin   map[string][]Member // only active ones
	byUser    map[string]Member
	typed     map[string]bool // userIds of active ones as somebody may have typed them for an account
	suspended map[string]bool // login ids of those who are not active
	home      Home            // whose they are
}

// NewMembers sorts the people of a LINE WORKS.
func NewMembers(home Home, all []Member) Members {
	out := Members{home: home, byLogin: map[string][]Member{}, byUser: map[string]Member{}, typed: map[string]bool{}, suspended: map[string]bool{}}
	for _, m := range all {
		out.byUser[m.User] = m
		if m.Active {
			out.typed[Key(m.User)] = true
		}
		switch key := Key(m.LoginID); {
		case key == "":
		case m.Active:
			out.byLogin[key] = append(out.byLogin[key], m)
		default:
			out.suspended[key] = true
		}
	}
	return out
}

// live tells that the linked person is among the active members.
func (m Members) live(l Link) bool {
	return m.byUser[l.User].Active || (l.User == "" && (len(m.byLogin[l.Account]) == 1 || m.typed[l.Account]))
}

// Active are the userIds of the active members.
func (m Members) Active() (out []string) {
	for user, is := range m.byUser {
		if is.Active {
			out = append(out, user)
		}
	}
	return out
}
