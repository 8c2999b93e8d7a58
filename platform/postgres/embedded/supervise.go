package embedded

import (
	"context"
	"os"
	"time"

	"go.uber.org/zap"

	"github.com/dakoku/dakoku/platform/run"
)

// longestBackoff bounds the wait between restarts.
const longestBackoff = 5 * time.Second

// Run restarts the server whenever it dies, for as long as it takes, until ctx
// ends or Stop is called; then the server is stopped and Run returns nil.
func (s *Server) Run(ctx context.Context) error {
	defer s.Stop()
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	go func() {
		defer cancel()
		select {
		case <-s.closing:
		case <-ctx.Done():
		}
	}()
	for {
		proc := s.current()
		select {
		case <-ctx.Done():
			return nil
		case <-proc.done:
		}
		if ctx.Err() != nil {
			return nil
		}
		s.cfg.Log.Warn("private PostgreSQL died", zap.Int("pid", proc.pid), zap.NamedError("status", proc.err))
		s.revive(ctx)
	}
}

// current is the process that runs now.
func (s *Server) current() *process {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.proc
}

// revive starts the server again and again until it serves or ctx ends.
func (s *Server) revive(ctx context.Context) {
	began := time.Now()
	for wait := 100 * time.Millisecond; ; wait = min(2*wait, longestBackoff) {
		err := s.relaunch(ctx)
		if err == nil {
			s.cfg.Log.Info("private PostgreSQL restarted", zap.Duration("after", time.Since(began)))
			return
		}
		if run.Pause(ctx, wait) != nil {
			return
		}
		s.cfg.Log.Error("private PostgreSQL does not start", zap.Error(err))
	}
}

// relaunch clears what the dead server left and starts anew.
func (s *Server) relaunch(ctx context.Context) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if err := stopLeftover(ctx, s.data, func(string) {}); err != nil {
		return err
	}
	return s.launch(ctx)
}

// Stop ends the server, within half a minute, and frees the directory. It may
// be called more than once and from several goroutines; each call returns when
// the server has ended.
func (s *Server) Stop() {
	s.stopOnce.Do(func() {
		close(s.closing)
		s.mu.Lock()
		defer s.mu.Unlock()
		if s.proc != nil {
			s.proc.stop()
		}
		if s.socket != "" {
			_ = os.RemoveAll(s.socket) // the next start tries again
		}
		s.release()
	})
}
