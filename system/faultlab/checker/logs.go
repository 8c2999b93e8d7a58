package checker

import (
	"bufio"
	"bytes"
	"fmt"
	"os"
	"path/filepath"
)

// alarms are words that a program prints when it is broken, whatever else it did.
var alarms = []string{"WARNING: DATA RACE", "panic:", "fatal error:"}

// Logs looks through what the programs printed in a directory: I11, nothing secret is
// there, and no program was broken.
func Logs(dir string, secrets []string) (Check, error) {
	c := Check{Name: "logs"}
	names, err := filepath.Glob(filepath.Join(dir, "*.log"))
	if err != nil {
		return c, err
	}
	for _, name := range names {
		if err := c.look(name, secrets); err != nil {
			return c, err
		}
	}
	return c, nil
}

func (c *Check) look(name string, secrets []string) error {
	file, err := os.Open(name)
	if err != nil {
		return err
	}
	defer func() { _ = file.Close() }()
	lines := bufio.NewScanner(file)
	lines.Buffer(nil, 16<<20)
	for n := 1; lines.Scan(); n++ {
		for _, alarm := range alarms {
			if bytes.Contains(lines.Bytes(), []byte(alarm)) {
				c.Find(fmt.Sprintf("%s:%d: %s", filepath.Base(name), n, alarm))
			}
		}
		for k, secret := range secrets {
			if bytes.Contains(lines.Bytes(), []byte(secret)) {
				c.Find(fmt.Sprintf("%s:%d shows secret %d", filepath.Base(name), n, k))
			}
		}
	}
	return lines.Err()
}

// Find adds what was found.
func (c *Check) Find(line string) {
	if c.Count++; c.Count <= mostFindings {
		c.Findings = append(c.Findings, line)
	}
}
