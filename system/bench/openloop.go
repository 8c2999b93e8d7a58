package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"strconv"
	"time"

	"github.com/dakoku/dakoku/system/bench/load"
)

// openRate is how many callbacks come each second in the open loop, rushBase and rushSpike in the rush and its spike.
const openRate, rushBase, rushSpike = 1500, 750, 4000

// openLoop posts at a steady rate, whatever the answers, and looks at the memory: a process whose memory grows with the
// events that it has seen does not last.
func openLoop(ctx context.Context, s *site, o options, out io.Writer) (map[string]any, error) {
	p := s.openPlan(o, time.Duration(o.minutes*float64(time.Minute)), func(time.Duration) float64 { return openRate })
	sampled, stop := context.WithCancel(ctx)
	sizes := make(chan map[string][]float64, 1)
	go func() { sizes <- s.watchMemory(sampled, p.Length) }()
	got, after, err := s.driven(ctx, p)
	stop()
	sampledSizes := <-sizes
	if err != nil {
		return nil, err
	}
	memory := map[string]any{}
	for name, list := range sampledSizes {
		third := max(len(list)/3, 1)
		memory[name] = map[string]float64{"secondThird": rounded(median(list[third : 2*third])), "lastThird": rounded(median(list[2*third:]))}
	}
	fmt.Fprintf(out, "open loop at %d/s for %s: p50 %.1f ms, p99 %.1f ms, %v; settled %s after the end; MB %v\n",
		openRate, p.Length, ms(got.Quantile(0.5)), ms(got.Quantile(0.99)), got.Status, after.Round(time.Millisecond), memory)
	return map[string]any{
		"openRate": openRate, "openMinutes": o.minutes, "openStatus": got.Status, "openP50Ms": rounded(ms(got.Quantile(0.5))),
		"openP99Ms": rounded(ms(got.Quantile(0.99))), "openSettledSeconds": rounded(after.Seconds()), "openMemoryMB": memory,
	}, nil
}

// rush is the five minutes before nine, with a spike of five seconds in the middle.
func rush(ctx context.Context, s *site, o options, out io.Writer) (map[string]any, error) {
	length := time.Duration(o.minutes / 2 * float64(time.Minute))
	p := s.openPlan(o, length, func(since time.Duration) float64 {
		if since > length/2 && since < length/2+5*time.Second {
			return rushSpike
		}
		return rushBase
	})
	got, after, err := s.driven(ctx, p)
	if err != nil {
		return nil, err
	}
	fmt.Fprintf(out, "rush of %s at %d/s, for 5 s at %d/s: p99 %.1f ms, %v; settled %s after the end\n",
		length, rushBase, rushSpike, ms(got.Quantile(0.99)), got.Status, after.Round(time.Millisecond))
	return map[string]any{
		"rushStatus": got.Status, "rushP99Ms": rounded(ms(got.Quantile(0.99))), "rushMaxMs": rounded(ms(got.Quantile(1))),
		"rushSettledSeconds": rounded(after.Seconds()),
	}, nil
}

func (s *site) openPlan(o options, length time.Duration, rate func(time.Duration) float64) load.Plan {
	p := s.closedLoop(o)
	p.Conns, p.Length, p.Rate = 4*o.conns, length, rate
	return p
}

// driven posts a plan to Dakoku and tells how long after its end everything was judged and answered.
func (s *site) driven(ctx context.Context, p load.Plan) (load.Result, time.Duration, error) {
	p.First = s.next
	got, err := load.Run(ctx, p)
	if err != nil {
		return got, 0, err
	}
	s.next = got.Next
	ended := time.Now()
	err = s.settled(ctx)
	return got, time.Since(ended), err
}

// watchMemory samples the resident memory of each program, in MB, until ctx ends.
func (s *site) watchMemory(ctx context.Context, length time.Duration) map[string][]float64 {
	sizes := map[string][]float64{}
	tick := time.NewTicker(max(length/120, 250*time.Millisecond))
	defer tick.Stop()
	for {
		for _, p := range s.programs {
			if mb, err := resident(p.cmd.Process.Pid); err == nil {
				sizes[p.name] = append(sizes[p.name], mb)
			}
		}
		select {
		case <-ctx.Done():
			return sizes
		case <-tick.C:
		}
	}
}

// resident is a process's resident memory in MB, the second field of /proc/PID/statm in pages.
func resident(pid int) (float64, error) {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/statm", pid))
	if err != nil {
		return 0, err
	}
	fields := bytes.Fields(text)
	if len(fields) < 2 {
		return 0, fmt.Errorf("/proc/%d/statm: %d fields", pid, len(fields))
	}
	pages, err := strconv.ParseInt(string(fields[1]), 10, 64)
	return float64(pages) * float64(os.Getpagesize()) / (1 << 20), err
}
