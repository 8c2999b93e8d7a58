package phrase

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

const firstTone, lastTone = '\U0001F3FB', '\U0001F3FF'

// tonePrefix is how each of the five skin tones begins in UTF-8.
const tonePrefix = "\xF0\x9F\x8F"

func isTone(r rune) bool { return r >= firstTone && r <= lastTone }

// toneable are the emoji that a skin tone can follow: Emoji_Modifier_Base of Unicode 18.0.
var toneable = &unicode.RangeTable{
	R16: []unicode.Range16{{0x261D, 0x261D, 1}, {0x26F9, 0x26F9, 1}, {0x270A, 0x270D, 1}},
	R32: []unicode.Range32{
		{0x1F385, 0x1F385, 1}, {0x1F3C2, 0x1F3C4, 1}, {0x1F3C7, 0x1F3C7, 1}, {0x1F3CA, 0x1F3CC, 1},
		{0x1F442, 0x1F443, 1}, {0x1F446, 0x1F450, 1}, {0x1F466, 0x1F478, 1}, {0x1F47C, 0x1F47C, 1},
		{0x1F481, 0x1F483, 1}, {0x1F485, 0x1F487, 1}, {0x1F48F, 0x1F48F, 1}, {0x1F491, 0x1F491, 1},
		{0x1F4AA, 0x1F4AA, 1}, {0x1F574, 0x1F575, 1}, {0x1F57A, 0x1F57A, 1}, {0x1F590, 0x1F590, 1},
		{0x1F595, 0x1F596, 1}, {0x1F645, 0x1F647, 1}, {0x1F64B, 0x1F64F, 1}, {0x1F6A3, 0x1F6A3, 1},
		{0x1F6B4, 0x1F6B6, 1}, {0x1F6C0, 0x1F6C0, 1}, {0x1F6CC, 0x1F6CC, 1}, {0x1F90C, 0x1F90C, 1},
		{0x1F90F, 0x1F90F, 1}, {0x1F918, 0x1F91F, 1}, {0x1F926, 0x1F926, 1}, {0x1F930, 0x1F939, 1},
		{0x1F93C, 0x1F93E, 1}, {0x1F977, 0x1F977, 1}, {0x1F9B5, 0x1F9B6, 1}, {0x1F9B8, 0x1F9B9, 1},
		{0x1F9BB, 0x1F9BB, 1}, {0x1F9CD, 0x1F9CF, 1}, {0x1F9D1, 0x1F9DD, 1}, {0x1FAC3, 0x1FAC5, 1},
		{0x1FAF0, 0x1FAFA, 1},
	},
}

// swatch is the offset in a cluster of the first skin tone that colours nothing, because no person or hand is before
// it: a reader sees a square of its own (UTS #51, 2.2). Without one it is the length of the cluster.
func swatch(cluster string) int {
	for at := 1; at < len(cluster); {
		next := strings.Index(cluster[at:], tonePrefix)
		if next < 0 {
			break
		}
		at += next
		tone, size := utf8.DecodeRuneInString(cluster[at:])
		before, _ := utf8.DecodeLastRuneInString(cluster[:at])
		if isTone(tone) && !unicode.Is(toneable, before) {
			return at
		}
		at += size
	}
	return len(cluster)
}

// hasTone reports whether a cluster is coloured by a skin tone; a skin tone by itself is not.
func hasTone(cluster string) bool {
	return len(cluster) > len(tonePrefix) && strings.Contains(cluster[1:], tonePrefix)
}

// toneless appends a cluster without the skin tones that colour it.
func toneless(room []byte, cluster string) []byte {
	for at, r := range cluster {
		if at == 0 || !isTone(r) {
			room = utf8.AppendRune(room, r)
		}
	}
	return room
}
