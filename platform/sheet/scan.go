package sheet

import (
	"io"
	"strings"
)

// scanner reads rows of cells. Unlike encoding/csv it takes a quotation mark within a cell that began without one for
// the text that it is, and says of a mark that it cannot take where it opened.
type scanner struct {
	rest      string
	separator byte
	line      int // that rest begins in
	width     int // how many cells the first line has; 0 while that is not known
}

// newlines makes every end of line one byte.
var newlines = strings.NewReplacer("\r\n", "\n", "\r", "\n")

func scan(text string, separator byte) *scanner {
	return &scanner{rest: newlines.Replace(strings.TrimPrefix(text, "\ufeff")), separator: separator, line: 1}
}

// row reads the next row and tells the line that it begins in; empty lines are no rows. After the last one it says
// io.EOF.
func (s *scanner) row() (cells []string, line int, err error) {
	for s.takes('\n') {
		s.line++
	}
	if s.rest == "" {
		return nil, 0, io.EOF
	}
	line = s.line
	for more := true; more; more = s.takes(s.separator) {
		cell, err := s.cell(len(cells) + 1)
		if err != nil {
			return nil, 0, err
		}
		cells = append(cells, cell)
	}
	return cells, line, nil
}

// takes goes over a byte if it is the next one.
func (s *scanner) takes(b byte) bool {
	is := s.rest != "" && s.rest[0] == b
	if is {
		s.rest = s.rest[1:]
	}
	return is
}

func (s *scanner) cell(at int) (string, error) {
	if s.takes('"') {
		return s.quoted(at)
	}
	end := strings.IndexAny(s.rest, string(rune(s.separator))+"\n")
	if end < 0 {
		end = len(s.rest)
	}
	cell := s.rest[:end]
	if strings.HasPrefix(strings.TrimSpace(cell), `"`) { // spreadsheets show the marks, programs do not
		return "", spaced(s.line, at)
	}
	s.rest = s.rest[end:]
	return cell, nil
}

// quoted reads a cell whose first mark is read already.
func (s *scanner) quoted(at int) (string, error) {
	opened := s.line
	var cell strings.Builder
	for {
		part, rest, found := strings.Cut(s.rest, `"`)
		if !found {
			return "", unclosed(opened, at)
		}
		cell.WriteString(part)
		s.rest, s.line = rest, s.line+strings.Count(part, "\n")
		if !s.takes('"') {
			break
		}
		cell.WriteByte('"') // two marks are one
	}
	return cell.String(), s.closed(cell.String(), opened, at)
}

// closed judges a quoted cell by what it has and by what comes after it.
func (s *scanner) closed(cell string, opened, at int) error {
	s.rest = strings.TrimLeft(s.rest, " ")
	if s.rest != "" && s.rest[0] != s.separator && s.rest[0] != '\n' {
		return continued(opened, at, s.line)
	}
	// A mark too many that a later one happens to close would take the rows between for a cell, and nobody would
	// miss them.
	for i, line := range strings.Split(cell, "\n") {
		whole := i > 0 && opened+i < s.line
		if whole && s.width > 1 && strings.Count(line, string(rune(s.separator))) == s.width-1 {
			return swallowed(opened, at, s.line)
		}
	}
	return nil
}
