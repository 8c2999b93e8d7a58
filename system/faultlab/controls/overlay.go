package controls

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// Overlay writes the patched files of the repository at root into dir and returns the
// file that the compiler's -overlay takes.
func (c Control) Overlay(root, dir string) (string, error) {
	replace, contents := map[string]string{}, map[string]string{}
	for _, p := range c.Patches {
		path := filepath.Join(root, p.File)
		text, ok := contents[path]
		if !ok {
			raw, err := os.ReadFile(path)
			if err != nil {
				return "", err
			}
			text = string(raw)
		}
		if n := strings.Count(text, p.Old); n != 1 {
			return "", fmt.Errorf("control %q: what it changes is in %s %d times, not once; bring the control up to date", c.Name, p.File, n)
		}
		contents[path] = strings.Replace(text, p.Old, p.New, 1)
	}
	n := 0
	for path, text := range contents {
		n++
		replace[path] = filepath.Join(dir, fmt.Sprintf("patched-%d.go", n))
		if err := os.WriteFile(replace[path], []byte(text), 0o600); err != nil {
			return "", err
		}
	}
	raw, err := json.Marshal(map[string]any{"Replace": replace})
	if err != nil {
		return "", err
	}
	list := filepath.Join(dir, "overlay.json")
	return list, os.WriteFile(list, raw, 0o600)
}
