// Package simulator is a stand-in for the LINE WORKS platform: the
// authorization host, the API 2.0 host and the API 1.0 host behind one HTTP
// handler, callbacks that are signed and delivered like the platform's, faults
// on demand, and a chat page for the people of its world.
//
// It knows the platform's public documentation and a world of tenants, people,
// rooms and bots that lives in memory. It refuses to know the product that it
// tests: it imports nothing of it and has its own signing code. Where the
// documentation is silent, the comment of the type concerned says what the
// simulator does.
package simulator

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"github.com/dakoku/dakoku/simulator/internal/quota"
)

// Config sets a simulator up. The zero value is a usable default.
type Config struct {
	// Now is the clock of the world. Nil: time.Now.
	Now func() time.Time
	// Client delivers callbacks. Nil: a client that gives up after 10 s. A
	// redirect is never followed.
	Client *http.Client
	// RatePerMinute limits calls of one API for one domain. 0: 240, the
	// figure of the paid plans. Negative: no limit.
	RatePerMinute int
	// TireOut grants only half of the limit to an API and domain that used more
	// than half of it on average for 30 minutes. False: the limit is the limit.
	TireOut bool
	// PushesPerDay limits messages by API 1.0 for one API ID and day of Japan.
	// 0: 20,000 and 100 more for each person beyond a hundred.
	PushesPerDay int
	// TokenLife is the life of an access token. 0: 24 h.
	TokenLife time.Duration
	// NumericExpiresIn sends expires_in as a number, not as a string.
	NumericExpiresIn bool
	// RotateRefreshTokens answers a refresh with a new refresh token and
	// ends the old one. False: the answer carries no refresh token.
	RotateRefreshTokens bool
	// LedgerSize is how many ledger entries and how many messages of a room
	// are kept. 0: 100000.
	LedgerSize int
}

// Simulator is one world with its HTTP face. Make it with New; it is safe for
// concurrent use.
type Simulator struct {
	config  Config
	now     func() time.Time
	client  *http.Client
	limiter quota.Counter
	watch   watchers
	crowd   crowd
	ahead   atomic.Int64 // clock error of the platform, nanoseconds

	mu      sync.Mutex
	world   world
	tokens  tokens
	faults  []*Fault
	scripts []*playing
	ledger  ledger
	changed chan struct{} // closed and replaced when a message is added
	rate    int
	numeric bool
	rotate  bool
	last    int64 // last id given to a message, delivery or ledger entry
}

const (
	defaultRate      = 240
	defaultTokenLife = 24 * time.Hour
	defaultLedger    = 100_000
	deliveryTimeout  = 10 * time.Second
	stopTimeout      = 3 * time.Second
)

// New makes an empty world.
func New(config Config) *Simulator {
	if config.RatePerMinute == 0 {
		config.RatePerMinute = defaultRate
	}
	if config.TokenLife == 0 {
		config.TokenLife = defaultTokenLife
	}
	if config.LedgerSize == 0 {
		config.LedgerSize = defaultLedger
	}
	s := &Simulator{
		config: config, client: deliveryClient(config.Client),
		world: newWorld(), tokens: newTokens(), changed: make(chan struct{}),
		rate: config.RatePerMinute, numeric: config.NumericExpiresIn, rotate: config.RotateRefreshTokens,
	}
	clock := config.Now
	if clock == nil {
		clock = time.Now
	}
	s.now = func() time.Time { return clock().Add(time.Duration(s.ahead.Load())) }
	s.ledger.limit = config.LedgerSize
	return s
}

func deliveryClient(given *http.Client) *http.Client {
	client := http.Client{Timeout: deliveryTimeout}
	if given != nil {
		client = *given
	} else {
		client.Transport = &http.Transport{
			Proxy: http.ProxyFromEnvironment, MaxIdleConnsPerHost: 256, IdleConnTimeout: 30 * time.Second,
		}
	}
	client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	return &client
}

// Handler serves every host of the platform, the chat page at / and the
// controls under /sim/.
func (s *Simulator) Handler() http.Handler { return s.routes() }

// Run serves on the listener until the context ends, which is no error.
func (s *Simulator) Run(ctx context.Context, listener net.Listener) error {
	server := &http.Server{
		Handler: s.Handler(), ReadHeaderTimeout: 10 * time.Second, ReadTimeout: 30 * time.Second,
		IdleTimeout: 2 * time.Minute, MaxHeaderBytes: 64 << 10,
		BaseContext: func(net.Listener) context.Context { return ctx },
	}
	served := make(chan error, 1)
	go func() { served <- server.Serve(listener) }()
	select {
	case err := <-served:
		return err
	case <-ctx.Done():
	}
	stop, cancel := context.WithTimeout(context.WithoutCancel(ctx), stopTimeout)
	defer cancel()
	err := server.Shutdown(stop)
	if errors.Is(err, context.DeadlineExceeded) {
		err = server.Close()
	}
	if served := <-served; !errors.Is(served, http.ErrServerClosed) {
		err = errors.Join(err, served)
	}
	return err
}

// SetRateLimit changes the calls per minute of one API and domain and starts
// fresh windows. Negative: no limit.
func (s *Simulator) SetRateLimit(perMinute int) {
	s.mu.Lock()
	s.rate = perMinute
	s.mu.Unlock()
	s.limiter.Forget()
}

// SetPlan gives one domain its own calls per minute, whatever SetRateLimit
// says: 60 is the free plan. 0: none of its own.
func (s *Simulator) SetPlan(domain int64, perMinute int) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	d := s.world.domains[domain]
	if d == nil {
		return fmt.Errorf("domain %d: %w", domain, ErrUnknown)
	}
	d.rate = perMinute
	s.limiter.Forget()
	return nil
}

// SetClockError lets the platform's clock run this far ahead of Config.Now; a
// negative duration is behind. The Date header of API answers, the check of
// assertions and the times of events follow the platform's clock.
func (s *Simulator) SetClockError(ahead time.Duration) { s.ahead.Store(int64(ahead)) }

// next gives the next id. The caller holds the lock.
func (s *Simulator) next() int64 {
	s.last++
	return s.last
}
