package simulator

import "time"

// Settings are what can be changed while the world runs.
type Settings struct {
	RatePerMinute       int   `json:"ratePerMinute"`
	NumericExpiresIn    bool  `json:"numericExpiresIn"`
	RotateRefreshTokens bool  `json:"rotateRefreshTokens"`
	ConcurrentCalls     int   `json:"concurrentCalls"`  // see SetConcurrency
	ClockErrorMillis    int64 `json:"clockErrorMillis"` // see SetClockError
}

// Settings returns what is set now.
func (s *Simulator) Settings() Settings {
	s.crowd.mu.Lock()
	concurrent := s.crowd.limit
	s.crowd.mu.Unlock()
	s.mu.Lock()
	defer s.mu.Unlock()
	return Settings{s.rate, s.numeric, s.rotate, concurrent, time.Duration(s.ahead.Load()).Milliseconds()}
}

// Change sets what can be changed while the world runs, and starts fresh rate
// windows.
func (s *Simulator) Change(settings Settings) {
	s.mu.Lock()
	s.numeric, s.rotate = settings.NumericExpiresIn, settings.RotateRefreshTokens
	s.mu.Unlock()
	s.SetConcurrency(settings.ConcurrentCalls)
	s.SetClockError(time.Duration(settings.ClockErrorMillis) * time.Millisecond)
	s.SetRateLimit(settings.RatePerMinute)
	s.watch.tell("world", nil)
}
