package outbound

import (
	"math"
	"time"

	"github.com/dakoku/dakoku/services/integration/internal/lineworks"
)

const (
	// DefaultPerMinute is what the paid plans allow.
	DefaultPerMinute = 240
	// Untold is how many calls a minute there are of an API of whose limit LINE WORKS has
	// said nothing yet: as many as anybody waits for. The first answer says it.
	Untold = 1_000_000
	// burstShare is which part of the limit may be sent at once, and which part
	// is left free for what the way to the platform does to distances.
	burstShare = 30
	// sustainedFor is how long the whole limit may be used; after that half of it.
	sustainedFor = 30 * time.Minute
	// creditFor a first attempt: one call in eleven is a retry at most.
	creditFor = 0.1
	maxCredit = 10
	// probeEvery is how often a retry is made without credit.
	probeEvery = time.Minute
	// spareShare is which part of a minute and of the long bucket calls may take for
	// which nobody waits.
	spareShare = 8
)

// Budget is how many calls a connection may make, all processes together.
//
// Two buckets fill with time. The short one holds a few calls and keeps every
// minute below the limit, so that time without calls saves up nothing. The long
// one fills at half the limit and holds what half an hour at full speed takes out
// beyond that: after half an hour on end, half the limit is left. The platform's
// own count, told with every answer, stands above both.
type Budget struct {
	Limit     int // calls a minute
	Level     float64
	Long      float64
	At        time.Time // of both levels
	Left      int       // calls until WindowEnd, by the platform's count
	WindowEnd time.Time // zero: the platform said nothing yet
	Credit    float64   // for retries
	ProbedAt  time.Time // last retry without credit
}

// NewBudget is the budget of a connection that has not sent yet.
func NewBudget(perMinute int, now time.Time) Budget {
	b := Budget{Limit: max(perMinute, 1), At: now, Credit: maxCredit}
	b.Level, b.Long = b.burst(), b.halfHour()
	return b
}

func (b Budget) burst() float64     { return max(float64(b.Limit)/burstShare, 1) }
func (b Budget) perSecond() float64 { return max(float64(b.Limit)-2*b.burst(), 1) / 60 }
func (b Budget) sustained() float64 { return float64(b.Limit) / 2 / 60 }
func (b Budget) halfHour() float64 {
	return max((b.perSecond()-b.sustained())*sustainedFor.Seconds(), 1)
}

// Refill adds what the time since the last look has brought.
func (b Budget) Refill(now time.Time) Budget {
	passed := max(now.Sub(b.At).Seconds(), 0)
	b.Level = min(b.burst(), b.Level+passed*b.perSecond())
	b.Long = min(b.halfHour(), b.Long+passed*b.sustained())
	if now.After(b.At) {
		b.At = now
	}
	return b
}

// Wait is how long until a call may be made; 0: now. The budget is refilled.
func (b Budget) Wait(now time.Time) time.Duration {
	seconds := max((1-b.Level)/b.perSecond(), (1-b.Long)/b.sustained(), 0)
	wait := time.Duration(math.Ceil(seconds * float64(time.Second)))
	if b.Left <= 0 && now.Before(b.WindowEnd) {
		wait = max(wait, b.WindowEnd.Sub(now))
	}
	return wait
}

// Spare is how long until a call may be made for which nobody waits; 0: now. Such calls
// take an eighth of each minute at most, and none while others call: then the short
// bucket is not full.
func (b Budget) Spare(now time.Time) time.Duration {
	most := b.halfHour() * (spareShare - 1) / spareShare
	seconds := max((b.burst()-b.Level)/b.perSecond(), (most-b.Long)/b.sustained(), 0)
	wait := time.Duration(math.Ceil(seconds * float64(time.Second)))
	if b.Left <= b.Limit-b.spare() && now.Before(b.WindowEnd) {
		wait = max(wait, b.WindowEnd.Sub(now))
	}
	return wait
}

// spare is how many of them a minute lets through. As long as LINE WORKS says nothing of
// its limit, that of the paid plans is assumed: nobody learns from answers without headers
// that there are too many.
func (b Budget) spare() int {
	limit := b.Limit
	if limit == Untold {
		limit = DefaultPerMinute
	}
	return max(limit/spareShare, 1)
}

// TakeSpare spends a call for which nobody waits. The short bucket stays full: whoever
// comes right behind it finds the whole burst. Where no minute of the platform's own runs,
// one begins that has the whole limit, so that the share is one of each minute all the same.
func (b Budget) TakeSpare(now time.Time) Budget {
	b.Long--
	if !now.Before(b.WindowEnd) {
		b.Left, b.WindowEnd = b.Limit, now.Add(time.Minute)
	}
	b.Left--
	return b
}

// Retries is how long until a retry may be made; 0: now.
func (b Budget) Retries(now time.Time) time.Duration {
	if b.Credit >= 1 {
		return 0
	}
	return max(b.ProbedAt.Add(probeEvery).Sub(now), 0)
}

// Take spends one call. First attempts earn credit, retries use it up.
func (b Budget) Take(retry bool, now time.Time) Budget {
	b.Level, b.Long = b.Level-1, b.Long-1
	if now.Before(b.WindowEnd) {
		b.Left--
	}
	switch {
	case !retry:
		b.Credit = min(b.Credit+creditFor, maxCredit)
	case b.Credit >= 1:
		b.Credit--
	default:
		b.ProbedAt = now
	}
	return b
}

// Charge spends calls that were made beside the one that Take spent. It may leave
// less than nothing, which the next calls wait for.
func (b Budget) Charge(calls int, now time.Time) Budget {
	b.Level, b.Long = b.Level-float64(calls), b.Long-float64(calls)
	if now.Before(b.WindowEnd) {
		b.Left -= calls
	}
	return b
}

// Afresh is the budget once a person has changed what calls failed for: what was
// tried before may be tried as if for the first time.
func (b Budget) Afresh() Budget {
	b.Credit = maxCredit
	return b
}

// Learn takes over what the platform said with an answer, while calls are still
// under way that it has perhaps not counted. The tightest word holds until its
// time has passed: answers overtake each other, and people and rooms are counted
// apart.
func (b Budget) Learn(r lineworks.Rate, underWay int, now time.Time) Budget {
	if r.Limit == 0 {
		return b
	}
	b.Limit = r.Limit
	if left := r.Remaining - underWay; left < b.Left || !now.Before(b.WindowEnd) {
		b.Left, b.WindowEnd = left, now.Add(r.Reset)
	}
	return b
}

// HeadRoom is the budget as an administrator reads it.
type HeadRoom struct {
	Limit     int  // calls a minute that the platform allows
	Remaining int  // calls of the limit that are left within the running minute
	Sustained bool // half an hour of sending has halved the limit
}

// HeadRoom reads the budget at a time. What is left is the platform's own count
// while its minute runs, and else the whole limit, as far as the long bucket gives
// that much within a minute. The short bucket only spaces calls within the minute.
func (b Budget) HeadRoom(now time.Time) HeadRoom {
	b = b.Refill(now)
	left := min(float64(b.Limit), b.Long+b.sustained()*60)
	if now.Before(b.WindowEnd) {
		left = min(left, float64(b.Left))
	}
	return HeadRoom{Limit: b.Limit, Remaining: int(max(left, 0)), Sustained: b.Long < b.burst()}
}
