package console

import (
	"context"
	"errors"

	"github.com/dakoku/dakoku/platform/fault"
	"github.com/dakoku/dakoku/services/integration/internal/check"
	"github.com/dakoku/dakoku/services/integration/internal/guide"
	"github.com/dakoku/dakoku/services/integration/internal/lineworks"
)

// trouble says what a failed call means for an administrator; the zero value
// for no error.
func trouble(err error) check.Trouble {
	if err == nil {
		return check.Trouble{}
	}
	f := lineworks.FailureOf(err)
	out := check.Trouble{Code: f.Code, Reason: check.Refused}
	switch f.Class {
	case lineworks.Unauthorized:
		out.Reason = keys(f)
	case lineworks.Forbidden:
		out.Reason = check.Forbidden
	case lineworks.NotFound:
		out.Reason = unknown(f)
	case lineworks.RateLimited:
		out.Reason = check.Limited
	case lineworks.Temporary, lineworks.Ambiguous:
		out.Reason = check.Away
	default:
	}
	return out
}

// unknown tells apart what LINE WORKS does not know: the bot, by its own word, or the API
// ID of API 1.0 (error code 001). Of anything else, such as a domain, and of an answer that
// is not its own, no part of the keys can be blamed.
func unknown(f *lineworks.Failure) check.Reason {
	switch {
	case f.NoBot():
		return check.Missing
	case f.Code == "001":
		return check.BadKeys
	}
	return check.Refused
}

// keys tells apart what the token endpoint refuses, as far as its answer does.
func keys(f *lineworks.Failure) check.Reason {
	switch f.Named {
	case lineworks.PartClient:
		return check.BadClient
	case lineworks.PartAccount:
		return check.BadAccount
	case lineworks.PartKey:
		return check.BadKey
	case lineworks.PartTimes:
		return check.BadTimes
	case lineworks.PartScope:
		return check.ScopeMissing
	default:
		return check.BadKeys
	}
}

// refusal is the fault for a change that did not succeed.
func refusal(err error, scope string) error {
	if err == nil || errors.Is(err, context.Canceled) {
		return err
	}
	if _, ours := fault.From(err); ours {
		return err
	}
	t := trouble(err)
	switch t.Reason {
	case check.ScopeMissing:
		return fault.New(fault.Precondition, "SCOPE_MISSING", guide.After("アプリに OAuth Scopes の "+scope+" がありません。", "The app lacks the OAuth scope "+scope+".", guide.Scopes(scope))).With("scope", scope).Because(err)
	case check.Away, check.Limited:
		return fault.New(fault.Unavailable, "PLATFORM_UNAVAILABLE", fault.Text{
			JA: "LINE WORKS が応答しません。しばらくしてからもう一度お試しください。",
			EN: "LINE WORKS does not answer now. Please try again in a while.",
		}).Because(err)
	default:
	}
	return fault.New(fault.Precondition, "PLATFORM_REFUSED", fault.Text{
		JA: "LINE WORKS が要求を受け付けません(" + t.Code + ")。「接続テスト」で設定を確認してください。",
		EN: "LINE WORKS refuses the request (" + t.Code + "). Test the connection to see what is missing.",
	}).With("code", t.Code).Because(err)
}
