package evidence

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
)

// Journal is the file of checkpoints: one JSON object on each line, only ever made longer. Several processes may use
// one file.
type Journal struct{ Path string }

// Append writes the checkpoints that the file does not have yet and returns when they are on the disk.
func (j Journal) Append(checkpoints []Checkpoint) error {
	return lengthen(j.Path, func(text []byte) (fresh []byte, err error) {
		last, err := lastOf(text)
		for _, c := range checkpoints {
			if err != nil {
				return nil, err
			}
			if c.Number > last[c.Tenant] {
				var one []byte
				one, err = c.line()
				fresh = append(fresh, one...)
			}
		}
		return fresh, err
	})
}

// lengthen adds to a file of lines what more makes of the lines that are there, and returns when it is on the disk.
// Several processes may do so at once. A line that a crash had cut off goes first.
func lengthen(path string, more func(text []byte) ([]byte, error)) (err error) {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return fmt.Errorf("evidence: %w", err)
	}
	file, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR|os.O_APPEND, 0o600)
	if err != nil {
		return fmt.Errorf("evidence: %w", err)
	}
	defer func() { err = errors.Join(err, file.Close()) }() // which gives back the lock
	if err := syscall.Flock(int(file.Fd()), syscall.LOCK_EX); err != nil {
		return fmt.Errorf("lock %s: %w", path, err)
	}
	text, err := io.ReadAll(file)
	if err != nil {
		return err
	}
	whole := bytes.LastIndexByte(text, '\n') + 1
	fresh, err := more(text[:whole])
	if err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	if err := file.Truncate(int64(whole)); err != nil {
		return err
	}
	if _, err := file.Write(fresh); err != nil {
		return err
	}
	if err := file.Sync(); err != nil {
		return err
	}
	return syncDir(filepath.Dir(path))
}

// lines reads a file of whole lines; empty when there is none. A last line without an end is being written, or was cut
// off by a crash, and does not count.
func lines(path string) ([]byte, error) {
	text, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	return text[:bytes.LastIndexByte(text, '\n')+1], err
}

// Read returns every checkpoint of the file in its order; none when there is no file.
func (j Journal) Read() ([]Checkpoint, error) {
	text, err := lines(j.Path)
	if err != nil {
		return nil, err
	}
	return read(text)
}

// Last is the number of the last checkpoint of each company.
func (j Journal) Last() (map[string]int64, error) {
	all, err := j.Read()
	return last(all), err
}

func read(text []byte) (all []Checkpoint, err error) {
	for one := range bytes.Lines(text) {
		c, err := parse(one)
		if err != nil {
			return all, err
		}
		all = append(all, c)
	}
	return all, nil
}

func lastOf(text []byte) (map[string]int64, error) {
	all, err := read(text)
	return last(all), err
}

func last(all []Checkpoint) map[string]int64 {
	numbers := map[string]int64{}
	for _, c := range all {
		numbers[c.Tenant] = max(numbers[c.Tenant], c.Number)
	}
	return numbers
}

func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}
