//go:build race

package identity

// spent is little in a program built with the race detector: its tests log in
// some thousand times, and 64 MiB each is most of what they would do.
var spent = cost{memory: 64, passes: 1}
