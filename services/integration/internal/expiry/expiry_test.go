package expiry

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/zap"
)

// shelf counts how often it is looked at; the first look fails.
type shelf struct{ looks, traffic int }

func (s *shelf) ForgetTraffic(context.Context) error {
	s.traffic++
	return nil
}

func (s *shelf) ExpireCredentials(context.Context) (int, error) {
	s.looks++
	if s.looks == 1 {
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
		if s.looks != 1 {
			t.Errorf("%d looks at the start", s.looks)
		}
		<-time.After(time.Minute)
		synctest.Wait()
		if s.looks < 4 || s.looks > 5 || s.traffic != s.looks {
			t.Errorf("%d and %d looks in a minute", s.looks, s.traffic)
		}
		cancel()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	})
}
