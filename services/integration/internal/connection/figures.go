package connection

import "time"

// Figures show at a glance whether punches arrive and answers go out. Counts are
// of the last 24 hours, the present one included; zero times are of what never
// was or is not now.
type Figures struct {
	LastCallback      time.Time // the last signed callback that was accepted
	LastFailure       time.Time // the last callback on our URL whose signature or bot did not fit
	LastReply         time.Time // the last answer that reached LINE WORKS
	Callbacks         int64     // signed callbacks that were accepted
	SignatureFailures int64     // callbacks on our URL whose signature or bot did not fit
	UnmatchedTexts    int64     // texts that were no punch
	UnlinkedSenders   int32     // people who tried to punch and are linked to nobody, now
	QueuedReplies     int32     // answers that wait to be sent, now
	OldestQueued      time.Time // since when the oldest of them waits
	FailedReplies     int64     // answers that LINE WORKS did not take, for good
	PausedUntil       time.Time // until when no answer is sent
	PauseReason       string    // why; empty unless paused
	AccessTokenEnds   time.Time // when the access token of LINE WORKS ends
	RefusedTokens     int       // new access tokens that LINE WORKS refused in a row, now
	LookUps           LookUps   // refused ones
	Unsent            []Unsent  // why answers did not reach their reader, the most frequent reason first
}

// Unsent are the answers of one reason that did not reach their reader.
type Unsent struct {
	Reason  string    // of LINE WORKS or of ours
	Waiting int64     // that are tried again, now
	Failed  int64     // that were given up within UnsentFor
	Last    time.Time // when the last of them was given up; zero: none was
}

// UnsentFor is how long an answer that was given up is counted with its reason.
const UnsentFor = 7 * 24 * time.Hour

// MaxUnsent is how many reasons are told of a connection.
const MaxUnsent = 20

// Hour is what happened on a connection in one hour.
type Hour struct {
	Start                                        time.Time
	Callbacks, SignatureFailures, UnmatchedTexts int64
	SentReplies, FailedReplies                   int64
}

// TrafficLife is how long hours are kept.
const TrafficLife = 90 * 24 * time.Hour

// Day is how many hours the counts of Figures cover.
const Day = 24
