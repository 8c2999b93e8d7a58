package run

import (
	"context"
	"testing"
	"testing/synctest"
	"time"
)

func TestLaterEndsTheDelayAfterItsContext(t *testing.T) {
	for name, delay := range map[string]time.Duration{"five seconds": 5 * time.Second, "none": 0, "less than none": -1} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				type key struct{}
				told, tell := context.WithCancel(context.WithValue(t.Context(), key{}, "v"))
				later, release := Later(told, delay)
				defer release()
				if later.Value(key{}) != "v" {
					t.Error("the value is gone")
				}
				<-time.After(time.Hour) // by the clock of the bubble
				if later.Err() != nil {
					t.Fatal("ended before anybody was told")
				}
				tell()
				began := time.Now()
				<-later.Done()
				if took := time.Since(began); took != max(delay, 0) {
					t.Errorf("ended after %s", took)
				}
			})
		})
	}
}

func TestLaterCanBeEndedAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		told, tell := context.WithCancel(t.Context())
		later, release := Later(told, time.Hour)
		tell()
		synctest.Wait()
		release()
		synctest.Wait() // a timer that is left would be a goroutine of the bubble's clock
		if later.Err() == nil {
			t.Error("still going")
		}
	})
}
