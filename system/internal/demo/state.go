package demo

import (
	"crypto/rand"
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
)

// state is what the demo must remember between starts: how to log in. It is
// written before the company is set up, so that a start that was interrupted
// can be repeated.
type state struct {
	Email    string `json:"email"`
	Password string `json:"password"`
}

// loadState reads the state, or makes one with a password of its own.
func loadState(dir string) (state, error) {
	path := filepath.Join(dir, "demo.json")
	body, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return createState(path)
	}
	if err != nil {
		return state{}, err
	}
	var s state
	return s, json.Unmarshal(body, &s)
}

func createState(path string) (state, error) {
	s := state{Email: "hr@demo.example", Password: rand.Text()}
	body, err := json.MarshalIndent(s, "", "  ")
	if err != nil {
		return state{}, err
	}
	return s, os.WriteFile(path, append(body, '\n'), 0o600)
}
