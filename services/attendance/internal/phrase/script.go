package phrase

import (
	"strings"

	"github.com/rivo/uniseg"
)

// script is folded text with the byte offsets at which a reader sees one character end and the next begin.
type script struct {
	text     string
	boundary []bool // len(text)+1 entries
}

func newScript(text string) script {
	s := script{text: Fold(text)}
	s.boundary = make([]bool, len(s.text)+1)
	s.boundary[0] = true
	rest, state, at := s.text, -1, 0
	for rest != "" {
		var cluster string
		cluster, rest, _, state = uniseg.FirstGraphemeClusterInString(rest, state)
		at += len(cluster)
		s.boundary[at] = true
	}
	return s
}

// skipSpace is the first offset at or after start that is not a space.
func (s script) skipSpace(start int) int {
	for start < len(s.text) && s.text[start] == ' ' {
		start++
	}
	return start
}

// skipToken is the offset of the first space at or after start, or the end.
func (s script) skipToken(start int) int {
	if i := strings.IndexByte(s.text[start:], ' '); i >= 0 {
		return start + i
	}
	return len(s.text)
}
