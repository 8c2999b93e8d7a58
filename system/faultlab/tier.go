package faultlab

import (
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/dakoku/dakoku/system/faultlab/nemesis"
)

// Tier is a size of a run.
type Tier struct {
	Name     string
	People   int // of each of two companies
	Events   int // at least; sending goes on until the last fault is over
	Least    int // deliveries at least
	Senders  int
	Rate     float64       // deliveries a second; 0: as fast as they are answered
	Speak    int           // every how many events one is answered in the chat
	Pause    time.Duration // between two faults of a lane
	Patience time.Duration // until all is at rest after the last fault
	Faults   map[string]int
	Prompt   float64 // which share at least is answered 200 within 1.5 s (G6); 0: told, not judged
	Race     bool    // whether the programs are built with the race detector
	Controls bool    // whether the negative controls are run as well
}

// Tiers are the sizes by name: "ci" for each change, "local" while working, "nightly"
// and "release".
func Tiers(name string) (Tier, error) {
	tiers := map[string]Tier{
		"ci": {People: 12, Events: 2_000, Least: 10_000, Senders: 24, Rate: 500, Speak: 40, Pause: 500 * time.Millisecond, Patience: 2 * time.Minute,
			Faults: map[string]int{nemesis.Kill: 6, nemesis.Crash: 1, nemesis.Failover: 1, nemesis.Freeze: 1, nemesis.Stop: 1, nemesis.Session: 1, nemesis.Way: 4, nemesis.Platform: 2}},
		"local": {Race: true, People: 40, Events: 20_000, Least: 110_000, Senders: 32, Speak: 40, Pause: 3 * time.Second, Patience: 5 * time.Minute, Controls: true,
			Faults: map[string]int{nemesis.Kill: 15, nemesis.Crash: 3, nemesis.Failover: 1, nemesis.Freeze: 5, nemesis.Stop: 4, nemesis.Session: 7, nemesis.Way: 14, nemesis.Platform: 6, nemesis.Disk: 1}},
		"nightly": {Prompt: 0.999, People: 150, Events: 200_000, Least: 1_100_000, Senders: 48, Rate: 800, Speak: 150, Pause: 6 * time.Second, Patience: 30 * time.Minute, Controls: true,
			Faults: map[string]int{nemesis.Kill: 150, nemesis.Crash: 25, nemesis.Failover: 5, nemesis.Freeze: 30, nemesis.Stop: 20, nemesis.Session: 35, nemesis.Way: 70, nemesis.Platform: 30, nemesis.Disk: 5}},
		"release": {Prompt: 0.9999, People: 300, Events: 1_000_000, Least: 5_500_000, Senders: 64, Speak: 300, Pause: 10 * time.Second, Patience: time.Hour, Controls: true,
			Faults: map[string]int{nemesis.Kill: 500, nemesis.Crash: 100, nemesis.Failover: 50, nemesis.Freeze: 200, nemesis.Stop: 100, nemesis.Session: 120, nemesis.Way: 200, nemesis.Platform: 100, nemesis.Disk: 20}},
	}
	tier, ok := tiers[name]
	if !ok {
		return Tier{}, fmt.Errorf("tier %q: there are ci, local, nightly and release", name)
	}
	tier.Name = name
	return tier, nil
}

// missed tells where a run stayed below what its tier asks for: one that did less proves
// less, whatever it found.
func (t Tier) missed(r Report) (list []string) {
	short := func(what string, did, asked int64) {
		if did < asked {
			list = append(list, fmt.Sprintf("%s %d of %d", what, did, asked))
		}
	}
	for _, kind := range slices.Sorted(maps.Keys(t.Faults)) {
		short(kind, int64(r.byKind[kind]), int64(t.Faults[kind]))
	}
	short("events", r.Events, int64(t.Events))
	short("deliveries", r.Deliveries, int64(t.Least))
	if r.Prompt < t.Prompt {
		list = append(list, fmt.Sprintf("%.5f answered 200 within 1.5 s, of %.5f", r.Prompt, t.Prompt))
	}
	return list
}
