package link

import (
	"cmp"
	"math"
	"slices"
	"sort"
)

// Problem is what is wrong with the links of an organization or with what they
// are said to have been.
type Problem string

// The problems.
const (
	Rewritten Problem = "REWRITTEN"  // an entry of the history is not what it was, or one before it
	NoEntry   Problem = "NO_ENTRY"   // the history does not lead to the receipt: entries were changed or removed
	OtherLink Problem = "OTHER_LINK" // by the history, the sender was not the employee
	Unlike    Problem = "UNLIKE"     // the employee's link is not as the history has left it
)

// Text says it in Japanese and English.
func (p Problem) Text() (ja, en string) {
	text := map[Problem][2]string{
		Rewritten: {"紐付けの履歴が書き換えられています", "the history of account links was changed here or before"},
		NoEntry:   {"イベントを判定したときの紐付けの履歴が残っていません", "the history of account links is not the one that the event was judged with"},
		OtherLink: {"紐付けの履歴では、送信者はこの従業員ではありません", "by the history of account links the sender was not this employee"},
		Unlike:    {"現在の紐付けが履歴と合いません", "the account link is not as its history has left it"},
	}[p]
	return text[0], text[1]
}

// Entry is a stored entry of the history. Whole tells that its digest is the one
// of itself and of the entry before.
type Entry struct {
	Tenant string
	Seq    int64
	Change
	Digest Digest
	Whole  bool
}

// History is what happened to the links of every organization. Make it with Add,
// an organization's entries in their order. The zero value has none.
type History struct {
	heads  map[string]map[int64]Digest // by tenant and seq
	people map[Holder][]moment
	broken []Entry
}

// Holder is an employee of an organization.
type Holder struct{ Tenant, Employee string }

// moment is how an employee was linked from an entry on.
type moment struct {
	seq    int64
	linked bool
	link   Link
}

// Add takes the next entry in.
func (h *History) Add(e Entry) {
	if h.people == nil {
		h.heads, h.people = map[string]map[int64]Digest{}, map[Holder][]moment{}
	}
	if h.heads[e.Tenant] == nil {
		h.heads[e.Tenant] = map[int64]Digest{}
	}
	if h.heads[e.Tenant][e.Seq] = e.Digest; !e.Whole {
		h.broken = append(h.broken, e)
	}
	of := Holder{e.Tenant, e.Employee}
	next := moment{seq: e.Seq, linked: e.Verb != Unlinked, link: Link{Employee: e.Employee, Account: e.Account, User: e.User}}
	h.people[of] = append(h.people[of], next)
}

// Broken are the entries whose digest is not that of themselves and of the entry
// before them.
func (h *History) Broken() []Entry { return h.broken }

// at is how the employee was linked after the entry of the seq.
func (h *History) at(of Holder, seq int64) (Link, bool) {
	moments := h.people[of]
	next := sort.Search(len(moments), func(i int) bool { return moments[i].seq > seq })
	if next == 0 {
		return Link{}, false
	}
	return moments[next-1].link, moments[next-1].linked
}

// Judge tells what is wrong with an event that was judged as the employee's with
// a receipt; empty when nothing is.
func (h *History) Judge(tenant, employee, receipt string) Problem {
	r, err := ParseReceipt(receipt)
	if err != nil {
		return NoEntry
	}
	if head, there := h.heads[tenant][r.Seq]; !there || head != r.Head {
		return NoEntry
	}
	l, linked := h.at(Holder{tenant, employee}, r.Seq)
	if !linked || r.Sender != ByAccount(tenant, l.Account) && (l.User == "" || r.Sender != ByUser(tenant, l.User)) {
		return OtherLink
	}
	return ""
}

// Unlike names whose current link is not what the history has left, in the order
// of the ids. Whether the person is known to be gone is not compared.
func (h *History) Unlike(current map[Holder]Link) (found []Holder) {
	for of, l := range current {
		was, linked := h.at(of, math.MaxInt64)
		if !linked || was != (Link{Employee: l.Employee, Account: l.Account, User: l.User}) {
			found = append(found, of)
		}
	}
	for of := range h.people {
		if _, there := current[of]; there {
			continue
		}
		if _, linked := h.at(of, math.MaxInt64); linked {
			found = append(found, of)
		}
	}
	slices.SortFunc(found, func(a, b Holder) int {
		return cmp.Or(cmp.Compare(a.Tenant, b.Tenant), cmp.Compare(a.Employee, b.Employee))
	})
	return found
}
