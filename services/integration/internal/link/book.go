package link

import "time"

// Verb is what happened to a link. The values are stored and published.
type Verb string

// The verbs.
const (
	Linked     Verb = "LINKED"
	Unlinked   Verb = "UNLINKED"
	Identified Verb = "IDENTIFIED"
	Renamed    Verb = "RENAMED"
	Gone       Verb = "GONE"
	Returned   Verb = "RETURNED"
)

// Source is by which way a link changed. The values are stored and published.
type Source string

// The sources.
const (
	ByEdit     Source = "EDIT"
	ByImport   Source = "IMPORT"
	BySync     Source = "SYNC"
	BySender   Source = "UNLINKED_SENDER"
	ByPlatform Source = "PLATFORM"
)

// Change is one entry of the history of an employee's link, with the account
// and the userId after it, or those that were removed.
type Change struct {
	Employee      string
	Verb          Verb
	Account, User string
}

// Book is the links that a change may touch: those of the employees, accounts
// and users concerned. It notes what changes and keeps one account and one user
// with one employee. Make it with NewBook.
type Book struct {
	now     time.Time
	links   map[string]Link   // by employee
	account map[string]string // employee by account
	user    map[string]string // employee by userId
	userKey map[string]string // employee by the spelling in which a userId is typed
	stored  map[string]bool   // employees with a link when the book was opened
	touched map[string]bool
	changes []Change
}

// NewBook opens a book on stored links; now is the time of what changes.
func NewBook(links []Link, now time.Time) *Book {
	b := &Book{
		now: now, links: map[string]Link{}, account: map[string]string{}, user: map[string]string{},
		userKey: map[string]string{}, stored: map[string]bool{}, touched: map[string]bool{},
	}
	for _, l := range links {
		b.put(l)
		b.stored[l.Employee] = true
	}
	return b
}

// Of is the employee's link; false when there is none.
func (b *Book) Of(employee string) (Link, bool) {
	l, ok := b.links[employee]
	return l, ok
}

// Changes are the entries of the history, in order.
func (b *Book) Changes() []Change { return b.changes }

// Rows are what to store: employees whose stored links go, then links that come.
func (b *Book) Rows() (outdated []string, current []Link) {
	for employee := range b.touched {
		if b.stored[employee] {
			outdated = append(outdated, employee)
		}
		if l, ok := b.links[employee]; ok {
			current = append(current, l)
		}
	}
	return outdated, current
}

// Remove unlinks the employee; false when there was no link.
func (b *Book) Remove(employee string) bool {
	l, ok := b.links[employee]
	if ok {
		b.drop(l)
		b.note(l, Unlinked)
	}
	return ok
}

// Observe takes what LINE WORKS says about a person who exists. The link of the
// person follows a login id that changed; a link that was made with the login id,
// or with the userId in whatever case, learns the userId. A login id that went to
// another person links nobody; an empty one is none that anybody could be linked with,
// and the link keeps the one it has.
func (b *Book) Observe(user, login string) {
	account := Key(login)
	if l, ok := b.links[b.account[Key(user)]]; ok && l.User == "" && b.user[user] == "" {
		b.identify(l, user) // somebody typed the userId as the account
	}
	if l, ok := b.links[b.user[user]]; ok {
		l = b.known(l)
		if account != "" && l.Account != account && b.vacate(account, user) {
			b.drop(l)
			l.Account, l.Revision = account, l.Revision+1
			b.set(l, Renamed)
		}
		return
	}
	if l, ok := b.links[b.account[account]]; ok && l.User == "" {
		b.identify(l, user)
	}
}

func (b *Book) identify(l Link, user string) {
	l = b.known(l)
	l.User = user
	b.set(l, Identified)
}

// Rival is the userId of another person who is linked with the login id and not
// known to be gone. Two people cannot have one login id, so that person has
// another one by now or does not exist any more. Empty when there is none.
func (b *Book) Rival(user, login string) string {
	l := b.links[b.account[Key(login)]]
	if l.User == user || !l.Gone.IsZero() {
		return ""
	}
	return l.User
}

// Replaces tells that the employee is linked to another account than the wanted
// one.
func (b *Book) Replaces(w Want) bool {
	l, linked := b.links[w.Employee]
	return linked && !l.is(w)
}

// Vanish takes that LINE WORKS calls a person, whom a userId or a login id names, not
// active. The link stays.
func (b *Book) Vanish(id string) {
	if l, ok := b.whose(id); ok && l.Gone.IsZero() {
		l.Gone = b.now
		b.set(l, Gone)
	}
}

// VanishFrom is Vanish by the word of a LINE WORKS that it knows nobody such, which tells
// of its own people only.
func (b *Book) VanishFrom(home Home, id string) {
	if l, ok := b.whose(id); ok && home.Knew(l) {
		b.Vanish(id)
	}
}

// whose is the link of the person whom a userId or a login id names.
func (b *Book) whose(id string) (Link, bool) {
	employee, ok := b.user[id]
	if !ok {
		employee = b.account[Key(id)]
	}
	l, ok := b.links[employee]
	return l, ok
}

func (b *Book) known(l Link) Link {
	if !l.Gone.IsZero() {
		l.Gone = time.Time{}
		b.set(l, Returned)
	}
	return l
}

// vacate frees an account for the person who has it at LINE WORKS. Whoever is
// linked with it and known to be another person has another login id by now:
// until it is heard, the userId stands for it. An account of which only the
// login id is known stays where somebody put it.
func (b *Book) vacate(account, user string) bool {
	l, taken := b.links[b.account[account]]
	if !taken {
		return true
	}
	stand := Key(l.User)
	if l.User == "" || l.User == user || stand == account || b.account[stand] != "" {
		return false
	}
	b.drop(l)
	l.Account, l.Revision = stand, l.Revision+1
	b.set(l, Renamed)
	return true
}

// set stores a link and notes why.
func (b *Book) set(l Link, verb Verb) {
	b.put(l)
	b.note(l, verb)
}

func (b *Book) note(l Link, verb Verb) {
	b.touched[l.Employee] = true
	b.changes = append(b.changes, Change{Employee: l.Employee, Verb: verb, Account: l.Account, User: l.User})
}

func (b *Book) put(l Link) {
	b.links[l.Employee], b.account[l.Account] = l, l.Employee
	if l.User != "" {
		b.user[l.User], b.userKey[Key(l.User)] = l.Employee, l.Employee
	}
}

func (b *Book) drop(l Link) {
	delete(b.links, l.Employee)
	delete(b.account, l.Account)
	delete(b.user, l.User)
	delete(b.userKey, Key(l.User))
}
