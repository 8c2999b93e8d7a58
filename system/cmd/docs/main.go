// Command docs writes the generated pages of the documentation, and the OpenAPI
// document that clients are generated from.
package main

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/dakoku/dakoku/services/attendance"
	"github.com/dakoku/dakoku/services/integration"
	gateway "github.com/dakoku/dakoku/services/webhook-gateway"
	"github.com/dakoku/dakoku/system/internal/assembly"
	"github.com/dakoku/dakoku/system/internal/pages"
)

func main() {
	if len(os.Args) != 4 {
		fmt.Fprintln(os.Stderr, "usage: docs DESCRIPTOR-IMAGE FOLDER OPENAPI-FILE")
		os.Exit(2)
	}
	if err := errors.Join(write(os.Args[1], os.Args[2]), writeOpenAPI(os.Args[3])); err != nil {
		fmt.Fprintln(os.Stderr, "docs:", err)
		os.Exit(1)
	}
}

func write(image, folder string) error {
	descriptors, err := os.ReadFile(image)
	if err != nil {
		return err
	}
	if err := pages.Permissions(descriptors); err != nil {
		return err
	}
	var reasons, settings bytes.Buffer
	if err := pages.Errors(&reasons, descriptors); err != nil {
		return err
	}
	if err := pages.Settings(&settings, programs()); err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(folder, "errors.md"), reasons.Bytes(), 0o644); err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(folder, "settings.md"), settings.Bytes(), 0o644)
}

func writeOpenAPI(file string) error {
	document, err := gateway.OpenAPI()
	if err != nil {
		return err
	}
	return os.WriteFile(file, document, 0o644)
}

func programs() []pages.Program {
	return []pages.Program{
		{Name: "dakoku up", Settings: &assembly.Settings{}},
		{Name: gateway.PublicName, Settings: &gateway.PublicSettings{}},
		{Name: gateway.AdminName, Settings: &gateway.AdminSettings{}},
		{Name: integration.Name, Settings: &integration.Settings{}},
		{Name: attendance.Name, Settings: &attendance.Settings{}},
	}
}
