package assembly

import (
	"context"
	"errors"
	"fmt"

	"go.uber.org/zap"

	"github.com/dakoku/dakoku/platform/config"
	"github.com/dakoku/dakoku/platform/postgres"
	"github.com/dakoku/dakoku/platform/postgres/embedded"
	"github.com/dakoku/dakoku/platform/process"
	"github.com/dakoku/dakoku/services/attendance"
	"github.com/dakoku/dakoku/services/integration"
	gateway "github.com/dakoku/dakoku/services/webhook-gateway"
)

// openDatabase starts the private PostgreSQL unless another is given, and
// brings the schemas up to date.
func (a *Assembly) openDatabase(ctx context.Context) error {
	a.database = a.settings.DatabaseURL
	if a.database == "" {
		if err := a.startPostgres(ctx); err != nil {
			return err
		}
	}
	if err := Migrate(ctx, a.database); err != nil {
		return fmt.Errorf("%s: %w", a.origin(), err)
	}
	return nil
}

// Database says in a few words where the data is.
func (a *Assembly) Database() string {
	if a.postgres != nil {
		return "the private PostgreSQL in " + a.postgres.Dir()
	}
	return "the PostgreSQL of DAKOKU_DATABASE_URL"
}

// origin names whose database it is, for error lines.
func (a *Assembly) origin() string {
	if a.postgres != nil {
		return "private PostgreSQL"
	}
	return "DAKOKU_DATABASE_URL"
}

func (a *Assembly) startPostgres(ctx context.Context) (err error) {
	a.postgres, err = embedded.Start(ctx, embedded.Config{
		Dir: a.settings.DataDir, Bin: a.settings.PostgresBin, Log: a.log.Named("postgresql"),
		Progress: func(line string) { fmt.Fprintln(a.progress, "  "+line) },
	})
	if err != nil {
		return err
	}
	a.database = a.postgres.URL()
	return nil
}

// Rotate replaces the sealing keys of every context and wraps everything anew,
// while a `dakoku up` on the same data goes on or while none runs. say gets a
// line for each thing done.
func Rotate(ctx context.Context, s Settings, log *zap.Logger, say func(string)) error {
	database := s.DatabaseURL
	if database == "" {
		server, running, err := privateDatabase(ctx, s, log, say)
		if err != nil {
			return err
		}
		if server != nil {
			defer server.Stop()
		}
		database = running
	}
	for _, sealed := range []process.Sealed{
		integration.Sealed(s.DataDir, s.MasterKeys), attendance.Sealed(s.DataDir, s.MasterKeys), gateway.Sealed(s.DataDir, s.MasterKeys),
		gateway.IdentitySealed(s.DataDir, s.MasterKeys),
	} {
		if err := process.Rotate(ctx, database, sealed, say); err != nil {
			return fmt.Errorf("%s: %w", sealed.Migrations.Context, err)
		}
	}
	return nil
}

// ErrNoDatabase tells the way out where a command looked for a database that is there already; looking for it has
// changed nothing.
var ErrNoDatabase = errors.New("DAKOKU_DATA_DIR のディレクトリにデータベースがありません。DAKOKU_DATABASE_URL にデータベースの接続先を設定するか、DAKOKU_DATA_DIR にデータディレクトリを設定してください。" +
	" The directory of DAKOKU_DATA_DIR holds no database: set DAKOKU_DATABASE_URL to the database, or DAKOKU_DATA_DIR to the data directory")

// privateDatabase is the private PostgreSQL: that of a running `dakoku up`, or
// started for as long as it takes. None is ever made.
func privateDatabase(ctx context.Context, s Settings, log *zap.Logger, say func(string)) (*embedded.Server, config.Secret, error) {
	server, err := embedded.Start(ctx, embedded.Config{Dir: s.DataDir, Bin: s.PostgresBin, Log: log, Progress: say, Existing: true})
	if errors.Is(err, embedded.ErrInUse) {
		if url, running := embedded.Running(s.DataDir); running {
			return nil, url, nil
		}
	}
	if errors.Is(err, embedded.ErrNoDatabase) {
		return nil, "", fmt.Errorf("%s: %w", s.DataDir, ErrNoDatabase)
	}
	if err != nil {
		return nil, "", err
	}
	return server, server.URL(), nil
}

// Migrate brings every context's schema up to date.
func Migrate(ctx context.Context, database config.Secret) error {
	for _, m := range []postgres.Migrations{
		gateway.IdentityMigrations(), integration.Migrations(), attendance.Migrations(), gateway.InboxMigrations(),
	} {
		if err := postgres.Migrate(ctx, database, m); err != nil {
			return err
		}
	}
	return nil
}
