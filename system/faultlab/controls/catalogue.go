package controls

const (
	door       = "services/webhook-gateway/internal/"
	handler    = door + "callback/handler.go"
	commit     = door + "inbox/commit.go"
	lease      = door + "inbox/lease.go"
	onConflict = `
    on conflict on constraint inbox_event_key do update
   set (deliveries, repeats) = (
           select i.deliveries + count(*)::integer,
                  (i.repeats || array_agg(n.id))[greatest(coalesce(cardinality(i.repeats), 0) + count(*)::integer - 255, 1):]
             from unnest(excluded.id || excluded.repeats) as n (id)
            where n.id <> i.id and n.id <> all (coalesce(i.repeats, '{}'))),
       last_received_at = greatest(i.last_received_at, excluded.last_received_at)`
)

// All are the seeded defects.
func All() []Control {
	var all []Control
	for _, part := range [][]Control{storing, keys, doors, journeys, answers, rows, silent} {
		all = append(all, part...)
	}
	return all
}

// storing are defects of what comes before the 200.
var storing = []Control{
	{Name: "200 before the commit", G32: "200 before commit", Service: "gateway", Weather: "kill", Checks: []string{"lost"}, Patches: []Patch{{handler,
		"	defer cancel()\n	if err := h.Store.Put(ctx, d); err != nil {",
		"	go func() { defer cancel(); _ = h.Store.Put(ctx, d) }()\n	if err := error(nil); err != nil {"}}},
	{Name: "commits are not waited for", G32: "commit off", Service: "gateway", Weather: "crash", Checks: []string{"lost"}, Patches: []Patch{{"platform/postgres/profile.go",
		"case current_setting('synchronous_commit') when 'remote_apply' then 'remote_apply' else 'on' end", "'off'"}}},
	{Name: "a repeat writes nothing", G32: "DO NOTHING", Service: "gateway", Checks: []string{"dishonest"}, Patches: []Patch{
		{commit, onConflict, "\n    on conflict on constraint inbox_event_key do nothing"},
		{commit, "if len(stored) != len(merged) {", "if len(stored) > len(merged) {"}}},
	{Name: "no unique index", G32: "no unique index", Service: "gateway", Checks: []string{"doubled"}, Schema: "alter table gateway.inbox drop constraint inbox_event_key",
		Patches: []Patch{{commit, onConflict, ""}}},
	{Name: "the spool lets go before the database has it", Service: "gateway", Weather: "lock", Checks: []string{"lost"}, Patches: []Patch{
		{door + "intake/drain.go", "	deliveries, bad := i.unpack(b)\n", "	deliveries, bad := i.unpack(b)\n	i.Spool.Release(b, bad)\n"},
		{door + "intake/drain.go", "	i.Spool.Release(b, bad || refused)\n", "	_ = refused\n"}}},
	{Name: "received is when the spool was emptied", Service: "gateway", Weather: "lock", Checks: []string{"wrong_time"}, Patches: []Patch{
		{door + "intake/record.go", "d.Received = r.dated(d.Event.Issued, clock, life)", "d.Received = time.Now()"}}},
}

// keys are defects of what makes two deliveries the same event.
var keys = []Control{
	{Name: "key without issued time", G32: "key without issuedTime", Service: "gateway", Checks: []string{"wrong_time", "doubled", "lost", "phantom"}, Patches: []Patch{{door + "event/key.go",
		"		strconv.FormatInt(e.Issued.UnixMilli(), 10), string(e.Content[:]))", `		"", string(e.Content[:]))`}}},
	{Name: "key without lengths between its parts", G32: "key without separators", Service: "gateway", Checks: []string{"lost"}, Patches: []Patch{{door + "event/key.go",
		"		joined = appendText(joined, part)", "		joined = append(joined, part...)"}}},
	{Name: "key without the sender", Service: "gateway", Checks: []string{"lost"}, Patches: []Patch{{door + "event/key.go",
		"e.Type, e.Domain, e.User, e.Channel,", "e.Type, e.Domain,"}}},
}

// doors are defects of what is let in and how it is refused.
var doors = []Control{
	{Name: "4xx for a trouble of ours", G32: "4xx on own fault", Service: "gateway", Weather: "lock", Env: []string{"DAKOKU_SPOOL_MAX_BYTES=0"}, Checks: []string{"dishonest"}, Patches: []Patch{{handler,
		"		return http.StatusServiceUnavailable\n	}\n	h.Tally.Accepted", "		return http.StatusBadRequest\n	}\n	h.Tally.Accepted"}}},
	{Name: "bodies are cut short", G32: "truncating body reader", Service: "gateway", Checks: []string{"dishonest"}, Patches: []Patch{{handler,
		"io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))", "io.ReadAll(io.LimitReader(r.Body, 200))"}}},
	{Name: "signatures are not compared", Service: "gateway", Checks: []string{"phantom", "dishonest"}, Patches: []Patch{{handler,
		"		if fits && one && named &&", "		if (fits || true) && one && named &&"}}},
	{Name: "callback URLs are read once", G32: "stale token cache", Service: "gateway", Weather: "revoke", Checks: []string{"phantom", "dishonest"}, Patches: []Patch{{door + "callback/watch.go",
		"		err := w.refresh(ctx, full)\n", "		var err error\n		if reloaded.IsZero() {\n			err = w.refresh(ctx, full)\n		}\n"}}},
	{Name: "the log shows callback URLs", G32: "log of URL path", Service: "gateway", Checks: []string{"logs"}, Patches: []Patch{{handler,
		"	status := h.guarded(w, r)\n", "	h.Log.Info(\"callback\", zap.String(\"path\", r.URL.Path))\n	status := h.guarded(w, r)\n"}}},
}

// journeys are defects of what comes after the 200.
var journeys = []Control{
	{Name: "the poller goes by a cursor", G32: "id > last poller", Service: "gateway", Weather: "kill", Checks: []string{"unjudged"}, Patches: []Patch{
		{lease, "     where coalesce(first.free, true) and ", "     where d.id > @cursor::text::uuid and coalesce(first.free, true) and "},
		{lease, "\"limit\": limit, \"lease\": lease,", "\"cursor\": cursor, \"limit\": limit, \"lease\": lease,"},
		{lease, "const shutWait = 2 * time.Second\n", "const shutWait = 2 * time.Second\n\nvar cursor = uuid.Must(uuid.NewV7()).String()\n"}}},
	{Name: "punches go to whoever came first", Service: "gateway", Checks: []string{"wrong_person"}, Patches: []Patch{
		{door + "journey/trip.go", "	\"fmt\"\n", "	\"fmt\"\n	\"sync\"\n"},
		{door + "journey/trip.go", "// trip is one event on its way.\n", "var first sync.Map\n\n// trip is one event on its way.\n"},
		{door + "journey/trip.go", "	case integrationv1.ResolvedSender_UNLINKED:\n",
			"		one, _ := first.LoadOrStore(t.row.Tenant, t.employee)\n		t.employee = one.(string)\n	case integrationv1.ResolvedSender_UNLINKED:\n"}}},
	{Name: "a row ends its worker", Service: "gateway", Checks: []string{"logs"}, Patches: []Patch{{door + "journey/trip.go",
		"	for i, row := range rows {\n		all[i] =", "	for i, row := range rows {\n		if row.Event.Issued.UnixMilli()%53 == 0 {\n			panic(\"too much\")\n		}\n		all[i] ="}}},
	{Name: "a NUL ends its worker", G32: "panic on NUL", Service: "gateway", Checks: []string{"logs"}, Patches: []Patch{{door + "journey/messages.go",
		"	case event.Text:\n", "	case event.Text:\n		for _, r := range e.Text {\n			if r == 0 {\n				panic(\"NUL\")\n			}\n		}\n"}}},
	{Name: "worked time is the time of arrival", G32: "worked time = arrival", Service: "attendance", Checks: []string{"wrong_time"}, Patches: []Patch{{"services/attendance/internal/store/newpunches.go",
		"func(p *NewPunch) time.Time { return p.Issued }", "func(p *NewPunch) time.Time { return p.Received }"}}},
	{Name: "submitted periods are open", Service: "attendance", Checks: []string{"locked", "wrong_outcome"}, Patches: []Patch{{"services/attendance/internal/store/record.go",
		"	if known.Locks, err = locksOf(results.Query()); err != nil {\n		return known, err\n	}\n",
		"	if _, err = locksOf(results.Query()); err != nil {\n		return known, err\n	}\n"}}},
}

// answers are defects of what is said in the talk room.
var answers = []Control{
	{Name: "answers are not waited for", G32: "reply outside the transaction", Service: "gateway", Weather: "kill answers", Checks: []string{"replies"}, Patches: []Patch{{door + "journey/journey.go",
		"	answer, err := j.Replies.SendReplies(ctx, &integrationv1.SendRepliesRequest{Replies: replies(trips)})\n	if err != nil {\n		return err\n	}\n	return pair(trips, answer.GetReplies(), (*trip).answered)\n",
		"	request := &integrationv1.SendRepliesRequest{Replies: replies(trips)}\n	go func() { _, _ = j.Replies.SendReplies(context.WithoutCancel(ctx), request) }()\n	return nil\n"}}},
	{Name: "a call without a known end counts as failed", Service: "integration", Weather: "silence", Checks: []string{"replies"}, Patches: []Patch{{"services/integration/internal/store/settle.go",
		"count(v.Ambiguous)", "count(false)"}}},
	{Name: "a call without an answer is made again at once", G32: "two retry layers", Service: "integration", Weather: "silence", Checks: []string{"replies"}, Patches: []Patch{{
		"services/integration/internal/lineworks/call.go", "	resp, err := c.http.Do(req)\n	if err != nil {\n",
		"	resp, err := c.http.Do(req)\n	if again, broken := r.build(ctx); err != nil && broken == nil {\n		resp, err = c.http.Do(again)\n	}\n	if err != nil {\n"}}},
	{Name: "answers name another time", Service: "gateway", Checks: []string{"untrue"}, Patches: []Patch{{door + "reply/reply.go",
		"		return f.Time\n", "		return \"88:88\"\n"}}},
}

// rows are defects whose whole effect is a row; it is made in a good run's database
// and taken back. With such a role the product does not start.
var rows = []Control{
	{Name: "a role passes row-level security", G32: "role with BYPASSRLS", Checks: []string{"isolation"}, Rows: `alter role dakoku_attendance bypassrls`},
}
