package expand

import (
	"regexp"
	"strings"
)

const (
	takesAway = "the version before may still use it: drop it one version later"
	renames   = "the version before knows the old name: add the new one beside it"
	demands   = "the version before does not do what this demands"
	locks     = "it reads the whole table while nobody can write: add it as not valid, and validate it in the next file"
)

// rules judge whole statements.
var rules = []rule{
	when(`create table (?:if not exists )?([\w.]+)`, func(r *reader, m []string) string { r.tables[m[1]] = true; return "" }),
	when(`create unique index (?:\w+ )?on ([\w.]+) ?\(([^)]*)\)`, func(r *reader, m []string) string { return r.unique(m[1], m[2]) }),
	when(`create policy .* as restrictive`, always(demands)),
	when(`create (?:or replace )?(?:index|function|trigger|policy|view|sequence|type|aggregate) `, fine),
	when(`do .*\b(?:drop (?:table|column|constraint|function|type|schema|policy|view)|rename (?:to|column)|set not null|drop default|detach partition)\b`, always(takesAway)),
	when(`do `, fine),
	when(`lock table `, fine), // the transaction ends it, and the runner waits no longer than for any other lock
	when(`grant |comment on |insert into |update |select |with `, fine),
	when(`revoke (?:\w+ )+on function `, fine),
	when(`revoke (?:[\w, ()]+) on (?:table )?([\w.]+) `, func(r *reader, m []string) string { return r.unless(r.tables[m[1]], takesAway) }),
	when(`drop trigger `, fine),
	when(`drop index (\w+)$`, func(r *reader, m []string) string { return r.unless(!r.history.unique[m[1]], takesAway) }),
	when(`(?:drop|truncate|delete) `, always(takesAway)),
	when(`alter \w+ .* rename `, always(renames)),
}

// tableRules judge each action of an "alter table" on a table that was there before,
// with the table's name before it.
var tableRules = []rule{
	when(`([\w.]+) add column (?:if not exists )?(\w+) (.*)$`, (*reader).column),
	when(`([\w.]+) add constraint (\w+) check (.*)$`, (*reader).check),
	when(`([\w.]+) add constraint \w+ unique (?:nulls not distinct )?\(([^)]*)\)`, func(r *reader, m []string) string { return r.unique(m[1], m[2]) }),
	when(`([\w.]+) add constraint \w+ foreign key \(([^)]*)\) (.*)$`, func(r *reader, m []string) string {
		if why := r.unless(r.fresh(m[1], m[2]), demands); why != "" {
			return why
		}
		return r.unless(strings.HasSuffix(m[3], "not valid"), locks)
	}),
	when(`[\w.]+ validate constraint (\w+)$`, func(r *reader, m []string) string { return r.unless(r.history.constraints[m[1]], locks) }),
	when(`[\w.]+ drop constraint (\w+)$`, func(r *reader, m []string) string {
		r.dropped[m[1]] = true
		return r.unless(strings.HasSuffix(m[1], "_check") || strings.HasSuffix(m[1], "_fkey"), takesAway)
	}),
	when(`[\w.]+ rename `, always(renames)),
	when(`[\w.]+ (?:drop column|disable|detach) `, always(takesAway)),
	when(`[\w.]+ alter column \w+ (?:drop not null|set default .*|set statistics .*)$`, fine),
	when(`[\w.]+ alter column \w+ (?:set not null|drop default)$`, always(demands)),
	when(`[\w.]+ alter column \w+ (?:set data )?type `, always("the version before writes and reads the type of before")),
	when(`[\w.]+ add constraint `, always(demands)),
	when(`[\w.]+ (?:no )?force row level security$|[\w.]+ attach partition |[\w.]+ set \(`, fine),
}

// unless is the reason when something is not so.
func (r *reader) unless(so bool, why string) string {
	if so {
		return ""
	}
	return why
}

// column is added: the version before names its columns and does not know this one.
func (r *reader) column(m []string) string {
	table, name, rest := m[1], m[2], m[3]
	filled := strings.Contains(rest, "default") || strings.Contains(rest, "generated")
	r.columns[table+"."+name] = !filled
	return r.unless(filled || !strings.Contains(rest, "not null"), demands)
}

// check may say something about a column that is new, or replace one of its name, which
// it has to be wider than: that nobody can read off the text.
func (r *reader) check(m []string) string {
	table, name, rest := m[1], m[2], m[3]
	about := r.dropped[name]
	for column := range r.columns {
		own, of := strings.CutPrefix(column, table+".")
		about = about || of && regexp.MustCompile(`\b`+own+`\b`).MatchString(rest)
	}
	if !about {
		return demands
	}
	return r.unless(strings.HasSuffix(rest, "not valid"), locks)
}

// unique demands nothing of rows that leave one of its columns null.
func (r *reader) unique(table, columns string) string {
	return r.unless(r.tables[table] || r.fresh(table, columns), demands)
}

// fresh tells whether one of the columns is new and null until somebody sets it.
func (r *reader) fresh(table, columns string) bool {
	for _, name := range strings.Split(columns, ",") {
		if r.columns[table+"."+strings.TrimSpace(name)] {
			return true
		}
	}
	return false
}
