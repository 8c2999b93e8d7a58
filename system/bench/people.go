package main

import (
	"context"
	"fmt"
	"path/filepath"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/dakoku/dakoku/system/internal/loopback"
)

// company finds the demo company's id.
func (s *site) company(ctx context.Context) error {
	return s.sql.QueryRow(ctx, `select tenant_id::text from attendance.companies`).Scan(&s.tenant)
}

// hire puts employees with linked accounts into the tables, as an import and a first question to LINE WORKS would have
// left them: a hundred thousand people by the REST API would take longer than everything else.
func (s *site) hire(ctx context.Context, people int) error {
	for i := range people {
		s.people = append(s.people, userID(i))
	}
	if err := hire(ctx, s.sql, s.tenant, 0, people); err != nil {
		return err
	}
	_, err := s.sql.Exec(ctx, `insert into bench.link select 'user-' || lpad(i::text, 8, '0'), i from generate_series(0, $1 - 1) i`, people)
	if err != nil {
		return err
	}
	_, err = s.sql.Exec(ctx, `analyze`)
	return err
}

func userID(i int) string { return fmt.Sprintf("user-%08d", i) }

var hiring = []string{
	`create temporary table hired as select gen_random_uuid() as id, lpad(i::text, 8, '0') as number from generate_series($2::integer, $2 + $3::integer - 1) i where $1 <> ''`,
	`insert into attendance.employees (tenant_id, id, number, display_name, email, department, state, created_at, updated_at)
	 select $1::text::uuid, id, 'B' || number, '従業員 ' || number, '', '', 'ACTIVE', now(), now() from hired where $2 + $3::integer > 0`,
	`insert into integration.sender (tenant_id, user_id, login_id, checked_at)
	 select $1::text::uuid, 'user-' || number, number || '@bench.example', now() from hired where $2 + $3::integer > 0`,
	`insert into integration.account_link (tenant_id, employee_id, account, user_id, created_at, revision)
	 select $1::text::uuid, id, number || '@bench.example', 'user-' || number, now(), 1 from hired where $2 + $3::integer > 0`,
}

func hire(ctx context.Context, sql *pgx.Conn, tenant string, first, people int) error {
	for _, statement := range hiring {
		if _, err := sql.Exec(ctx, statement, tenant, first, people); err != nil {
			return err
		}
	}
	_, err := sql.Exec(ctx, `drop table hired`)
	return err
}

const peerSchema = `
create schema bench;
create table bench.link (user_id text primary key, employee_id bigint not null);
create table bench.punch (id bigint generated always as identity primary key, employee_id bigint not null, kind text not null,
    at timestamptz not null, key bytea not null unique)`

// startPeer starts the plain peer.
func (s *site) startPeer(ctx context.Context) error {
	if _, err := s.sql.Exec(ctx, peerSchema); err != nil {
		return err
	}
	addr, err := loopback.Free()
	if err != nil {
		return err
	}
	s.peerURL, s.peerKey = "http://"+addr+"/callback", "peer-secret"
	s.peer, err = start(ctx, "peer", filepath.Join(s.bin, "bench-peer"), filepath.Join(s.dir, "peer.log"), nil,
		"PEER_DATABASE_URL="+s.url, "PEER_ADDR="+addr, "PEER_SECRET="+s.peerKey)
	if err != nil {
		return err
	}
	return s.peer.ready(ctx, s.peerURL, 405)
}

// restLimit bounds the wait for rest.
const restLimit = 5 * time.Minute

// settled waits until every accepted event is judged and answered, which the inbox tells.
func (s *site) settled(ctx context.Context) error {
	return s.until(ctx, 5*time.Millisecond, `select not exists (select from gateway.inbox where done_at is null)`)
}

// rest waits until there is nothing left to do for the database on behalf of what was measured: every fact is sealed.
func (s *site) rest(ctx context.Context) error {
	if err := s.settled(ctx); err != nil {
		return err
	}
	return s.until(ctx, 50*time.Millisecond, `select not exists (select from attendance.evidence_todo)`)
}

func (s *site) until(ctx context.Context, pause time.Duration, question string, args ...any) error {
	ctx, cancel := context.WithTimeout(ctx, restLimit)
	defer cancel()
	for {
		var yes bool
		if err := s.sql.QueryRow(ctx, question, args...).Scan(&yes); err != nil || yes {
			return err
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(pause):
		}
	}
}
