package embedded

import (
	"errors"
	"net"
	"os"
	"path/filepath"
	"testing"
)

// noted writes a note of dir that names a socket's directory.
func noted(t *testing.T, dir, socket string) *Server {
	t.Helper()
	s := &Server{dir: dir}
	if err := os.WriteFile(s.socketNote(), []byte(socket), 0o600); err != nil {
		t.Fatal(err)
	}
	return s
}

// socketDirFor makes a socket's directory as a run on dir leaves it when killed.
func socketDirFor(t *testing.T, dir string) (*Server, string) {
	t.Helper()
	socket, err := os.MkdirTemp("", "dakoku-pg-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(socket) })
	s := noted(t, dir, socket)
	if err := s.sign(socket); err != nil {
		t.Fatal(err)
	}
	return s, socket
}

func gone(path string) bool {
	_, err := os.Stat(path)
	return errors.Is(err, os.ErrNotExist)
}

// TestCopyLeavesTheOriginalAlone starts a server on a directory whose note came
// along from another one that is being served.
func TestCopyLeavesTheOriginalAlone(t *testing.T) {
	dir, other := openDirFor(t), openDirFor(t)
	original := serve(t, dir)
	tell(t, original, "create table kept as select 'x'::text as value")
	noted(t, other, original.socket)
	duplicate := serve(t, other)
	if duplicate.socket == original.socket || ask(t, original, "select value from kept") != "x" {
		t.Error("the original is cut off")
	}
	duplicate.Stop()
	if got := ask(t, original, "select value from kept"); got != "x" {
		t.Errorf("got %q", got)
	}
}

func TestSocketDirOfAKilledRunIsRemoved(t *testing.T) {
	s, socket := socketDirFor(t, openDirFor(t))
	s.release()
	s.removeOldSocketDir()
	if !gone(socket) {
		t.Error("still there")
	}
}

func TestSocketDirOfACopysOriginalStays(t *testing.T) {
	killed, socket := socketDirFor(t, openDirFor(t))
	killed.release()
	noted(t, openDirFor(t), socket).removeOldSocketDir()
	if gone(socket) {
		t.Error("a copy removed what is the original's")
	}
}

func TestSocketDirInUseStays(t *testing.T) {
	s, locked := socketDirFor(t, openDirFor(t))
	s.removeOldSocketDir()
	if gone(locked) {
		t.Error("removed under a lock")
	}
	s.release()
	listener, err := net.Listen("unix", filepath.Join(locked, socketFile))
	if err != nil {
		t.Fatal(err)
	}
	s.removeOldSocketDir()
	if gone(locked) {
		t.Error("removed while somebody answers")
	}
	_ = listener.Close()
	s.removeOldSocketDir()
	if !gone(locked) {
		t.Error("stays when nobody answers")
	}
}

func TestSocketDirWithoutOwnerStays(t *testing.T) {
	s, socket := socketDirFor(t, openDirFor(t))
	s.release()
	if err := os.Remove(filepath.Join(socket, ownerFile)); err != nil {
		t.Fatal(err)
	}
	s.removeOldSocketDir()
	if gone(socket) {
		t.Error("removed although nothing says whose it is")
	}
}
