package timeclock

import "slices"

// Changed lists every day that differs between two sets of punches, in order: the days of punches that only one of
// them has or counts, and the days that other punches leave and join. A 出勤 that is added late can claim a 退勤 of
// the night from the next day; one that is voided gives it back.
func Changed(before, after []Punch) []Date {
	was, is := days(before), days(after)
	var changed []Date
	for key, p := range was {
		q, still := is[key]
		switch {
		case !still:
			changed = append(changed, p.Day)
		case q.Day != p.Day || q.Voided != p.Voided:
			changed = append(changed, p.Day, q.Day)
		}
	}
	for key, p := range is {
		if _, old := was[key]; !old {
			changed = append(changed, p.Day)
		}
	}
	slices.SortFunc(changed, Date.Compare)
	return slices.Compact(changed)
}

func days(punches []Punch) map[string]DatedPunch {
	days := make(map[string]DatedPunch, len(punches))
	for _, p := range Assign(punches) {
		days[p.Key] = p
	}
	return days
}

// Barred is the lock that forbids to go from one set of punches to another; false when none does.
func Barred(before, after []Punch, locks []Lock) (Lock, bool) {
	lock, _, barred := firstHolding(locks, Changed(before, after))
	return lock, barred
}

// firstHolding is the first of the days that is locked, and its lock.
func firstHolding(locks []Lock, days []Date) (Lock, Date, bool) {
	for _, day := range days {
		for _, lock := range locks {
			if lock.Holds(day) {
				return lock, day, true
			}
		}
	}
	return Lock{}, Date{}, false
}

// TakenBack reports whether a 取消 took the punch with that key back.
func TakenBack(punches []Punch, key string) bool { return days(punches)[key].UndoneBy != "" }

// DayOf is the business day of the punch with that key in a set that has it.
func DayOf(punches []Punch, key string) Date { return days(punches)[key].Day }
