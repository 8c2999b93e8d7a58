// Command docs writes the generated pages of the documentation.
package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"

	"github.com/dakoku/dakoku/system/internal/pages"
)

func main() {
	if len(os.Args) != 3 {
		fmt.Fprintln(os.Stderr, "usage: docs DESCRIPTOR-IMAGE FOLDER")
		os.Exit(2)
	}
	if err := write(os.Args[1], os.Args[2]); err != nil {
		fmt.Fprintln(os.Stderr, "docs:", err)
		os.Exit(1)
	}
}

func write(image, folder string) error {
	descriptors, err := os.ReadFile(image)
	if err != nil {
		return err
	}
	var page bytes.Buffer
	if err := pages.Errors(&page, descriptors); err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(folder, "errors.md"), page.Bytes(), 0o644)
}
