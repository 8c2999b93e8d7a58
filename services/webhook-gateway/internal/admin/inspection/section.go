package inspection

// section is a table below the days: what was held, what was asked for, how the
// month went.
type section struct {
	W, Beside   *words
	Title, Also string // the heading, and in the other language
	Note        string // above the table; may be empty
	Columns     []column
	Rows        [][]cell // none says that there are none
}

type column struct{ Title, Also string }

// cell is a text with what stands below it.
type cell struct {
	Text, Small, ID string
	Changes         []string
	Note            bool // somebody's own words, with their lines
}

func (p paper) sections(r Record, other *words) []section {
	w := p.w
	decided := []column{{w.Kind, other.Kind}, {w.Time, other.Time}, {w.BusinessDay, other.BusinessDay}, {w.HeldState, other.HeldState}, {w.Decision, other.Decision}}
	held := section{W: w, Beside: other, Title: w.Held, Also: other.Held, Note: w.HeldNote, Columns: decided}
	for _, h := range r.Held {
		if h.GetPeriod() == r.Sheet.GetPeriod() {
			held.Rows = append(held.Rows, p.kept(h))
		}
	}
	asked := section{W: w, Beside: other, Title: w.Requests, Also: other.Requests, Note: w.RequestsNote, Columns: decided}
	for _, c := range r.Corrections {
		if c.GetPeriod() == r.Sheet.GetPeriod() {
			asked.Rows = append(asked.Rows, p.request(c))
		}
	}
	history := section{W: w, Beside: other, Title: w.History, Also: other.History,
		Columns: []column{{w.Time, other.Time}, {w.Verb, other.Verb}, {w.Who, other.Who}, {w.Comment, other.Comment}}}
	for _, h := range r.Sheet.GetHistory() {
		history.Rows = append(history.Rows, []cell{
			{Text: p.time(h.GetTime())}, {Text: w.name(h.GetVerb())}, {Text: p.who(h.GetActor())}, {Text: h.GetComment(), Note: true}})
	}
	return []section{held, asked, history}
}
