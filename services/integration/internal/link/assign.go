package link

// Want is an account that an employee should have. User is the userId when it is
// known, empty when only the login id is.
type Want struct{ Employee, Account, User string }

// Result is how a row of many ended. The values are stored and published.
type Result string

// The results. The zero value is none yet.
const (
	Created   Result = "CREATED"
	Changed   Result = "CHANGED"
	Unchanged Result = "UNCHANGED"
	Failed    Result = "FAILED"
	NoMatch   Result = "NO_MATCH"
	Lost      Result = "GONE" // the link stays, and LINE WORKS does not know its person
)

// Verdict is what becomes of a want. Holder is who has the account when it
// failed.
type Verdict struct {
	Result Result
	Holder string
}

// Assign gives every employee the wanted account, in one step: two may swap
// theirs. Each employee and each account may be wanted once. A want fails when
// somebody keeps the account; the others are done. An account that changes
// forgets its userId, unless the want knows the new one.
func (b *Book) Assign(wants []Want) []Verdict {
	p := plan{book: b, wants: wants, verdicts: make([]Verdict, len(wants)), moving: map[string]int{}, waiting: map[string][]int{}}
	p.compare()
	p.refuse()
	p.move()
	return p.verdicts
}

type plan struct {
	book     *Book
	wants    []Want
	verdicts []Verdict
	moving   map[string]int   // wants that give an employee another account
	waiting  map[string][]int // wants that need an employee to move
}

// compare finds what is as it should be; everything else moves.
func (p *plan) compare() {
	for i, w := range p.wants {
		l, linked := p.book.links[w.Employee]
		if !linked || !l.is(w) {
			p.moving[w.Employee] = i
			continue
		}
		p.verdicts[i].Result = Unchanged
		if w.User != "" && l.User == "" && p.book.user[w.User] == "" {
			l.User = w.User
			p.book.set(l, Identified)
		}
	}
}

// refuse fails wants whose account somebody keeps, and then those who waited
// for the account of an employee who cannot move.
func (p *plan) refuse() {
	for i, w := range p.wants {
		if p.verdicts[i].Result != "" {
			continue
		}
		for _, holder := range p.holders(w) {
			if _, moves := p.moving[holder]; !moves {
				p.fail(i, holder)
				break
			}
			p.waiting[holder] = append(p.waiting[holder], i)
		}
	}
}

func (p *plan) fail(i int, holder string) {
	failed := []int{i}
	p.verdicts[i] = Verdict{Result: Failed, Holder: holder}
	for len(failed) > 0 {
		employee := p.wants[failed[0]].Employee
		failed = failed[1:]
		delete(p.moving, employee)
		for _, next := range p.waiting[employee] {
			if p.verdicts[next].Result == "" {
				p.verdicts[next] = Verdict{Result: Failed, Holder: employee}
				failed = append(failed, next)
			}
		}
	}
}

// holders are the employees who have the account or are the person.
func (p *plan) holders(w Want) []string {
	var out []string
	by := p.book.account[w.Account]
	if other := p.book.links[by]; by != "" && by != w.Employee && (w.User == "" || other.User == "" || other.User == w.User || p.book.account[Key(other.User)] != "") {
		out = append(out, by)
	}
	if is := p.book.user[w.User]; w.User != "" && is != "" && is != w.Employee && is != by {
		out = append(out, is)
	}
	// Somebody typed the userId of a person who is known: that is the same account.
	if is := p.book.userKey[w.Account]; is != "" && is != w.Employee {
		out = append(out, is)
	}
	return out
}

// move takes every account away first, so that the order does not matter.
func (p *plan) move() {
	before := map[string]Link{}
	for employee := range p.moving {
		if l, linked := p.book.links[employee]; linked {
			before[employee] = l
			p.book.drop(l)
		}
	}
	for i, w := range p.wants {
		if at, moves := p.moving[w.Employee]; !moves || at != i {
			continue
		}
		p.book.vacate(w.Account, w.User)
		was, linked := before[w.Employee]
		p.verdicts[i].Result = Created
		if linked {
			p.verdicts[i].Result = Changed
		}
		p.book.set(Link{Employee: w.Employee, Account: w.Account, User: w.User, Created: p.book.now, Revision: was.Revision + 1}, Linked)
	}
}
