// Command victim passes a place three times.
package main

import (
	"context"
	"fmt"

	"github.com/dakoku/dakoku/platform/failpoint"
)

func main() {
	for n := range 3 {
		fmt.Println(n, failpoint.Hit("victim.place"))
	}
	ctx := failpoint.Named(context.Background(), "victim.named")
	fmt.Println(failpoint.HitNamed(ctx, "victim.role", "committed"), failpoint.HitNamed(context.Background(), "victim.role", "committed"))
}
