//go:build !failpoints

package failpoint

import "context"

// Hit does nothing: the program was built without the tag failpoints.
func Hit(string) error { return nil }

// Named returns ctx: the program was built without the tag failpoints.
func Named(ctx context.Context, _ string) context.Context { return ctx }

// HitNamed does nothing: the program was built without the tag failpoints.
func HitNamed(context.Context, string, string) error { return nil }
