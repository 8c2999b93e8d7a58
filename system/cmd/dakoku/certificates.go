package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/dakoku/dakoku/platform/rpc/devca"
)

// holder is a process that gets a certificate: its name and the user that runs it.
type holder struct {
	name string
	uid  int
}

// certificates makes the certificates of processes that do not share a directory:
// the CA and all keys stay in <dir>/ca, and <dir>/<name> gets what one process
// needs. With --keep it goes on and renews them.
func certificates(ctx context.Context, args []string) error {
	keep := len(args) > 0 && args[0] == "--keep"
	if keep {
		args = args[1:]
	}
	if len(args) < 2 {
		return errors.New("usage: dakoku certificates [--keep] DIRECTORY, then NAME:UID of each process")
	}
	holders := make([]holder, 0, len(args)-1)
	for _, arg := range args[1:] {
		h, err := readHolder(arg)
		if err != nil {
			return err
		}
		holders = append(holders, h)
	}
	for {
		if err := handOut(args[0], holders); err != nil || !keep {
			return err
		}
		if !devca.Wait(ctx) {
			return nil
		}
	}
}

func readHolder(arg string) (holder, error) {
	name, uid, _ := strings.Cut(arg, ":")
	id, err := strconv.ParseUint(uid, 10, 31)
	if err != nil || name == "" || name == "ca" || name[0] == '.' || filepath.Base(name) != name {
		return holder{}, fmt.Errorf("certificates: %q is not NAME:UID, such as attendance:65532", arg)
	}
	return holder{name: name, uid: int(id)}, nil
}

// handOut makes what is missing or old, and gives each holder its own.
func handOut(dir string, holders []holder) error {
	names := make([]string, 0, len(holders))
	for _, h := range holders {
		names = append(names, h.name)
	}
	safe := filepath.Join(dir, "ca")
	if err := devca.Ensure(safe, names...); err != nil {
		return err
	}
	for _, h := range holders {
		if err := h.receive(safe, filepath.Join(dir, h.name)); err != nil {
			return fmt.Errorf("certificates of %s: %w", h.name, err)
		}
	}
	return nil
}

// receive copies the CA's certificate and the holder's own certificate and key,
// the key first: a process that finds the new certificate finds its key, too.
func (h holder) receive(safe, to string) error {
	if err := os.MkdirAll(to, 0o700); err != nil {
		return err
	}
	if err := os.Chown(to, h.uid, -1); err != nil {
		return err
	}
	for _, file := range []string{h.name + ".key", h.name + ".crt", "ca.crt"} {
		content, err := os.ReadFile(filepath.Join(safe, file))
		if err == nil {
			err = h.put(filepath.Join(to, file), content)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// put replaces a file that differs, whole or not at all.
func (h holder) put(path string, content []byte) error {
	old, err := os.ReadFile(path)
	if err == nil && string(old) == string(content) {
		return nil
	}
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	next := path + ".new"
	if err := os.WriteFile(next, content, 0o600); err != nil {
		return err
	}
	if err := os.Chown(next, h.uid, -1); err != nil {
		return err
	}
	return os.Rename(next, path)
}
