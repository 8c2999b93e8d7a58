package embedded

import (
	"os"
	"path/filepath"
	"strings"

	"github.com/dakoku/dakoku/platform/config"
)

// Running is the URL of the server that another process runs on dir; false when nothing is noted there. The server
// may be gone all the same, which connecting tells.
func Running(dir string) (config.Secret, bool) {
	socket, err := os.ReadFile(filepath.Join(dir, "socket"))
	if err != nil {
		return "", false
	}
	if _, err := os.Stat(filepath.Join(strings.TrimSpace(string(socket)), socketFile)); err != nil {
		return "", false
	}
	return config.Secret(socketURL(strings.TrimSpace(string(socket)), database)), true
}
