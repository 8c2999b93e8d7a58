package main

import (
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"math"
	"slices"
	"strings"
)

// figures are the medians over the rounds. Ratios are made in each round, whose contestants had the same minute of the
// machine, and the median ratio is quoted.
func figures(scores map[string][]score) map[string]any {
	speed := func(s score) float64 { return s.perSecond }
	out := map[string]any{
		"yardstickPerSecond": rounded(medianOf(scores["yardstick"], speed)),
		"peerPerSecond":      rounded(medianOf(scores["peer"], speed)),
		"dakokuPerSecond":    rounded(medianOf(scores["dakoku"], speed)),
		"ratioToYardstick":   rounded(ratio(scores["dakoku"], scores["yardstick"], speed)),
		"ratioToPeer":        rounded(ratio(scores["dakoku"], scores["peer"], speed)),
		"yardstickTool":      scores["yardstick"][0].tool,
		"rounds":             len(scores["dakoku"]),
	}
	p99 := func(s score) float64 { return s.p99 }
	for _, name := range []string{"peer", "dakoku"} {
		out[name+"P50Ms"] = rounded(medianOf(scores[name], func(s score) float64 { return s.p50 }))
		out[name+"P99Ms"] = rounded(medianOf(scores[name], p99))
	}
	out["dakokuAcceptedPerSecond"] = rounded(medianOf(scores["dakoku"], func(s score) float64 { return s.accepted }))
	out["refused"] = map[string]int64{"peer": sumOf(scores["peer"]), "dakoku": sumOf(scores["dakoku"])}
	out["ratioOfP99"] = rounded(ratio(scores["dakoku"], scores["peer"], p99))
	used := map[string]map[string]float64{}
	for name, rounds := range scores {
		used[name] = map[string]float64{}
		for _, program := range slices.Sorted(maps.Keys(rounds[0].used)) {
			cost := rounded(medianOf(rounds, func(s score) float64 { return s.cost(program) }))
			if cost > 0 {
				used[name][program] = cost
			}
		}
	}
	out["processorMsPer1000"] = used
	return out
}

// cost is processor time of a program, in ms for 1,000 punches.
func (s score) cost(program string) float64 {
	return ms(s.used[program]) * 1000 / float64(s.punches)
}

func (s score) perThousand() string {
	var list []string
	for _, program := range slices.Sorted(maps.Keys(s.used)) {
		if cost := s.cost(program); cost >= 1 {
			list = append(list, fmt.Sprintf("%s %.0f", program, cost))
		}
	}
	return strings.Join(list, ", ")
}

func sumOf(scores []score) (refused int64) {
	for _, s := range scores {
		refused += s.refused
	}
	return refused
}

func ratio(these, those []score, of func(score) float64) float64 {
	ratios := make([]float64, len(these))
	for i := range these {
		ratios[i] = of(these[i]) / of(those[i])
	}
	return median(ratios)
}

func medianOf(scores []score, of func(score) float64) float64 {
	values := make([]float64, len(scores))
	for i, s := range scores {
		values[i] = of(s)
	}
	return median(values)
}

// median of an even number of values is the mean of the middle two.
func median(values []float64) float64 {
	values = slices.Sorted(slices.Values(values))
	n := len(values)
	if n == 0 {
		return math.NaN()
	}
	return (values[(n-1)/2] + values[n/2]) / 2
}

// rounded keeps three digits.
func rounded(v float64) float64 {
	if v == 0 || math.IsNaN(v) || math.IsInf(v, 0) {
		return 0
	}
	scale := math.Pow(10, 2-math.Floor(math.Log10(math.Abs(v))))
	return math.Round(v*scale) / scale
}

// lastLine prints every figure as one JSON object.
func lastLine(out io.Writer, all map[string]any) error {
	text, err := json.Marshal(all)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintln(out, string(text))
	return err
}
