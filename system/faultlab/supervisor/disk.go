package supervisor

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"time"
)

// walRoom is the disk of a server's log, which may be filled without harm to others.
const walRoom = "512m"

// ErrNoDisk means that a disk of its own needs root, who may mount one.
var ErrNoDisk = errors.New("filling a disk needs root")

// walDir is where the server's log lies; empty: with its data.
func (s *server) walDir() []string {
	if s.disk == "" {
		return nil
	}
	return []string{"--waldir=" + filepath.Join(s.disk, "wal")}
}

// mount gives the server's log a small disk of its own, in memory.
func (s *server) mount(ctx context.Context) error {
	if os.Geteuid() != 0 {
		return ErrNoDisk
	}
	disk := filepath.Join(filepath.Dir(s.dir), "disk")
	if err := os.Mkdir(disk, 0o711); err != nil {
		return err
	}
	if out, err := exec.CommandContext(ctx, "mount", "-t", "tmpfs", "-o", "size="+walRoom+",mode=0711", "tmpfs", disk).CombinedOutput(); err != nil {
		return fmt.Errorf("%w: %w: %s", ErrNoDisk, err, last(out, 200))
	}
	s.disk = disk
	if s.as == nil {
		return nil
	}
	return os.Chown(disk, int(s.as.Uid), int(s.as.Gid))
}

// unmount takes the disk away, when the server has ended.
func (s *server) unmount() {
	if s.disk != "" {
		_ = exec.Command("umount", "-l", s.disk).Run() // nothing of worth is on it
	}
}

// FillDisk leaves the primary no room for its log for a while; what it does then is
// end, and recover when there is room again.
func (c *Cluster) FillDisk(ctx context.Context, d time.Duration) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.primary.disk == "" {
		return ErrNoDisk
	}
	ballast := filepath.Join(c.primary.disk, "ballast")
	if err := fill(ballast); err != nil {
		return err
	}
	full, cancel := context.WithTimeout(ctx, d)
	defer cancel()
	for full.Err() == nil { // ends one segment after the other, so that new ones are needed
		_, _ = ask[string](full, c.primary, "select pg_switch_wal()::text || pg_logical_emit_message(true, 'faultlab', repeat('x', 4000000))::text")
		<-time.After(20 * time.Millisecond)
	}
	if err := os.Remove(ballast); err != nil {
		return err
	}
	return c.primary.awake(ctx)
}

// fill writes a file until the disk takes no more.
func fill(path string) error {
	file, err := os.OpenFile(path, os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	block := make([]byte, 1<<16)
	for err == nil {
		_, err = file.Write(block)
	}
	return file.Close()
}
