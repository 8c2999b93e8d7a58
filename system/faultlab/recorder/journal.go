package recorder

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"sync"
)

// Journal is a file of entries that only grows. Safe for concurrent use.
type Journal struct {
	mu   sync.Mutex
	file *os.File
}

// OpenJournal makes the file or goes on with it.
func OpenJournal(path string) (*Journal, error) {
	file, err := os.OpenFile(path, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return nil, err
	}
	return &Journal{file: file}, nil
}

// Write adds entries. They are out of this process when it returns.
func (j *Journal) Write(entries ...Entry) error {
	var lines []byte
	for _, e := range entries {
		line, err := json.Marshal(e)
		if err != nil {
			return err
		}
		lines = append(append(lines, line...), '\n')
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	_, err := j.file.Write(lines)
	return err
}

// Close closes the file.
func (j *Journal) Close() error { return j.file.Close() }

// Read gives every entry of a journal in order.
func Read(path string, each func(Entry) error) error {
	file, err := os.Open(path)
	if err != nil {
		return err
	}
	defer func() { _ = file.Close() }()
	lines := bufio.NewReaderSize(file, 1<<20)
	for n := 1; ; n++ {
		line, err := lines.ReadBytes('\n')
		if err == io.EOF && len(line) == 0 {
			return nil
		}
		if err != nil {
			return fmt.Errorf("%s: line %d is cut off: %w", path, n, err)
		}
		var e Entry
		if err := json.Unmarshal(line, &e); err != nil {
			return fmt.Errorf("%s: line %d: %w", path, n, err)
		}
		if err := each(e); err != nil {
			return err
		}
	}
}
