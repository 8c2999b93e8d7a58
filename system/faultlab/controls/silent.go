package controls

const (
	gateway     = "services/webhook-gateway"
	integration = "services/integration"
)

// silent are defects of which a run shows nothing that anybody could be sure of: another
// guard stands behind them, or only a clock, a secret or a stranger would tell. A test
// finds each.
var silent = []Control{
	{Name: "a completion asks for no lease", G32: "completion without fence", Test: Test{gateway, "./internal/inbox", "TestTheLeaseFences"}, Patches: []Patch{{lease,
		" where i.tenant_id = w.tenant and i.id = w.id and i.lease = w.lease\nreturning i.tenant_id::text, i.id::text)\nselect done.tenant_id, done.id, false from done union all",
		" where i.tenant_id = w.tenant and i.id = w.id\nreturning i.tenant_id::text, i.id::text)\nselect done.tenant_id, done.id, false from done union all"}}},
	{Name: "a commit without a known end has failed", G32: "unknown commit treated as failed",
		Test: Test{gateway, "./internal/inbox", "TestAnUnknownCommitIsRepeatedAndNotCountedTwice"}, Patches: []Patch{{commit,
			"if !postgres.Unavailable(err) || ctx.Err() != nil {", "if !postgres.Unavailable(err) || postgres.OutcomeUnknown(err) || ctx.Err() != nil {"}}},
	{Name: "a signature is compared until it differs", G32: "== on MAC", Test: Test{gateway, "./internal/callback", "TestSignaturesAreComparedInConstantTime"},
		Patches: []Patch{{door + "callback/verify.go", "hmac.Equal(mac.Sum(nil), claimed[:])", "string(mac.Sum(nil)) == string(claimed[:])"}}},
	{Name: "a connection keeps the company of before", G32: "SET instead of SET LOCAL", Test: Test{"platform", "./postgres", "TestAConnectionIsGivenBackWithoutATenant"},
		Patches: []Patch{{"platform/postgres/scope.go", `"set local app.tenant = '{"`, `"set app.tenant = '{"`}}},
	{Name: "another company's things are forbidden, not absent", G32: "foreign-id 403 instead of 404", Test: Test{integration, ".", "TestNobodyReachesAnotherOrganization"},
		Patches: []Patch{{integration + "/internal/connection/faults.go", `fault.New(fault.NotFound, "CONNECTION_NOT_FOUND"`, `fault.New(fault.Denied, "CONNECTION_NOT_FOUND"`}}},
	{Name: "seals are made without a salt", G32: "chain without salt", Test: Test{"services/attendance", "./internal/evidence", "TestTwoSealsOfOneRowAreNothingAlike"},
		Patches: []Patch{{"services/attendance/internal/evidence/evidence.go", "	_, _ = rand.Read(bytes) // never fails\n", "	_, _ = rand.Read(nil)\n"}}},
	{Name: "a door that will close keeps its connections", G32: "keep-alives on during drain",
		Test: Test{gateway, "./internal/door", "TestALeavingDoorServesAndSendsElsewhere"}, Patches: []Patch{{door + "door/door.go",
			`w.Header().Set("Connection", "close")`, `w.Header().Del("Connection")`}}},
	{Name: "events come back together", G32: "backoff without jitter", Test: Test{gateway, "./internal/dispatch", "TestBackoffIsSpread"},
		Patches: []Patch{{door + "dispatch/settle.go", "b.First + rand.N(max(bound-b.First, 1))", "bound - rand.N(time.Duration(1))"}}},
	{Name: "companies try again together", Test: Test{integration, "./internal/outbound", "TestTriesAreSpread"},
		Patches: []Patch{{integration + "/internal/outbound/lane.go", "return rand.Float64()", "return rand.Float64() * 0"}}},
	{Name: "a statement may take for ever", G32: "no statement timeout", Test: Test{"platform", "./postgres", "TestSessionIsBounded"},
		Patches: []Patch{{"platform/postgres/connect.go", `session["statement_timeout"] = limit(cfg.Patience, statementLimit)`, `session["statement_timeout"] = "0"`}}},
	{Name: "a role that passes row-level security is taken", Test: Test{"platform", "./postgres", "TestRolesPastRowLevelSecurityAreRefused"},
		Patches: []Patch{{"platform/postgres/profile.go", "case super || bypass:", "case super || bypass && owner:"}}},
}
