package main

import (
	"context"
	"fmt"
	"io"
)

// stage is how much is stored when the cost of a punch is measured.
type stage struct{ companies, punches int }

// stages are those of the scale part at its full size.
func stages(o options) []stage {
	list := []stage{{1, 0}, {1_000, 0}, {100_000, 0}, {100_000, 10_000_000}}
	for i := range list {
		list[i].companies = max(list[i].companies/o.scale, 1)
		list[i].punches /= o.scale
	}
	return list
}

// Companies and punches of other companies are stored past the triggers: what they weigh is looked at, not how they came.
var filling = []string{
	`set session_replication_role = replica`,
	`insert into attendance.companies (tenant_id, revision, time_zone, closing_day, updated_at)
	 select gen_random_uuid(), 1, 'Asia/Tokyo', 31, now() from generate_series(1, $1::bigint - (select count(*) from attendance.companies)) where $2::bigint >= 0`,
	`insert into attendance.company_calendars (tenant_id, revision, effective_at, time_zone, closing_day, closing_from, created_at)
	 select c.tenant_id, 1, '0001-01-01', 'Asia/Tokyo', 31, '0001-01', now() from attendance.companies c where $1::bigint + $2::bigint > 0 on conflict do nothing`,
	`insert into attendance.employees (tenant_id, id, number, display_name, email, department, state, created_at, updated_at)
	 select c.tenant_id, gen_random_uuid(), 'S1', '従業員', '', '', 'ACTIVE', now(), now() from attendance.companies c where $1::bigint + $2::bigint > 0 on conflict do nothing`,
	`insert into attendance.punches (tenant_id, id, employee_id, kind, issued_at, received_at, recorded_at, business_day, time_zone, cutoff_minutes,
	        longest_shift_minutes, double_tap_seconds, duplicate_policy, source, phrase, trigger_word, settings_version, actor, reason)
	 select e.tenant_id, gen_random_uuid(), e.id, 'CLOCK_IN', now() - n * interval '8 hours', clock_timestamp(), now(), current_date - (n / 3)::integer, 'Asia/Tokyo', 300,
	        960, 60, 'FIRST_IN_LAST_OUT', 'MANUAL', '', '', 0, 'scale', 'scale'
	   from (select * from attendance.employees where number = 'S1') e, generate_series(1, $2::bigint / greatest($1::bigint, 1)) n`,
	`set session_replication_role = origin`,
	`analyze`,
}

// scale measures what a punch costs beside more and more that is stored.
func scale(ctx context.Context, s *site, o options, out io.Writer) (map[string]any, error) {
	var costs []map[string]any
	for _, stage := range stages(o) {
		for _, statement := range filling {
			var args []any
			if statement[0] == 'i' {
				args = []any{stage.companies, stage.punches}
			}
			if _, err := s.sql.Exec(ctx, statement, args...); err != nil {
				return nil, fmt.Errorf("fill: %w", err)
			}
		}
		var companies int // those of other parts too
		if err := s.sql.QueryRow(ctx, `select count(*) from attendance.companies`).Scan(&companies); err != nil {
			return nil, err
		}
		var rounds []score
		for range 3 {
			one, err := s.measured(ctx, "dakoku", o)
			if err != nil {
				return nil, err
			}
			rounds = append(rounds, one)
		}
		cost := 0.0
		for _, program := range append([]string{"postgresql"}, programNames...) {
			cost += medianOf(rounds, func(s score) float64 { return s.cost(program) })
		}
		fmt.Fprintf(out, "%d companies, %d other punches: %.0f ms of processor for 1,000 punches, p99 %.1f ms\n",
			companies, stage.punches, cost, medianOf(rounds, func(s score) float64 { return s.p99 }))
		costs = append(costs, map[string]any{"companies": companies, "punches": stage.punches, "processorMsPer1000": rounded(cost)})
	}
	return map[string]any{"scale": costs}, nil
}
