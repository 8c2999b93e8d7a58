package expiry

import (
	"context"
	"errors"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/zap"
)

// shelf counts how often it is looked at; the first look fails.
type shelf struct{ looks, traffic, syncs, messages, waiting atomic.Int32 }

func (s *shelf) EndWaiting(context.Context) (int, error) {
	s.waiting.Add(1)
	return 0, errors.New("away")
}

func (s *shelf) ForgetMessages(context.Context) (int, error) {
	s.messages.Add(1)
	return 0, errors.New("away")
}

func (s *shelf) ForgetSyncs(_ context.Context, limit int) (int, error) {
	if limit > 0 {
		s.syncs.Add(1)
	}
	return 0, errors.New("away")
}

func (s *shelf) ForgetTraffic(context.Context) error {
	s.traffic.Add(1)
	return nil
}

func (s *shelf) ExpireCredentials(context.Context) (int, error) {
	if s.looks.Add(1) == 1 {
		return 0, errors.New("away")
	}
	return 1, nil
}

func TestItLooksAtOnceAndThreeTimesAMinuteWhateverHappens(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &shelf{}
		ctx, cancel := context.WithCancel(t.Context())
		ended := make(chan error)
		go func() { ended <- New(s, zap.NewNop()).Run(ctx) }()
		synctest.Wait()
		if n := s.looks.Load(); n != 1 {
			t.Errorf("%d looks at the start", n)
		}
		<-time.After(time.Minute)
		synctest.Wait()
		if n := s.looks.Load(); n < 4 || n > 5 || s.traffic.Load() != n || s.syncs.Load() != n || s.messages.Load() != n || s.waiting.Load() != n {
			t.Errorf("%d, %d, %d and %d looks in a minute", n, s.traffic.Load(), s.syncs.Load(), s.messages.Load())
		}
		cancel()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	})
}
