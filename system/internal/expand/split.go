package expand

import "strings"

// statements cuts SQL at the semicolons that end statements, without comments and
// with every space as one. Quoted text is left as it is.
func statements(sql string) []string {
	var out []string
	var now strings.Builder
	flush := func() {
		if s := strings.Join(strings.Fields(now.String()), " "); s != "" {
			out = append(out, s)
		}
		now.Reset()
	}
	for sql != "" {
		quoted := leading(sql)
		switch {
		case strings.HasPrefix(sql, "--"):
			_, sql, _ = strings.Cut(sql, "\n")
			now.WriteByte(' ')
		case quoted > 0:
			now.WriteString(sql[:quoted])
			sql = sql[quoted:]
		case sql[0] == ';':
			flush()
			sql = sql[1:]
		default:
			now.WriteByte(sql[0])
			sql = sql[1:]
		}
	}
	flush()
	return out
}

// leading is the length of the quotation that the text begins with; 0 when it begins
// with none. One that does not end goes to the end.
func leading(sql string) int {
	var end string
	switch sql[0] {
	case '\'', '"':
		end = sql[:1]
	case '$':
		tag, _, closed := strings.Cut(sql[1:], "$")
		if !closed || strings.ContainsAny(tag, " \n;()") {
			return 0
		}
		end = "$" + tag + "$"
	default:
		return 0
	}
	if at := strings.Index(sql[len(end):], end); at >= 0 {
		return at + 2*len(end)
	}
	return len(sql)
}

// actions cuts what an "alter table" does at the commas outside of brackets and quotes.
func actions(list string) []string {
	var out []string
	depth, begin := 0, 0
	for at := 0; at < len(list); at++ {
		if quoted := leading(list[at:]); quoted > 0 {
			at += quoted - 1
			continue
		}
		switch list[at] {
		case '(':
			depth++
		case ')':
			depth--
		case ',':
			if depth == 0 {
				out, begin = append(out, strings.TrimSpace(list[begin:at])), at+1
			}
		}
	}
	return append(out, strings.TrimSpace(list[begin:]))
}
