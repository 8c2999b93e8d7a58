package link

import (
	"slices"

	"github.com/dakoku/dakoku/platform/fault"
)

// Employee is what linking needs to know of an employee.
type Employee struct {
	ID, Number, Email, Name string // Number and Email are empty when there is none
	Active                  bool
}

// Outcome is what became of one row of an import or one employee of a sync.
// Reason is set when it failed or has no match, and so is Text, but not by Match.
type Outcome struct {
	Line    int
	Number  string
	Want    Want
	Result  Result
	Reason  string
	Text    fault.Text
	Holder  string // who has the account, when that is why it failed and may be told
	Unasked bool   // a row that could not even be tried
}

// Reasons why a row fails, beside those of Normalize.
const (
	EmployeeUnknown  = "EMPLOYEE_NOT_FOUND"
	EmployeeInactive = "EMPLOYEE_INACTIVE"
	NumberTwice      = "EMPLOYEE_NUMBER_TWICE"
	AccountTwice     = "ACCOUNT_TWICE"
	AccountTaken     = "ACCOUNT_LINKED_ELSEWHERE"
	OtherAccount     = "EMPLOYEE_LINKED_OTHERWISE"
	Recreated        = "ACCOUNT_RECREATED"
)

var sentences = map[string]fault.Text{
	EmployeeUnknown: {JA: "この社員番号の従業員はいません。先に従業員を登録してください。",
		EN: "No employee has this number. Add the employee first."},
	EmployeeInactive: {JA: "この従業員は無効です。有効にしてから紐付けてください。",
		EN: "The employee is inactive. Activate the employee first."},
	NumberTwice: {JA: "同じ社員番号の行が複数あります。1行だけ残してください。",
		EN: "Several rows have this employee number. Leave one."},
	AccountTwice: {JA: "同じアカウントIDの行が複数あります。1行だけ残してください。",
		EN: "Several rows have this account. Leave one."},
	AccountTaken: taken(Employee{}),
	OtherAccount: {JA: "この従業員は別のアカウントに紐付いています。置き換えるには従業員の画面で変更してください。",
		EN: "The employee is linked to another account. To replace it, edit the employee's link."},
	Recreated: {JA: "紐付いているアカウントはLINE WORKSにもうなく、同じアドレスの別のアカウントがあります(削除後に作り直された可能性があります)。同じ人であることを確認し、relinkRecreated を true にして同期するか、従業員の画面で変更してください。",
		EN: "LINE WORKS does not have the linked account any more, and another account has the address: it was probably deleted and created anew. Make sure that it is the same person, then sync with relinkRecreated as true or edit the employee's link."},
}

// Sentence says a reason in words; zero for a reason that is none of ours.
func Sentence(reason string) fault.Text {
	if text, is := unmatchedSentences[reason]; is {
		return text
	}
	return sentences[reason]
}

// Judge tells for each row what the row by itself says: whom to link with what,
// or why it cannot be. Rows that contradict each other all fail.
func Judge(rows []Row, staff []Employee) []Outcome {
	byNumber := map[string]Employee{}
	for _, e := range staff {
		if e.Number != "" {
			byNumber[e.Number] = e
		}
	}
	numbers, accounts := map[string]int{}, map[string]int{}
	out := make([]Outcome, len(rows))
	for i, r := range rows {
		out[i] = judge(r, byNumber)
		numbers[r.Number]++
		accounts[out[i].Want.Account]++
	}
	for i := range out {
		switch o := &out[i]; {
		case o.Unasked:
		case numbers[o.Number] > 1:
			o.fail(NumberTwice)
		case accounts[o.Want.Account] > 1:
			o.fail(AccountTwice)
		}
	}
	return out
}

func judge(r Row, byNumber map[string]Employee) Outcome {
	o := Outcome{Line: r.Line, Number: r.Number, Want: Want{Account: r.Account}}
	e, known := byNumber[r.Number]
	account, err := Normalize(r.Account)
	if known {
		o.Want.Employee = e.ID
	}
	if err == nil {
		o.Want.Account = account
	}
	switch f, bad := fault.From(err); {
	case !known:
		o.fail(EmployeeUnknown)
	case !e.Active:
		o.fail(EmployeeInactive)
	case bad:
		o.fail(f.Fields()[0].Reason)
		o.Text = f.Fields()[0].Text
	}
	return o
}

func (o *Outcome) fail(reason string) {
	o.Result, o.Reason, o.Text, o.Unasked = Failed, reason, Sentence(reason), true
}

// Wants are the rows that can be tried.
func Wants(outcomes []Outcome) []Want {
	var out []Want
	for _, o := range outcomes {
		if !o.Unasked {
			out = append(out, o.Want)
		}
	}
	return out
}

// Settle gives the tried rows their verdicts, which are in the order of Wants.
// holder is who the employee with an id is, as far as that may be told.
func Settle(outcomes []Outcome, verdicts []Verdict, holder func(id string) Employee) []Outcome {
	out := slices.Clone(outcomes)
	for i := range out {
		o := &out[i]
		if o.Unasked {
			continue
		}
		o.Result = verdicts[0].Result
		if o.Result == Failed {
			has := holder(verdicts[0].Holder)
			o.Reason, o.Text, o.Holder = AccountTaken, taken(has), has.ID
		}
		verdicts = verdicts[1:]
	}
	return out
}
