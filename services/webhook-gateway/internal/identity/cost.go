//go:build !race

package identity

// spent is what this program pays for a password.
var spent = released
