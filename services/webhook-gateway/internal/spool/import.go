package spool

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
)

// Import moves a file that was put aside back among those that wait, into a place
// that nobody holds, where whoever runs finds it; it tells how many whole records
// are in it. Keys are not needed. Ended at any moment, it can be run again.
func Import(dir, path string) (records int, err error) {
	if err := mayImport(dir, path); err != nil {
		return 0, err
	}
	data, err := os.ReadFile(path)
	if err != nil {
		return 0, err
	}
	if records, err = count(data); err != nil {
		return 0, fmt.Errorf("%s: %w", path, err)
	}
	place, err := takeEmpty(dir)
	if err != nil {
		return 0, err
	}
	defer place.release()
	if err := place.add(data); err != nil {
		return 0, err
	}
	return records, errors.Join(os.Remove(path), syncDir(filepath.Dir(path)))
}

// mayImport refuses what a running process may be writing to, and files that it
// could not read afterwards.
func mayImport(dir, path string) error {
	if !strings.HasSuffix(path, segmentSuffix+keptSuffix) {
		return fmt.Errorf("%s: only a file that was put aside, *%s, can be imported", path, segmentSuffix+keptSuffix)
	}
	info, err := os.Stat(dir)
	if err != nil {
		return err
	}
	owner, me := int(info.Sys().(*syscall.Stat_t).Uid), os.Geteuid()
	if owner != me {
		return fmt.Errorf("%s belongs to user %d: run this as that user, not as %d, so that the door can read what is imported", dir, owner, me)
	}
	return nil
}

// count is how many whole records a segment has.
func count(data []byte) (n int, err error) {
	s := &segment{}
	if !s.readHead(data) {
		return 0, errors.New("its beginning is damaged, so nothing in it can be opened")
	}
	for off := int(s.size); ; n++ {
		f, ok := nextFrame(data, off)
		if !ok {
			break
		}
		off = f.to
	}
	if n == 0 {
		return 0, errors.New("there is no whole record in it")
	}
	return n, nil
}

// takeEmpty takes a place that nobody holds and in which nothing waits.
func takeEmpty(base string) (*slot, error) {
	for n := range maxSlots {
		s, err := take(filepath.Join(base, strconv.Itoa(n)))
		if errors.Is(err, errTaken) {
			continue
		}
		if err != nil {
			return nil, err
		}
		if names, _ := segmentFiles(s.dir); len(names) == 0 {
			return s, nil
		}
		s.release()
	}
	return nil, fmt.Errorf("no place is free in %s", base)
}

// add makes a segment of these bytes, so that all of it is there or nothing.
func (s *slot) add(data []byte) error {
	path := filepath.Join(s.dir, segmentName(lastNumber(s.dir)+1))
	out, err := createFile(path + ".new")
	if err != nil {
		return err
	}
	if _, err = out.Write(data); err == nil {
		err = out.Sync()
	}
	if err = errors.Join(err, out.Close()); err != nil {
		return errors.Join(err, os.Remove(path+".new"))
	}
	return errors.Join(os.Rename(path+".new", path), syncDir(s.dir), syncDir(filepath.Dir(s.dir)))
}
