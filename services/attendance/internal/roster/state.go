package roster

import "strings"

// states has the words of the screens and those of other lists of people. Who is away for long is INACTIVE: such a person
// does not punch.
var states = map[string]bool{
	"active": true, "在籍": true, "在職": true, "有効": true,
	"inactive": false, "退職・休職": false, "退職･休職": false, "退職": false, "休職": false, "休止": false, "無効": false,
}

// Active reads the word for a person's state; known is false for a word that is none.
func Active(word string) (active, known bool) {
	active, known = states[strings.ToLower(word)]
	return active, known
}
