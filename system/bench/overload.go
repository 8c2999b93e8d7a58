package main

import (
	"context"
	"fmt"
	"io"
	"time"

	"github.com/dakoku/dakoku/system/bench/load"
)

// overLength is how long the overload lasts, calmLength how long the calm after it is watched.
const overLength, calmLength = 20 * time.Second, 20 * time.Second

// overload offers five times what was accepted in a closed loop, and then half of it: what is accepted meanwhile is the
// goodput, and the recovery is the time until a whole second of the calm is answered 200.
func overload(ctx context.Context, s *site, o options, out io.Writer) (map[string]any, error) {
	calm, _, err := s.driven(ctx, s.closedLoop(o))
	if err != nil {
		return nil, err
	}
	peak := float64(calm.OK) / calm.Took.Seconds()
	p := s.openPlan(o, overLength+calmLength, func(since time.Duration) float64 {
		if since < overLength {
			return 5 * peak
		}
		return peak / 2
	})
	got, after, err := s.driven(ctx, p)
	if err != nil {
		return nil, err
	}
	goodput, recovery := judged(got, peak/2)
	fmt.Fprintf(out, "overload: peak %.0f/s, offered five times that: goodput %.0f %%, calm again after %.1f s, %v; settled %s after the end\n",
		peak, 100*goodput/peak, recovery.Seconds(), got.Status, after.Round(time.Millisecond))
	return map[string]any{
		"overloadPeakPerSecond": rounded(peak), "overloadGoodput": rounded(goodput / peak), "overloadRecoverySeconds": rounded(recovery.Seconds()),
		"overloadStatus": got.Status, "overloadSettledSeconds": rounded(after.Seconds()),
	}, nil
}

// judged is what was accepted a second during the overload, and how long after it the first second begins whose answers
// came within a fifth of a second, nearly all that were asked for.
func judged(got load.Result, calm float64) (goodput float64, recovery time.Duration) {
	seconds := make([]int, int((overLength+calmLength)/time.Second)+1)
	accepted := 0
	for _, a := range got.Answers {
		if a.At < overLength {
			accepted++
		}
		if at := int(a.At / time.Second); at < len(seconds) && a.Took < 200*time.Millisecond {
			seconds[at]++
		}
	}
	goodput = float64(accepted) / overLength.Seconds()
	for at := int(overLength / time.Second); at < len(seconds); at++ {
		if float64(seconds[at]) > 0.9*calm {
			return goodput, time.Duration(at)*time.Second - overLength
		}
	}
	return goodput, calmLength
}
