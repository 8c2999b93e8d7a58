package main

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"slices"
	"time"

	"github.com/dakoku/dakoku/platform/config"
	"github.com/dakoku/dakoku/platform/postgres/embedded"
	"github.com/dakoku/dakoku/services/attendance"
	"github.com/dakoku/dakoku/system/internal/assembly"
)

// shown is how many findings are printed; all are counted.
const shown = 1000

// verify checks the records and says what is wrong with them, which is an error.
func verify(ctx context.Context) error {
	var settings assembly.Settings
	if err := config.Load(&settings); err != nil {
		return err
	}
	if _, err := os.Stat(attendance.Key(settings.DataDir)); err != nil {
		return fmt.Errorf("%w: DAKOKU_DATA_DIR must be the directory that the service runs with, or its copy", err)
	}
	url, stop, err := database(ctx, settings)
	if err != nil {
		return err
	}
	defer stop()
	report, err := attendance.Verify(ctx, url, settings.DataDir)
	if err != nil {
		return err
	}
	return tell(report)
}

// database is the one given, the private one that runs, or the private one started for the check.
func database(ctx context.Context, settings assembly.Settings) (config.Secret, func(), error) {
	if settings.DatabaseURL != "" {
		return settings.DatabaseURL, func() {}, nil
	}
	server, err := embedded.Start(ctx, embedded.Config{Dir: settings.DataDir, Bin: settings.PostgresBin})
	if err == nil {
		return server.URL(), server.Stop, nil
	}
	if url, running := embedded.Running(settings.DataDir); running && errors.Is(err, embedded.ErrInUse) {
		return url, func() {}, nil
	}
	return "", nil, err
}

func tell(report attendance.Report) error {
	for i, f := range report.Findings {
		if i == shown {
			break
		}
		ja, en := f.Problem.Text()
		fmt.Printf("異常 WRONG  会社 company %s  表 table attendance.%s  行 row %s\n    %s。 %s.\n", f.Tenant, f.Table, f.Key, ja, en)
	}
	for _, tenant := range slices.Sorted(maps.Keys(report.Companies)) {
		c := report.Companies[tenant]
		at := "-"
		if c.Checkpoint > 0 {
			at = c.At.UTC().Format(time.RFC3339)
		}
		fmt.Printf("会社 company %s  封印 sealed %d  チェックポイント checkpoint %d (%s)\n", tenant, c.Sealed, c.Checkpoint, at)
		if c.Newer > 0 {
			fmt.Printf("    最後のチェックポイントより新しい記録 %d 件は、まだ証明の対象外です。 %d rows are newer than the last checkpoint: a change of them would not be proved yet.\n", c.Newer, c.Newer)
		}
	}
	if n := len(report.Findings); n > 0 {
		return fmt.Errorf("記録が書き換えられています: %d 件 (%d findings: the records are not as they were made)", n, n)
	}
	fmt.Println("異常はありません。 Nothing is wrong.")
	return nil
}
