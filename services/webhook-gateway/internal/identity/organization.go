package identity

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/dakoku/dakoku/platform/fault"
	"github.com/dakoku/dakoku/platform/glyph"
	"github.com/dakoku/dakoku/services/webhook-gateway/internal/identity/zone"
	"golang.org/x/text/unicode/norm"
)

// Organization is one company, a tenant.
type Organization struct {
	ID         string
	Name       string
	TimeZone   string // IANA name
	Locale     string // ja or en
	ClosingDay int    // 1 to 28, or 31 for the month's last day
	Revision   int64  // grows with every change
}

// tidied gives the name one spelling.
func (o Organization) tidied() Organization {
	o.Name = strings.TrimSpace(norm.NFC.String(o.Name))
	return o
}

// withDefaults fills what set-up may leave out.
func (o Organization) withDefaults() Organization {
	o = o.tidied()
	if o.TimeZone == "" {
		o.TimeZone = "Asia/Tokyo"
	}
	if o.Locale == "" {
		o.Locale = "ja"
	}
	if o.ClosingDay == 0 {
		o.ClosingDay = 31
	}
	return o
}

// faults names every wrong field below "organization". A zone that is kept is not judged anew: rules of ours that are
// newer than a choice take nothing from it.
func (o Organization) faults(kept string) []fault.Field {
	var bad []fault.Field
	if !plain(o.Name, 200) {
		bad = append(bad, fault.Field{Path: "organization.name", Reason: "NAME_LENGTH", Text: fault.Text{
			JA: "会社名は1〜200文字で、改行や制御文字を含めずに入力してください。", EN: "The name must have 1 to 200 characters, without line breaks or control characters."}})
	}
	if _, err := zone.Load(o.TimeZone); err != nil && (kept == "" || o.TimeZone != kept) {
		bad = append(bad, fault.Field{Path: "organization.timeZone", Reason: "TIME_ZONE_UNKNOWN", Text: fault.Text{
			JA: "タイムゾーンが見つかりません。Asia/Tokyo のように入力してください。",
			EN: "The time zone is not known. Use a name such as Asia/Tokyo."}})
	}
	if o.Locale != "ja" && o.Locale != "en" {
		bad = append(bad, fault.Field{Path: "organization.locale", Reason: "LOCALE_UNKNOWN", Text: fault.Text{
			JA: "言語は ja または en を指定してください。", EN: "The locale must be ja or en."}})
	}
	if o.ClosingDay != 31 && (o.ClosingDay < 1 || o.ClosingDay > 28) {
		bad = append(bad, fault.Field{Path: "organization.closingDay", Reason: "CLOSING_DAY_RANGE", Text: fault.Text{
			JA: "締め日は1〜28、または月末を表す31を指定してください。",
			EN: "The closing day must be 1 to 28, or 31 for the last day of the month."}})
	}
	return bad
}

// EmailKey is the spelling under which an e-mail address is looked up: two
// addresses that differ in case or width only are the same log-in name.
func EmailKey(email string) string {
	return strings.ToLower(norm.NFKC.String(strings.TrimSpace(email)))
}

// plain tells a text of one line, of which a reader sees something.
func plain(text string, longest int) bool {
	return glyph.Any(text) && utf8.RuneCountInString(text) <= longest && !strings.ContainsFunc(text, unwritten)
}

// unwritten are characters that break a line or control what is around them: one
// that turns the direction of writing would let a name reorder the list it stands in.
func unwritten(r rune) bool {
	return unicode.IsControl(r) || unicode.In(r, unicode.Bidi_Control, unicode.Zl, unicode.Zp)
}

func mail(email string) bool {
	local, domain, ok := strings.Cut(email, "@")
	return ok && local != "" && len(email) <= 254 && strings.Trim(domain, ".-") == domain && domain != "" &&
		!strings.ContainsFunc(email, func(r rune) bool { return unicode.IsSpace(r) || unicode.IsControl(r) }) &&
		!strings.Contains(domain, "@")
}
