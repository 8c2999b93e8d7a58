package integration

import (
	"github.com/dakoku/dakoku/services/integration/internal/link"
	"github.com/dakoku/dakoku/services/integration/internal/store"
)

// LinkHistory is what a check of all contexts reads of account links.
type LinkHistory = store.LinkHistory

// LinkProblem is how links, or what was judged by them, are not as they were.
type LinkProblem = link.Problem

// The problems that a check finds; LinkHistory tells the others.
const (
	LinkRewritten = link.Rewritten
	LinkUnlike    = link.Unlike
)
