package gateway

import "github.com/dakoku/dakoku/services/webhook-gateway/internal/inbox"

// JudgedEvent is an accepted event that has its outcome.
type JudgedEvent = inbox.Judged

// InboxCheck is what a check of all contexts reads of the inbox.
type InboxCheck = inbox.Check
