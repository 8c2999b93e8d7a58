package zone_test

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/dakoku/dakoku/services/webhook-gateway/internal/identity/zone"
)

func TestZonesOfPlaces(t *testing.T) {
	for _, name := range []string{"Asia/Tokyo", "America/Argentina/Buenos_Aires", "Europe/Lisbon", "UTC", "Etc/UTC", "Japan"} {
		if at, err := zone.Load(name); err != nil || at.String() != name {
			t.Errorf("%s: %v, %v", name, at, err)
		}
	}
	for _, name := range []string{"", "Local", "Asia/Nowhere", "asia/../Asia/Tokyo", "/Asia/Tokyo", "Tokyo", ".", "./Asia/Tokyo", "Asia//Tokyo", "Asia/./Tokyo", "Asia/Tokyo/", "./right/Asia/Tokyo", "./localtime"} {
		if at, err := zone.Load(name); err == nil {
			t.Errorf("%s is %v", name, at)
		}
	}
}

// TestMain lays out a database that certainly has what others have on some machines only: the library looks for it once.
func TestMain(m *testing.M) {
	os.Exit(func() int {
		dir, err := os.MkdirTemp("", "zones-")
		if err != nil {
			panic(err)
		}
		defer os.RemoveAll(dir)
		if err := layOut(dir); err != nil {
			panic(err)
		}
		return m.Run()
	}())
}

var odd = []string{"right/Asia/Tokyo", "posix/Asia/Tokyo", "localtime", "posixrules", "Factory"}

func layOut(dir string) error {
	tokyo, err := os.ReadFile(filepath.Join("testdata", "Tokyo"))
	if err != nil {
		return err
	}
	for _, name := range odd {
		file := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
			return err
		}
		if err := os.WriteFile(file, tokyo, 0o600); err != nil {
			return err
		}
	}
	return os.Setenv("ZONEINFO", dir)
}

// Some names of the database are no zones that a record may go by.
func TestWhatNoRecordMayGoBy(t *testing.T) {
	for _, name := range odd {
		if _, err := time.LoadLocation(name); err != nil {
			t.Fatal(err) // the database does not have it, and the test proves nothing
		}
		if at, err := zone.Load(name); err == nil {
			t.Errorf("%s is %v", name, at)
		}
	}
}
