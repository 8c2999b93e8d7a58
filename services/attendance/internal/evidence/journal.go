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

// Append writes the checkpoints that the file does not have yet and returns when they are on the disk. A line that a
// crash had cut off goes first.
func (j Journal) Append(checkpoints []Checkpoint) (err error) {
	if err := os.MkdirAll(filepath.Dir(j.Path), 0o700); err != nil {
		return fmt.Errorf("checkpoints: %w", err)
	}
	file, err := os.OpenFile(j.Path, os.O_CREATE|os.O_RDWR|os.O_APPEND, 0o600)
	if err != nil {
		return fmt.Errorf("checkpoints: %w", err)
	}
	defer func() { err = errors.Join(err, file.Close()) }() // which gives back the lock
	if err := syscall.Flock(int(file.Fd()), syscall.LOCK_EX); err != nil {
		return fmt.Errorf("lock %s: %w", j.Path, err)
	}
	text, err := io.ReadAll(file)
	if err != nil {
		return err
	}
	whole := bytes.LastIndexByte(text, '\n') + 1
	if err := file.Truncate(int64(whole)); err != nil {
		return err
	}
	last, err := lastOf(text[:whole])
	if err != nil {
		return err
	}
	if err := j.write(file, last, checkpoints); err != nil {
		return err
	}
	return syncDir(filepath.Dir(j.Path))
}

func (j Journal) write(file *os.File, last map[string]int64, checkpoints []Checkpoint) error {
	var fresh []byte
	for _, c := range checkpoints {
		if c.Number <= last[c.Tenant] {
			continue
		}
		text, err := c.line()
		if err != nil {
			return err
		}
		fresh = append(fresh, text...)
	}
	if _, err := file.Write(fresh); err != nil {
		return err
	}
	return file.Sync()
}

// Read returns every checkpoint of the file in its order; none when there is no file. A last line without an end is
// being written, or was cut off by a crash, and does not count.
func (j Journal) Read() ([]Checkpoint, error) {
	text, err := os.ReadFile(j.Path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return read(text[:bytes.LastIndexByte(text, '\n')+1])
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
