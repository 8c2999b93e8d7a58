package e2e

import "os"

// full tells that tests run at the size that is asked for once and not each
// time, which docs/testing.md describes.
func full() bool { return os.Getenv("DAKOKU_TEST_FULL") != "" }

// sized is small, or large at the full size.
func sized(small, large int) int {
	if full() {
		return large
	}
	return small
}
