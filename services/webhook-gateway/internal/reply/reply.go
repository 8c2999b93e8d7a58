// Package reply finds the words for an outcome, in every language of the product.
//
// It knows sentences, their languages and the buttons under them. It refuses to
// know why something happened, whether an answer is wanted and how it is sent.
package reply

import (
	"fmt"
	"strings"
	"time"
)

// Text is one sentence in one language.
type Text struct {
	// Language is a LINE WORKS language: ja_JP, en_US, ko_KR, zh_CN or zh_TW.
	Language string
	// Text is the sentence.
	Text string
}

// Button sends a value when pressed.
type Button struct {
	// Postback is the value.
	Postback string
	// Labels has every language, Japanese first.
	Labels []Text
}

// Message is one answer.
type Message struct {
	// Texts has every language, Japanese first: it is the default.
	Texts []Text
	// Late says the same to somebody who reads it hours later; empty when Texts do.
	Late []Text
	// Buttons stand under the text; mostly none.
	Buttons []Button
	// Problem tells that the person has to act; such answers go first.
	Problem bool
}

// Facts are what a sentence may name. Template and Kind are spelled as in the
// contract; what a template does not name may be empty.
type Facts struct {
	// Template is the sentence, for example PUNCH_RECORDED.
	Template string
	// Kind is the kind of punch, for example CLOCK_IN.
	Kind string
	// Name is the employee's display name.
	Name string
	// Time and Previous are times as shown, 「09:00」 or 「25:30」.
	Time, Previous string
	// Period is the month, 2026-11.
	Period string
	// Date is the business day of both times, 2026-11-26.
	Date string
	// Now is when it is said: a day of another year is named with its year, and
	// every day while it is not the same year all over the earth: the company's zone
	// is not known here. Zero names every year.
	Now time.Time
}

// Compose finds the message; false for a template that says nothing.
func Compose(f Facts) (Message, bool) {
	said, ok := sentences[f.Template]
	if !ok {
		return Message{}, false
	}
	m := Message{Problem: said.problem, Texts: f.texts(said.words)}
	if said.late != (words{}) && (f.Date != "" || !strings.Contains(said.late[0], "{date}")) {
		m.Late = f.texts(said.late)
	}
	if said.buttons {
		m.Buttons = buttons()
	}
	return m, true
}

func (f Facts) texts(w words) []Text {
	var list []Text
	for i, language := range languages {
		list = append(list, Text{language, f.fill(w[i], i)})
	}
	return list
}

// fill puts the facts in, in one pass, so that a name cannot pose as a placeholder.
func (f Facts) fill(words string, language int) string {
	var out strings.Builder
	for {
		before, rest, more := strings.Cut(words, "{")
		out.WriteString(before)
		if !more {
			return out.String()
		}
		name, after, _ := strings.Cut(rest, "}")
		out.WriteString(f.fact(name, language))
		words = after
	}
}

// fact is what a placeholder stands for.
func (f Facts) fact(name string, language int) string {
	switch name {
	case "who":
		if f.Name == "" {
			return ""
		}
		return strings.ReplaceAll(greeting[language], "{name}", f.Name)
	case "kind":
		return kinds[f.Kind][language]
	case "time":
		return f.Time
	case "previous":
		return f.Previous
	case "month":
		return month(f.Period, language)
	case "date":
		return date(f.Date, f.year(), language)
	case "day":
		return written(f.Date, f.year(), language)
	}
	return "{" + name + "}" // a test looks for braces in every sentence
}

// year is the one that it is wherever a company may be, or 0.
func (f Facts) year() int {
	const east, west = 14 * time.Hour, -12 * time.Hour // the zones farthest from UTC
	latest, earliest := f.Now.UTC().Add(east).Year(), f.Now.UTC().Add(west).Year()
	if latest != earliest {
		return 0
	}
	return latest
}

// month names a period; one that is none is shown as it came.
func month(period string, language int) string {
	at, err := time.Parse("2006-01", period)
	switch {
	case err != nil:
		return period
	case language == english:
		return at.Format("January 2006")
	}
	return fmt.Sprintf("%d", at.Month()) + monthSuffix[language]
}

// date names a day: 11/26, in English Nov 26, and with its year when that is not
// the year it is: 2025/11/26. What is none is shown as it came.
func date(day string, year, language int) string {
	at, err := time.Parse(time.DateOnly, day)
	switch {
	case err != nil:
		return day
	case language == english:
		return at.Format(dayForm("Jan 2", "Jan 2, 2006", at.Year() == year))
	}
	return at.Format(dayForm("1/2", "2006/1/2", at.Year() == year))
}

func dayForm(short, long string, thisYear bool) string {
	if thisYear {
		return short
	}
	return long
}

// written names a day as it is spoken: 11月26日, in English Nov 26, with its year as
// date does.
func written(day string, year, language int) string {
	at, err := time.Parse(time.DateOnly, day)
	if err != nil || language == english {
		return date(day, year, language)
	}
	said := fmt.Sprintf(days[language], at.Month(), at.Day())
	if at.Year() == year {
		return said
	}
	return fmt.Sprintf(years[language], at.Year()) + said
}

func buttons() []Button {
	var list []Button
	for _, kind := range []string{"CLOCK_IN", "BREAK_START", "BREAK_END", "CLOCK_OUT"} {
		b := Button{Postback: "dakoku:" + kind}
		for i, language := range languages {
			b.Labels = append(b.Labels, Text{language, kinds[kind][i]})
		}
		list = append(list, b)
	}
	return list
}
