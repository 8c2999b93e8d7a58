package outbound

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/zap"

	"github.com/dakoku/dakoku/services/integration/internal/connection"
	"github.com/dakoku/dakoku/services/integration/internal/lineworks"
	"github.com/dakoku/dakoku/services/integration/internal/vault"
)

// companies is a queue in which every lane has messages without end and a budget:
// a few calls, and none after them until a minute has passed.
type companies struct {
	mu     sync.Mutex
	list   []Lane
	calls  int // that a budget holds
	left   map[Lane]int
	claims []Lane // in their order
	asked  int    // claims that found no budget
}

func someCompanies(n, calls int) *companies {
	c := &companies{calls: calls, left: map[Lane]int{}}
	for i := range n {
		lane := Lane{Tenant: "t", Connection: fmt.Sprint(i)}
		c.list, c.left[lane] = append(c.list, lane), calls
	}
	return c
}

func (*companies) SpendCall(context.Context, string, string, lineworks.API) (time.Duration, error) {
	return 0, nil
}

func (*companies) LearnCalls(context.Context, string, string, lineworks.API, lineworks.Rate) error {
	return nil
}

func (c *companies) Accept(context.Context, []Draft) ([]Accepted, error) { return nil, nil }

// DueLanes names the oldest first, as the table does.
func (c *companies) DueLanes(_ context.Context, _ time.Time, known []Lane, limit int) ([]Lane, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	out := slices.DeleteFunc(slices.Clone(c.list), func(l Lane) bool { return slices.Contains(known, l) })
	return out[:min(limit, len(out))], nil
}

func (c *companies) Claim(_ context.Context, lane Lane, _ int, _, _ time.Time) (Claim, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.left[lane] == 0 {
		c.asked++
		return Claim{Wait: time.Minute}, nil
	}
	c.left[lane]--
	c.claims = append(c.claims, lane)
	return Claim{Letter: &Letter{Lane: lane, Messages: []Message{{}}}}, nil
}

func (c *companies) Settle(context.Context, Letter, Verdict, time.Time) (bool, error) {
	return true, nil
}

// SealedKeys ends every attempt at once.
func (c *companies) SealedKeys(context.Context, string, string) ([]vault.Sealed, error) {
	return nil, connection.NotFound()
}

func (c *companies) LoginOf(context.Context, string, string) (string, error) { return "", nil }

// runFor sends for a time of the test's clock.
func (c *companies) runFor(t *testing.T, d time.Duration) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	q := New(Config{Store: c, Accounts: c, Now: time.Now, Log: zap.NewNop()})
	ended := make(chan error, 1)
	go func() { ended <- q.Run(ctx) }()
	time.Sleep(d)
	synctest.Wait()
	cancel()
	if err := <-ended; err != nil {
		t.Error(err)
	}
}

// However many companies wait for their budgets, the last is served as soon as it
// has something to send: nobody who waits has a hand. Nor are those who wait asked
// for again and again.
func TestWhoWaitsForABudgetTakesNobodysPlace(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := someCompanies(20*maxLanes, 2)
		c.runFor(t, 10*time.Second)
		served := map[Lane]int{}
		for _, lane := range c.claims {
			served[lane]++
		}
		for _, lane := range c.list {
			if served[lane] != 2 {
				t.Fatalf("company %s was served %d times", lane.Connection, served[lane])
			}
		}
		if most := len(c.list) + 10*2*maxLanes; c.asked > most {
			t.Errorf("%d claims of those who wait, %d are enough", c.asked, most)
		}
	})
}

// Among companies that could all go on sending, none is served until its queue is
// empty while others wait. How far they drift apart is bounded by those whose turn
// is under way: a claim or calls that take long let the others pass.
func TestLanesAreServedInTurn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := someCompanies(3*maxLanes, 20)
		c.runFor(t, time.Second)
		served := map[Lane]int{}
		for at, lane := range c.claims {
			served[lane]++
			if fair := 3*(at/len(c.list)) + 2*inFlight; served[lane] > fair {
				t.Fatalf("company %s was served %d times within %d turns of %d companies", lane.Connection, served[lane], at+1, len(c.list))
			}
		}
		if len(c.claims) != 20*len(c.list) {
			t.Errorf("%d calls", len(c.claims))
		}
	})
}
