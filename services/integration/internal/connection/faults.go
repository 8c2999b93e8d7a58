package connection

import (
	"github.com/dakoku/dakoku/platform/fault"
	"github.com/dakoku/dakoku/services/integration/internal/guide"
)

// NotFound is the fault for a connection that is absent or another company's.
func NotFound() *fault.Fault {
	return fault.New(fault.NotFound, "CONNECTION_NOT_FOUND", fault.Text{
		JA: "連携が見つかりません。",
		EN: "The connection does not exist.",
	})
}

// NoneActive is the fault for what only an active connection can do, in a company
// whose connections say this most of all; NotFound when there is none.
func NoneActive(s State) *fault.Fault {
	why, known := idle[s]
	if !known {
		return NotFound()
	}
	return fault.New(fault.Precondition, "CONNECTION_STATE", why).With("state", string(s)).With("allowed", "activate")
}

var idle = map[State]fault.Text{
	Draft: {
		JA: "連携の設定が完了していません(状態: 設定中)。「連携サービスの設定」で設定を続け、「連携を有効にする」を実行してから、もう一度お試しください。",
		EN: "The set-up of the connection is not finished (state DRAFT). Finish it under the integrations, activate the connection, then try again.",
	},
	Disabled: {
		JA: "連携が停止しています(状態: 停止中)。連携の状況の「その他の操作」で「連携を有効にする」を実行してから、もう一度お試しください。",
		EN: "The connection is disabled (state DISABLED). Activate it, then try again.",
	},
	Broken: {
		JA: "LINE WORKS が連携のキーを受け付けていません(状態: 要対応)。連携の状況に表示される対応をしてから、もう一度お試しください。",
		EN: "LINE WORKS does not accept the keys of the connection (state BROKEN). Do what the page of the connection says, then try again.",
	},
}

// CredentialsMissing is the fault for a connection without credentials.
func CredentialsMissing() *fault.Fault { return credentialsMissing }

// TokenMissing is the fault for a connection without a live callback token.
func TokenMissing() *fault.Fault {
	return fault.New(fault.Precondition, "TOKEN_MISSING", fault.Text{
		JA: "有効なAPIトークンがありません。先に「APIトークンを発行する」を実行してください。",
		EN: "There is no live callback token. Issue one first.",
	})
}

// TokenNotFound is the fault for a callback token that is absent, revoked, or of
// another connection.
func TokenNotFound() *fault.Fault {
	return fault.New(fault.NotFound, "TOKEN_NOT_FOUND", fault.Text{
		JA: "APIトークンが見つからないか、失効しています。",
		EN: "The callback token does not exist or is revoked.",
	})
}

// NoCredentials is the fault for credentials that were asked for and are not
// there.
func NoCredentials() *fault.Fault {
	return fault.New(fault.NotFound, "CREDENTIALS_NOT_FOUND", credentialsMissing.Text())
}

var (
	tokenMissing = fault.New(fault.Precondition, "TOKEN_MISSING", fault.Text{
		JA: "有効にする前に、APIトークンを発行してください。",
		EN: "Issue a callback token before activating.",
	})
	credentialsMissing = fault.New(fault.Precondition, "CREDENTIALS_MISSING", guide.After("LINE WORKS のキー情報が登録されていません。", "The LINE WORKS credentials have not been stored.",
		guide.App("Client ID などのキーを、「Bot」では Bot ID と Bot Secret をコピーして登録してください。",
			"copy its keys, and Bot ID and Bot Secret from Bot, and store them.")))
	stillRecording = fault.New(fault.Precondition, "CONNECTION_STATE", fault.Text{
		JA: "有効な連携は削除できません。先に無効にしてください。",
		EN: "A connection that records punches cannot be deleted. Disable it first.",
	})
	nameRequired = fault.Field{Path: "displayName", Reason: "REQUIRED", Text: fault.Text{
		JA: "表示名を入力してください。",
		EN: "Enter a display name.",
	}}
	nameTooLong = fault.Field{Path: "displayName", Reason: "TOO_LONG", Text: fault.Text{
		JA: "表示名は100文字までです。",
		EN: "A display name has at most 100 characters.",
	}}
	nameControl = fault.Field{Path: "displayName", Reason: "CONTROL_CHARACTER", Text: fault.Text{
		JA: "表示名に改行などの制御文字は使えません。",
		EN: "A display name has no line breaks or other control characters.",
	}}
)
