// Command victim passes a place three times and looks at the clock.
package main

import (
	"context"
	"fmt"
	"time"

	"github.com/dakoku/dakoku/platform/failpoint"
)

func main() {
	for n := range 3 {
		fmt.Println(n, failpoint.Hit("victim.place"))
	}
	ctx := failpoint.Named(context.Background(), "victim.named")
	fmt.Println(failpoint.HitNamed(ctx, "victim.role", "committed"), failpoint.HitNamed(context.Background(), "victim.role", "committed"))
	if off := time.Until(failpoint.Now()).Round(time.Second); off != 0 {
		fmt.Println("the clock is off by", off)
	}
}
