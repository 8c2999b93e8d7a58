package process

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/dakoku/dakoku/platform/config"
	"github.com/dakoku/dakoku/platform/postgres"
	"github.com/dakoku/dakoku/platform/seal"
)

// masterKeysSetting is the setting of Keys, for error lines and for the command
// that needs no other one.
const masterKeysSetting = "DAKOKU_MASTER_KEYS"

// Keys are the settings of a program that seals.
type Keys struct {
	MasterKeys config.Secret `env:"DAKOKU_MASTER_KEYS" doc:"Key-encryption keys, as the base64 of a keyset (the command master-keys makes one); empty keeps them in a file of the data directory, made at the first start."`
}

// KeySource says where the key-encryption keys of a context come from: the
// service if it is not nil, else the set if it is not empty, else
// keys/<context>.json in the data directory.
func KeySource(dataDir, context string, set config.Secret, service seal.KeyService) seal.Source {
	return seal.Source{
		Path: filepath.Join(dataDir, "keys", context+".json"), Set: set, Setting: masterKeysSetting, Service: service,
	}
}

// Sealed is what one context keeps sealed, and with which keys. Every field is required.
type Sealed struct {
	Source     seal.Source
	Migrations postgres.Migrations
	Columns    []postgres.SealedColumn
}

// Rotate replaces the primary key of a context and wraps everything anew while
// the services go on; see seal.Rotation. say gets a line for each thing done.
func Rotate(ctx context.Context, url config.Secret, s Sealed, say func(string)) error {
	db, err := postgres.Open(ctx, postgres.Config{URL: url, Role: s.Migrations.Role(), MaxConns: 2})
	if err != nil {
		return fmt.Errorf("DAKOKU_DATABASE_URL: %w", err)
	}
	defer db.Close()
	if err := db.MigrationsCurrent(ctx, s.Migrations); err != nil {
		return err
	}
	say(s.Migrations.Context + ":")
	return seal.Rotation{
		Source: s.Source, Check: postgres.NewSealCheck(db, s.Migrations),
		Holdings: postgres.NewSealed(db, s.Migrations, s.Columns...), Say: say,
	}.Run(ctx)
}

// MasterKeys prints a set for DAKOKU_MASTER_KEYS: a new one, or the one in the
// environment after a step of its rotation.
func MasterKeys(steps []string) error {
	var keys Keys
	if err := config.LoadFrom([]string{masterKeysSetting + "=" + os.Getenv(masterKeysSetting)}, &keys); err != nil {
		return err
	}
	source := KeySource("", "", keys.MasterKeys, nil)
	commands := map[string]func() (config.Secret, error){
		"new": seal.NewSet, "add": source.AddToSet, "promote": source.PromoteInSet, "reduce": source.ReduceSet,
	}
	if len(steps) != 1 || commands[steps[0]] == nil {
		return errors.New("use master-keys with one of new, add, promote and reduce")
	}
	set, err := commands[steps[0]]()
	if err != nil {
		return err
	}
	fmt.Println(set.Reveal())
	return nil
}

// SayOnTerminal prints a line for the person who waits.
func SayOnTerminal(line string) { fmt.Println(line) }

func (p Program[S]) rotate(ctx context.Context, settings S) error {
	return Rotate(ctx, settings.Common().DatabaseURL, p.Sealed(settings), SayOnTerminal)
}
