package main

import (
	"os"
	"testing"
	"time"
)

// The ratio is that of the rounds, not that of the medians: two contestants are compared within one minute of the machine.
func TestRatiosAreMadeWithinARound(t *testing.T) {
	at := func(speeds ...float64) (list []score) {
		for _, s := range speeds {
			list = append(list, score{perSecond: s, punches: 1000, used: spent{"postgresql": 2 * time.Second}})
		}
		return list
	}
	got := figures(map[string][]score{"yardstick": at(100, 10, 50), "peer": at(10, 10, 10), "dakoku": at(200, 30, 50)})
	for key, want := range map[string]float64{"yardstickPerSecond": 50, "dakokuPerSecond": 50, "ratioToYardstick": 2, "ratioToPeer": 5} {
		if got[key] != want {
			t.Errorf("%s: %v, want %v", key, got[key], want)
		}
	}
	if cost := got["processorMsPer1000"].(map[string]map[string]float64)["dakoku"]["postgresql"]; cost != 2000 {
		t.Error(cost)
	}
}

func TestRounded(t *testing.T) {
	for value, want := range map[float64]float64{0: 0, 1234.5: 1230, 0.98765: 0.988, 12: 12} {
		if got := rounded(value); got != want {
			t.Errorf("%v: %v, want %v", value, got, want)
		}
	}
}

// What a process says of itself is this process's: its parent is ours.
func TestProcessorTimeIsReadFromProc(t *testing.T) {
	got, err := readStat(os.Getpid())
	if err != nil || got.parent != os.Getppid() {
		t.Error(got, err)
	}
}
