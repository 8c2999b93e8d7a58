package rpc

import (
	"testing"

	"github.com/dakoku/dakoku/platform/fault"
	"google.golang.org/grpc/metadata"
)

const dryRun = `{"mustHave":"x","validateOnly":true}`

// What asks for a proof of identity is done by a person whose last one is fresh, by a program, and as a mere check;
// whoever lacks the permission is told so, proof or not.
func TestStepUpAsksPeopleForAFreshProof(t *testing.T) {
	b := serve(t, nothing, nil)
	conn := b.dial(t, "gate")
	of := func(kind string, proved bool, permissions ...string) Caller {
		return Caller{Tenant: "t", Account: "a", Kind: kind, Proved: proved, Permissions: permissions}
	}
	for name, c := range map[string]struct {
		method string
		caller Caller
		ask    string
		reason string
	}{
		"a fresh proof":       {"Seal", of(KindAccount, true, "desk.edit"), fine, ""},
		"an old proof":        {"Seal", of(KindAccount, false, "desk.edit"), fine, "PROOF_REQUIRED"},
		"a check, old proof":  {"Seal", of(KindAccount, false, "desk.edit"), dryRun, ""},
		"a program":           {"Seal", of(KindAPIKey, false, "desk.edit"), fine, ""},
		"a machine":           {"Seal", of(KindMachine, false, "desk.edit"), fine, ""},
		"without permission":  {"Seal", of(KindAccount, false, "desk.look"), fine, "PERMISSION_MISSING"},
		"a proof is no right": {"Seal", of(KindAccount, true, "desk.look"), fine, "PERMISSION_MISSING"},
		"without the option":  {"Edit", of(KindAccount, false, "desk.edit"), fine, ""},
		"before the form":     {"Seal", of(KindAccount, false, "desk.edit"), `{}`, "PROOF_REQUIRED"},
	} {
		t.Run(name, func(t *testing.T) {
			err := ask(OutgoingCaller(OutgoingCaller(patience(t), of(KindAccount, true), "ja"), c.caller, "ja"), conn, c.method, c.ask)
			wantFault(t, err, fault.Denied, c.reason)
		})
	}
	for _, values := range [][]string{{""}, {"True"}, {"1"}, {"true", "true"}} {
		var pairs []string
		for _, v := range values {
			pairs = append(pairs, keyProved, v)
		}
		ctx := metadata.AppendToOutgoingContext(OutgoingCaller(patience(t), of(KindAccount, false, "desk.edit"), "ja"), pairs...)
		wantFault(t, ask(ctx, conn, "Seal", fine), fault.Denied, "PROOF_REQUIRED")
	}
}

func TestAServerKnowsWhichOptionAsksForAProof(t *testing.T) {
	cfg := (&bench{}).config(t)
	cfg.StepUp = nil
	if _, err := NewServer(cfg); err == nil {
		t.Error("a server that would ask nobody was made")
	}
}
