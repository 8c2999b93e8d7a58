package faultlab

import (
	"fmt"
	"time"

	"github.com/dakoku/dakoku/system/faultlab/nemesis"
)

// Tier is a size of a run.
type Tier struct {
	Name     string
	People   int // of each of two companies
	Events   int // at least; sending goes on until the last fault is over
	Senders  int
	Rate     float64       // deliveries a second; 0: as fast as they are answered
	Speak    int           // every how many events one is answered in the chat
	Pause    time.Duration // between two faults of a lane
	Patience time.Duration // until all is at rest after the last fault
	Faults   map[string]int
	Race     bool // whether the programs are built with the race detector
	Controls bool // whether the negative controls are run as well
}

// Tiers are the sizes by name: "ci" for each change, "local" while working, "nightly"
// and "release".
func Tiers(name string) (Tier, error) {
	tiers := map[string]Tier{
		"ci": {People: 12, Events: 2_000, Senders: 24, Rate: 500, Speak: 40, Pause: 500 * time.Millisecond, Patience: 2 * time.Minute,
			Faults: map[string]int{nemesis.Kill: 6, nemesis.Crash: 1, nemesis.Failover: 1, nemesis.Freeze: 1, nemesis.Stop: 1, nemesis.Session: 1, nemesis.Way: 4, nemesis.Platform: 2}},
		"local": {Race: true, People: 40, Events: 20_000, Senders: 32, Speak: 40, Pause: 3 * time.Second, Patience: 5 * time.Minute, Controls: true,
			Faults: map[string]int{nemesis.Kill: 15, nemesis.Crash: 3, nemesis.Failover: 1, nemesis.Freeze: 5, nemesis.Stop: 4, nemesis.Session: 7, nemesis.Way: 14, nemesis.Platform: 6, nemesis.Disk: 1}},
		"nightly": {People: 150, Events: 200_000, Senders: 48, Rate: 800, Speak: 150, Pause: 6 * time.Second, Patience: 30 * time.Minute, Controls: true,
			Faults: map[string]int{nemesis.Kill: 150, nemesis.Crash: 25, nemesis.Failover: 5, nemesis.Freeze: 30, nemesis.Stop: 20, nemesis.Session: 35, nemesis.Way: 70, nemesis.Platform: 30, nemesis.Disk: 5}},
		"release": {People: 300, Events: 1_000_000, Senders: 64, Speak: 300, Pause: 10 * time.Second, Patience: time.Hour, Controls: true,
			Faults: map[string]int{nemesis.Kill: 500, nemesis.Crash: 100, nemesis.Failover: 50, nemesis.Freeze: 200, nemesis.Stop: 100, nemesis.Session: 120, nemesis.Way: 200, nemesis.Platform: 100, nemesis.Disk: 20}},
	}
	tier, ok := tiers[name]
	if !ok {
		return Tier{}, fmt.Errorf("tier %q: there are ci, local, nightly and release", name)
	}
	tier.Name = name
	return tier, nil
}
