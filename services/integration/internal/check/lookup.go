package check

import (
	"fmt"

	"github.com/dakoku/dakoku/platform/fault"
	"github.com/dakoku/dakoku/services/integration/internal/connection"
	"github.com/dakoku/dakoku/services/integration/internal/credential"
	"github.com/dakoku/dakoku/services/integration/internal/guide"
)

var (
	lookUpsForbidden = fault.Text{JA: "LINE WORKS が、このアプリにメンバーの照会を許可していません", EN: "LINE WORKS does not let this app see who members are"}
	lookUpsRefused   = fault.Text{JA: "LINE WORKS が、メンバーの照会を受け付けません", EN: "LINE WORKS does not take the question who a member is"}

	seeMembers = guide.App("「OAuth Scopes」の「管理」で user.email.read にチェックを入れて保存し、アプリの利用範囲に打刻する人が含まれることを確認してください。",
		"click Manage beside OAuth Scopes, tick user.email.read and save, and see that the app may be used for everybody who punches.")
	whoseKeys = fault.Text{
		JA: "従業員一覧で「LINE WORKS のアカウントID」を確認し、キーが打刻する人のいる LINE WORKS のものであることを確かめてください。",
		EN: "Check the LINE WORKS account ids in the list of employees, and that the keys are of the LINE WORKS of those who punch.",
	}
	// seeMembersNow is for punches that wait: only then the console has this entry of the menu.
	seeMembersNow = fault.Text{
		JA: seeMembers.JA + "直したあと連携の状況の「その他の操作」で「連携を有効にする」を押すと、待っている打刻がすぐに判定されます。",
		EN: seeMembers.EN + " Then choose “Switch it on” under “More actions” on the page of the connection: the punches that wait are judged at once.",
	}
)

// LookUps says why LINE WORKS does not say who people are.
func LookUps(c connection.Cause) Breakage {
	switch c.Reason {
	case connection.LookUpsForbidden:
		return Breakage{c, with(lookUpsForbidden, c.Code), seeMembersNow}
	case connection.LookUpsRefused:
		return Breakage{c, with(lookUpsRefused, c.Code), seeMembersNow}
	default:
		return Broken(c)
	}
}

// lookUp judges whether people can be looked up as for a punch; that nobody has the id is
// an answer, too. An app that may be used by a part of the company is told of some people
// and not of others: a few were asked about, and no more is claimed.
func (s Seen) lookUp() Item {
	switch t := s.Person; {
	case s.Version == credential.V1:
		return passed(LookUp, "API 1.0 のコールバックにはIDが含まれるため、照会は不要です。", "Callbacks of API 1.0 name the login id: nobody is looked up.")
	case s.Token.Any():
		return s.blocked(LookUp, s.Token)
	case t.Reason == Away, t.Reason == Limited:
		return s.blocked(LookUp, t)
	case s.Asked > 0 && (t.Reason == Forbidden || t.Reason == Refused):
		return s.untold()
	case t.Reason == ScopeMissing, t.Reason == Forbidden:
		return Item{LookUp, Failed, with(lookUpsForbidden, t.Code), seeMembers}
	case t.Any():
		return Item{LookUp, Failed, with(lookUpsRefused, t.Code), seeMembers}
	case s.Asked == 0:
		return passed(LookUp, "LINE WORKS はメンバーの照会を受け付けます。LINE WORKS で確認できた紐付けがまだないため、実在の人では確かめていません。",
			"LINE WORKS takes the question who a member is. No link has been confirmed at LINE WORKS yet, so it was asked about no real person.")
	case s.Known == 0:
		return Item{LookUp, Advice, fault.Text{
			JA: fmt.Sprintf("LINE WORKS はメンバーの照会を受け付けますが、照会した紐付け済みの%d人は、この LINE WORKS にいませんでした", s.Asked),
			EN: fmt.Sprintf("LINE WORKS takes the question who a member is, but knows nobody of the %d linked people who were asked about", s.Asked),
		}, whoseKeys}
	}
	return passed(LookUp, fmt.Sprintf("紐付け済みの%d人を LINE WORKS に照会でき、%d人が見つかりました。ほかの人は確かめていません。", s.Asked, s.Known),
		fmt.Sprintf("LINE WORKS says who people are: it was asked about %d who are linked and found %d, and about nobody else.", s.Asked, s.Known))
}

// untold is the item when LINE WORKS tells nothing of some people, or of none of those who were asked about.
func (s Seen) untold() Item {
	untold := s.Asked - s.Told
	found := with(fault.Text{
		JA: fmt.Sprintf("LINE WORKS は、照会した紐付け済みの%d人のうち%d人について答えません", s.Asked, untold),
		EN: fmt.Sprintf("LINE WORKS does not answer about %d of the %d linked people who were asked about", untold, s.Asked),
	}, s.Person.Code)
	if s.Told == 0 {
		return Item{LookUp, Failed, found, seeMembers}
	}
	return Item{LookUp, Advice, found, seeMembers}
}
