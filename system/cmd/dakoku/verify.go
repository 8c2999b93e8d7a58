package main

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/dakoku/dakoku/platform/config"
	"github.com/dakoku/dakoku/platform/postgres/embedded"
	"github.com/dakoku/dakoku/services/attendance"
	"github.com/dakoku/dakoku/system/internal/accord"
	"github.com/dakoku/dakoku/system/internal/assembly"
	"github.com/dakoku/dakoku/system/internal/lineage"
)

// shown is how many findings are printed; all are counted.
const shown = 1000

// verify checks the records and says what is wrong with them, which is an error.
func verify(ctx context.Context) error {
	var settings assembly.Settings
	if err := config.Load(&settings); err != nil {
		return err
	}
	url, stop, err := database(ctx, settings)
	if err != nil {
		return err
	}
	defer stop()
	signers, err := attendance.Signers(settings.DataDir)
	if err != nil {
		return err
	}
	records, err := attendance.Verify(ctx, url, settings.DataDir, settings.MasterKeys)
	if err != nil {
		return err
	}
	events, err := accord.Verify(ctx, url)
	if err != nil {
		return err
	}
	links, err := lineage.Verify(ctx, url)
	if err != nil {
		return err
	}
	tellSigners(signers)
	return tell(records, events, links)
}

// database is the one given, the private one that runs, or the private one started for the check. None is ever made.
func database(ctx context.Context, settings assembly.Settings) (config.Secret, func(), error) {
	if settings.DatabaseURL != "" {
		return settings.DatabaseURL, func() {}, nil
	}
	server, err := embedded.Start(ctx, embedded.Config{Dir: settings.DataDir, Bin: settings.PostgresBin, Existing: true})
	switch {
	case err == nil:
		return server.URL(), server.Stop, nil
	case errors.Is(err, embedded.ErrNoDatabase):
		return "", nil, fmt.Errorf("%s: %w", settings.DataDir, assembly.ErrNoDatabase)
	}
	if url, running := embedded.Running(settings.DataDir); running && errors.Is(err, embedded.ErrInUse) {
		return url, func() {}, nil
	}
	return "", nil, err
}

// tellSigners names the keys, so that somebody asks about one that nobody changed.
func tellSigners(signers []attendance.Signature) {
	for _, s := range signers {
		since := "-"
		if !s.Since.IsZero() {
			since = s.Since.UTC().Format(time.RFC3339)
		}
		fmt.Printf("署名鍵 signing key %s  (%s から since)\n", s.ID(), since)
	}
}

// finding is one thing that is wrong, whoever found it.
type finding struct{ tenant, table, row, ja, en string }

func all(records attendance.Report, events accord.Report, links lineage.Report) (found []finding) {
	for _, f := range records.Findings {
		ja, en := f.Problem.Text()
		found = append(found, finding{f.Tenant, "attendance." + f.Table, f.Key, ja, en})
	}
	for _, f := range events.Findings {
		ja, en := f.Problem.Text()
		found = append(found, finding{f.Tenant, "gateway.inbox", fmt.Sprintf("%s (%s)", f.Event, f.Key), ja, en})
	}
	for _, f := range links.Findings {
		ja, en := f.Problem.Text()
		found = append(found, finding{f.Tenant, f.Table, f.Row, ja, en})
	}
	return found
}

func tell(records attendance.Report, events accord.Report, links lineage.Report) error {
	found := all(records, events, links)
	for _, f := range found[:min(len(found), shown)] {
		fmt.Printf("異常 WRONG  会社 company %s  表 table %s  行 row %s\n    %s。 %s.\n", f.tenant, f.table, f.row, f.ja, f.en)
	}
	for _, tenant := range slices.Sorted(maps.Keys(records.Companies)) {
		tellCompany(tenant, records.Companies[tenant])
	}
	if records.Keys {
		fmt.Printf("開いて確かめた本文 texts opened %d\n", records.Opened)
	} else {
		fmt.Println("封印鍵がここにないため、本文は開いていません。 The sealing keys are not here, so no text was opened.")
	}
	tellLinks(links)
	if events.Here {
		fmt.Printf("受信箱と照合したイベント events compared with the inbox %d\n", events.Events)
	} else {
		fmt.Println("受信箱は別のデータベースにあるため、照合していません。 The inbox is in another database and was not compared.")
	}
	if n := len(found); n > 0 {
		return fmt.Errorf("記録が書き換えられています: %d件 (%d findings: the records are not as they were made)", n, n)
	}
	fmt.Println("異常はありません。 Nothing is wrong.")
	return nil
}

func tellLinks(links lineage.Report) {
	if !links.Here {
		fmt.Println("アカウントの紐付けは別のデータベースにあるため、照合していません。 Account links are in another database and were not compared.")
		return
	}
	fmt.Printf("紐付けの履歴と照合したイベント events compared with the history of account links %d\n", links.Events)
	if links.Before > 0 {
		fmt.Printf("    紐付けの控えがない以前のイベント %d件は照合していません。 %d older events were judged without a receipt of the link and were not compared.\n", links.Before, links.Before)
	}
}

func tellCompany(tenant string, c *attendance.Company) {
	at := "-"
	if c.Checkpoint > 0 {
		at = c.At.UTC().Format(time.RFC3339)
	}
	fmt.Printf("会社 company %s  封印 sealed %d  チェックポイント checkpoint %d (%s)\n", tenant, c.Sealed, c.Checkpoint, at)
	if c.Newer > 0 {
		fmt.Printf("    最後のチェックポイントより新しい記録 %d件は、まだ証明の対象外です。 %d rows are newer than the last checkpoint: a change of them would not be proved yet.\n", c.Newer, c.Newer)
	}
}
