package integration_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"google.golang.org/grpc"

	integrationv1 "github.com/dakoku/dakoku/proto/gen/dakoku/integration/v1"
)

// keyPlaces are where a service is hurt while an administrator changes keys.
var keyPlaces = []string{"cred.put.precommit", "cred.put.committed", "cred.turn.precommit", "cred.turn.committed"}

// A service is hurt on each side of the commit that stores keys or makes them current.
// The change is made or it is not, never by half, and whoever asks again gets it.
func TestKeysAreHurtAtEveryPlace(t *testing.T) {
	t.Parallel()
	path := armable(t)
	for _, verb := range []string{"exit", "error", "hang"} {
		t.Run(verb, func(t *testing.T) {
			t.Parallel()
			o := newOffice(t, path)
			for range tries() {
				for _, place := range keyPlaces {
					if verb != "hang" || full() || place == "cred.turn.precommit" {
						t.Run(place, func(t *testing.T) { o.hurtKeys(t, place, verb) })
					}
				}
			}
		})
	}
}

func (o *office) hurtKeys(t *testing.T, place, verb string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(as(t, o.tenant), 2*time.Minute)
	defer cancel()
	puts := strings.HasPrefix(place, "cred.put")
	o.start(t)
	if !puts {
		o.stage(ctx, t)
	}
	before := o.ring(ctx, t)
	o.stop()
	e := end{place: place}
	if puts {
		e.nth = "@2" // at the first time they are only checked
	}
	victim := o.arm(t, o.path, e.armed(verb))
	asked := make(chan error, 1)
	go func() { asked <- o.change(ctx, victim.admin, puts) }()
	eventually(t, place+" is reached", func() bool { return victim.told(place, verb) })
	if verb != "hang" {
		if err := <-asked; err == nil {
			t.Error("nobody can know that it was made, and yet it was told")
		}
	}
	o.start(t)
	defer func() { o.stop() }()
	made := o.ring(ctx, t).made(before, puts)
	if verb != "hang" && made != strings.HasSuffix(place, "committed") {
		t.Errorf("the change is made: %t", made)
	}
	if !made {
		eventually(t, "the change", func() bool { return o.change(ctx, o.admin, puts) == nil || o.ring(ctx, t).made(before, puts) })
	}
	if verb == "hang" {
		eventually(t, "the end of the wait", func() bool { return victim.told(place, "over") })
		<-asked
	}
	if now := o.ring(ctx, t); !now.made(before, puts) {
		t.Errorf("%v, before %v", now, before)
	}
	o.asBefore(ctx, t)
}

// change puts keys beside the current ones, or makes those current.
func (o *office) change(ctx context.Context, at integrationv1.IntegrationAdminServiceClient, puts bool) error {
	var err error
	if puts {
		_, err = at.UpdateCredentials(ctx, &integrationv1.UpdateCredentialsRequest{Connection: o.conn, Credentials: inV2(o.keys), Stage: true}, grpc.WaitForReady(true))
	} else {
		_, err = at.ActivateCredentials(ctx, &integrationv1.ActivateCredentialsRequest{Connection: o.conn}, grpc.WaitForReady(true))
	}
	return err
}

func (o *office) stage(ctx context.Context, t *testing.T) {
	t.Helper()
	if err := o.change(ctx, o.admin, true); err != nil {
		t.Fatal(err)
	}
}

// ring are the etags of a connection's keys.
type ring struct{ current, staged, previous string }

func (o *office) ring(ctx context.Context, t *testing.T) ring {
	t.Helper()
	out, err := o.admin.GetCredentials(ctx, &integrationv1.GetCredentialsRequest{Connection: o.conn})
	if err != nil {
		t.Fatal(err)
	}
	c := out.GetCredentials()
	return ring{c.GetEtag(), c.GetStaged().GetEtag(), c.GetPrevious().GetEtag()}
}

// made tells whether keys came beside those before, or those beside them became current.
func (r ring) made(before ring, puts bool) bool {
	if puts {
		return r.current == before.current && r.staged != "" && r.previous == ""
	}
	return r == ring{current: before.staged, previous: before.current}
}

// asBefore makes the first keys the only ones again and has an answer sent with them,
// which shows that they can be read.
func (o *office) asBefore(ctx context.Context, t *testing.T) {
	t.Helper()
	if o.ring(ctx, t).previous != "" {
		if _, err := o.admin.RollBackCredentials(ctx, &integrationv1.RollBackCredentialsRequest{Connection: o.conn}); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := o.admin.DiscardCredentials(ctx, &integrationv1.DiscardCredentialsRequest{Connection: o.conn}); err != nil {
		t.Fatal(err)
	}
	o.alive(ctx, t, &armed{machine: o.machine})
}
