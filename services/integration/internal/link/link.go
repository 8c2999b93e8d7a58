// Package link ties employees to LINE WORKS accounts, one-to-one in an
// organization. It knows how an account is written, so that one account has one
// spelling; what changes a link and what does not; and how many are changed at
// once. It refuses to know what employees are and where links are stored.
package link

import (
	"cmp"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"github.com/dakoku/dakoku/platform/fault"
	"github.com/dakoku/dakoku/services/integration/internal/guide"
)

// maxAccount is the most bytes of an account id.
const maxAccount = 200

// path is the field of the contract that these rules judge.
const path = "lineWorksAccountId"

// Link ties an employee to an account.
type Link struct {
	Employee string    // id
	Account  string    // the login id; in one spelling
	User     string    // the permanent userId; empty until LINE WORKS named it
	Created  time.Time // when the employee got this account
	Gone     time.Time // since when LINE WORKS does not know it; zero while it does
	Asked    time.Time // when LINE WORKS was asked last about the person by itself, not for a punch; zero: never
	Domain   string    // of the app whose LINE WORKS named the person; empty: none has since this is noted
	Revision int64     // grows when the account changes, starts at 1
}

// Normalize brings an account id that an administrator typed into its one
// spelling: trimmed and in lower case. It may be a login id or a userId. The
// error is a fault that names the field.
func Normalize(raw string) (string, error) {
	account := strings.TrimSpace(raw)
	switch {
	case account == "":
		return "", refuse("REQUIRED", "LINE WORKSのアカウントIDを入力してください。", "Enter the LINE WORKS account id.")
	case len(account) > maxAccount:
		return "", refuse("TOO_LONG", "アカウントIDは200文字までです。", "An account id has at most 200 characters.")
	case !utf8.ValidString(account) || norm.NFKC.String(account) != account:
		return "", refuse("FULL_WIDTH", "アカウントIDは半角で入力してください。", "Type the account id in half-width characters.")
	case strings.ContainsFunc(account, unicode.IsSpace):
		return "", refuse("WHITESPACE", "アカウントIDの途中に空白があります。", "There is white space inside the account id.")
	case strings.ContainsFunc(account, func(r rune) bool { return r <= ' ' || r >= 0x7f }):
		return "", refuse("NOT_ASCII", "アカウントIDに使えるのは半角英数字と記号です。", "An account id has only ASCII letters, digits and signs.")
	}
	return Key(account), nil
}

// Key is the spelling under which an account that LINE WORKS told us is looked
// up. It never fails: what does not fit is simply linked to nobody. Only A to Z
// have a lower case here: LINE WORKS tells login ids in lower case and they are
// ASCII, and nothing else may become equal to one.
func Key(account string) string {
	return strings.Map(func(r rune) rune {
		if 'A' <= r && r <= 'Z' {
			r += 'a' - 'A'
		}
		return r
	}, strings.TrimSpace(account))
}

func refuse(reason, ja, en string) error {
	return fault.Invalid(fault.Field{Path: path, Reason: reason, Text: guide.After(ja, en, guide.LoginID())})
}

// is tells that the link is the wanted one already, as far as both are known.
func (l Link) is(w Want) bool {
	return l.Account == w.Account && (w.User == "" || l.User == "" || l.User == w.User)
}

// Who is by what LINE WORKS is asked about the person: the userId, or the account as
// long as it was never named.
func (l Link) Who() string { return cmp.Or(l.User, l.Account) }

// Same tells that nothing has happened to the link that was read before: it is still
// this account of this employee, and nobody was named.
func (l Link) Same(before Link) bool {
	return l.Employee == before.Employee && l.Account == before.Account && l.User == before.User &&
		l.Revision == before.Revision && l.Created.Equal(before.Created)
}

// NotFound is the fault for an employee without a link.
func NotFound() *fault.Fault {
	return fault.New(fault.NotFound, "ACCOUNT_LINK_NOT_FOUND", fault.Text{
		JA: "この従業員にはLINE WORKSアカウントが紐付いていません。",
		EN: "The employee has no LINE WORKS account link.",
	})
}

// Elsewhere is the fault for an account that another employee has; an account
// belongs to one employee and an employee has one account. It says who as far as
// that is known; the zero Employee is not to be told.
func Elsewhere(holder Employee) *fault.Fault {
	elsewhere := fault.New(fault.Exists, "ACCOUNT_LINKED_ELSEWHERE", taken(holder))
	if holder.ID == "" {
		return elsewhere
	}
	return elsewhere.With("employee", holderName+holder.ID)
}

// taken says that an account is another employee's, and whose.
func taken(holder Employee) fault.Text {
	ja, en := "", ""
	switch {
	case holder.Number != "" && holder.Name != "":
		ja, en = "(社員番号 "+holder.Number+" "+holder.Name+")", " (employee number "+holder.Number+", "+holder.Name+")"
	case holder.Number+holder.Name != "":
		ja, en = "("+holder.Number+holder.Name+")", " ("+holder.Number+holder.Name+")"
	}
	return fault.Text{
		JA: "このLINE WORKSアカウントは別の従業員" + ja + "に紐付いています。先にその紐付けを解除してください。",
		EN: "The LINE WORKS account is linked to another employee" + en + ". Remove that link first.",
	}
}

const holderName = "employees/"

// HolderOf is the employee whom Elsewhere named.
func HolderOf(f *fault.Fault) string { return strings.TrimPrefix(f.Meta()["employee"], holderName) }

// Otherwise is the fault for an employee who is linked to another account, when
// the caller did not say that it goes.
func Otherwise() *fault.Fault {
	return fault.New(fault.Precondition, "EMPLOYEE_LINKED_OTHERWISE", fault.Text{
		JA: "この従業員はすでに別のLINE WORKSアカウントに紐付いています。置き換える場合は replace を true にしてもう一度実行してください。",
		EN: "The employee is linked to another LINE WORKS account. To replace it, send replace as true.",
	})
}

// Inactive is the fault for an employee who may not be linked, because nothing
// that the account sends would be recorded.
func Inactive() *fault.Fault {
	return fault.New(fault.Precondition, "EMPLOYEE_INACTIVE", sentences[EmployeeInactive])
}

// SenderNotFound is the fault for an unlinked sender who does not exist, or who
// is linked by now.
func SenderNotFound() *fault.Fault {
	return fault.New(fault.NotFound, "UNLINKED_SENDER_NOT_FOUND", fault.Text{
		JA: "この送信者は一覧にありません。すでに紐付けられた可能性があります。",
		EN: "The sender is not in the list; it may be linked by now.",
	})
}

// BadEmployee is the fault for text that is no id of an employee.
func BadEmployee() error {
	return fault.Invalid(fault.Field{Path: "employee", Reason: "MALFORMED", Text: fault.Text{
		JA: "従業員のIDを指定してください。",
		EN: "Name the employee by id.",
	}})
}
