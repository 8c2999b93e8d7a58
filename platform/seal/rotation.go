package seal

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/dakoku/dakoku/platform/run"
)

// Holdings is everything that a context keeps sealed.
type Holdings interface {
	// Rewrap goes once over every sealed value. A value that does not have header
	// after its first four bytes is given to rewrap and replaced by what that
	// returns, unless it was changed meanwhile or rewrap returns nil. Rewrap tells
	// how many such values it met; an error of rewrap ends it. say gets a line
	// for each thing done.
	Rewrap(ctx context.Context, header []byte, rewrap func(place string, sealed []byte) ([]byte, error), say func(string)) (met int64, err error)
}

// Grace is how long a rotation waits after a new key became primary before it
// believes that nothing is sealed with the old one any more: processes learn of
// it within a second, what they have sealed before is in the database soon after.
const Grace = 15 * time.Second

// Rotation replaces the primary key of a key file and wraps the data key of
// every sealed value anew. Processes that seal and open go on meanwhile. It may
// end at any moment, also by kill -9, and be begun again: each step is on the
// disk before the next one needs it, and what is done is found done.
//
// With keys from the environment or a key service the new key must be primary
// already; then it wraps anew and tells which keys are not needed any more.
type Rotation struct {
	Source   Source
	Check    Check
	Holdings Holdings
	// Say gets a line for the person who waits; required.
	Say func(string)
	// Grace replaces the ordinary one; zero is Grace.
	Grace time.Duration
	// Reached is called between the steps, for tests that end the process there.
	Reached func(step string)
}

// Run rotates. After an error run it again; nothing has become unreadable.
func (r Rotation) Run(ctx context.Context) error {
	if r.Grace == 0 {
		r.Grace = Grace
	}
	if r.Reached == nil {
		r.Reached = func(string) {}
	}
	keys, err := r.load(ctx)
	if err != nil {
		return err
	}
	r.Reached("begun")
	if r.inFile() {
		if err := r.renew(); err != nil {
			return err
		}
	}
	for settled := time.Now().Add(r.Grace); ; {
		done, err := r.turn(ctx, keys, settled)
		if err != nil || done {
			return err
		}
	}
}

// inFile tells that the keys are ours to change.
func (r Rotation) inFile() bool { return r.Source.Service == nil && r.Source.Set == "" }

// load opens the keyring of this database, also one whose key is disabled.
func (r Rotation) load(ctx context.Context) (*Keyring, error) {
	proof, err := r.Check.LoadCheck(ctx)
	if err != nil {
		return nil, fmt.Errorf("%s: read the check value: %w", r.Source.name(), err)
	}
	if proof == nil {
		return nil, fmt.Errorf("%s: nothing was ever sealed in this database; start the program once, or point to the right database", r.Source.name())
	}
	keys, err := r.Source.open(true)
	if err != nil {
		return nil, err
	}
	return keys, keys.prove(r.Source, proof)
}

// renew makes a new key primary, or finishes what an earlier run has begun.
func (r Rotation) renew() error {
	path := r.Source.Path
	err := changeFile(path, func(now *ring) (*ring, error) {
		if _, begun := now.waiting(); begun || len(now.replaced()) > 0 {
			r.Say("前回の鍵の交換を再開します。 Resuming the rotation that was begun before.")
			return nil, nil
		}
		return now.added()
	})
	if err != nil {
		return err
	}
	r.Reached("added")
	err = changeFile(path, func(now *ring) (*ring, error) {
		id, waiting := now.waiting()
		if !waiting {
			id = now.primary()
		}
		r.Say(fmt.Sprintf("新しい鍵 %d を使います。鍵ファイルをバックアップしてください。 Key %d seals from now on; back up %s.", id, id, path))
		if !waiting {
			return nil, nil
		}
		return now.promoted(id)
	})
	r.Reached("promoted")
	return err
}

// turn goes over everything once. It is the last turn when it met nothing under
// another key, began after every process had time to learn of the new key, and
// the primary key was the same one throughout.
func (r Rotation) turn(ctx context.Context, keys *Keyring, settled time.Time) (bool, error) {
	header, err := keys.master.header()
	if err != nil {
		return false, fmt.Errorf("%s: %w", r.Source.name(), err)
	}
	before, late := keys.replaced(), !time.Now().Before(settled)
	met, err := r.pass(ctx, keys, header)
	if err != nil {
		return false, err
	}
	r.Reached("passed")
	switch {
	case met > 0:
		return false, nil
	case !late:
		return false, run.Pause(ctx, time.Until(settled))
	}
	r.Say("古い鍵の値はありません。 No value is under another key.")
	r.Reached("zero")
	return r.retire(header, before)
}

// pass wraps anew what is not under the primary key. Values that no key of ours
// opens are told, and end the rotation before any key is disabled.
func (r Rotation) pass(ctx context.Context, keys *Keyring, header []byte) (int64, error) {
	stuck, example := 0, ""
	rewrap := func(place string, sealed []byte) ([]byte, error) {
		r.Reached("value")
		again, err := keys.Rewrap(sealed)
		if errors.Is(err, ErrNotOpened) {
			id, _ := keys.keyOf(sealed)
			stuck, example = stuck+1, place+", key "+id
			return nil, nil
		}
		return again, err
	}
	met, err := r.Holdings.Rewrap(ctx, header, rewrap, r.Say)
	switch {
	case err != nil:
		return met, fmt.Errorf("rotation: %w; run it again", err)
	case stuck > 0:
		return met, fmt.Errorf("%s does not open %d sealed values (such as %s): no key was disabled; add the missing key and run it again", r.Source.name(), stuck, example)
	}
	return met, nil
}

// retire disables the keys that were replaced before the last turn. If meanwhile
// another run has made yet another key primary, there is another turn to do.
func (r Rotation) retire(header []byte, before []uint32) (bool, error) {
	if !r.inFile() {
		if len(before) > 0 {
			r.Say(fmt.Sprintf("鍵 %s は %s から外せます。 Keys %s may be taken out of %s; keep them with your older backups.", texts(before), r.Source.Setting, texts(before), r.Source.Setting))
		}
		return true, nil
	}
	same := true
	var shut []uint32
	err := changeFile(r.Source.Path, func(now *ring) (*ring, error) {
		shut = now.shut()
		if same = string(now.header()) == string(header); !same || len(before) == 0 {
			return nil, nil
		}
		return now.disabled(before)
	})
	if err != nil || !same {
		return false, err
	}
	r.Reached("disabled")
	r.Say(finished(before, shut))
	return true, nil
}

// finished names the keys that this run has disabled; or, when another run had
// come first, all that are.
func finished(mine, shut []uint32) string {
	if len(mine) == 0 {
		return fmt.Sprintf("完了しました。古い鍵は、別の実行によりすでに無効になっています(無効な鍵: %s)。 Done. Another run had disabled the old keys already; disabled in the file, for restored backups only: %s.", texts(shut), texts(shut))
	}
	return fmt.Sprintf("完了しました。古い鍵 %s は無効です。 Done. Disabled in the file, for restored backups only: %s.", texts(mine), texts(mine))
}

// replaced are the older keys of a keyset that may still seal; none of a service.
func (k *Keyring) replaced() []uint32 {
	if keys, ok := k.master.(*local); ok {
		return keys.current(0).replaced()
	}
	return nil
}

func texts(ids []uint32) string {
	var out []string
	for _, id := range ids {
		out = append(out, idText(id))
	}
	return strings.Join(out, ", ")
}
