package simulator_test

import (
	"testing"

	"github.com/dakoku/dakoku/simulator"
)

// A demo that is started again on its old data has the same people: with new user ids their links would be those of
// people who have left, and nobody could punch.
func TestTheDemosPeopleStay(t *testing.T) {
	var ids [2][]string
	for i := range ids {
		demo, err := simulator.Demo(simulator.New(simulator.Config{}))
		if err != nil {
			t.Fatal(err)
		}
		for _, person := range demo.People {
			ids[i] = append(ids[i], person.ID)
		}
	}
	for i, id := range ids[0] {
		if id != ids[1][i] {
			t.Errorf("person %d is %s, then %s", i, id, ids[1][i])
		}
	}
}
