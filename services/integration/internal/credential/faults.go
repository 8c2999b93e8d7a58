package credential

import (
	"time"

	"github.com/dakoku/dakoku/platform/fault"
)

// NoStaged is the fault for staged keys that are not there.
func NoStaged() *fault.Fault { return stagedMissing }

var (
	stagedMissing = fault.New(fault.Precondition, "STAGED_CREDENTIALS_MISSING", fault.Text{
		JA: "準備中のキー情報がありません。新しいキー情報を stage=true で登録してください。",
		EN: "There are no staged keys. Store new keys with stage=true first.",
	})
	previousMissing = fault.New(fault.Precondition, "PREVIOUS_CREDENTIALS_MISSING", fault.Text{
		JA: "前のキー情報は残っていません(廃止されたか、期限が切れています)。必要なら登録し直してください。",
		EN: "There are no previous keys: they were retired or have expired. Store them again if you need them.",
	})
	previousKept = fault.New(fault.Precondition, "PREVIOUS_CREDENTIALS_KEPT", fault.Text{
		JA: "APIバージョンの移行中のため、前のキー情報を消さないように変更を止めました。移行が終わっていれば前のキー情報を廃止(retire)してから、終わっていなければ元に戻して(rollback)から、新しいキー情報を stage=true で登録してください。",
		EN: "The move between API versions is not over, and this would erase the previous keys. If it is over, retire the previous keys first; if not, roll back, then store the new keys with stage=true.",
	})
	tooManySets = fault.New(fault.Precondition, "TOO_MANY_CREDENTIALS", fault.Text{
		JA: "24時間以内のキー情報の変更が多すぎます。以前の署名で届くイベントを失わないように変更を止めました。以前のキー情報(former)のうち不要なものを、その etag を指定して廃止(retire)するか、期限切れを待ってください。",
		EN: "The keys were changed too often within 24 hours, and this would refuse events signed with those before. Retire one of the former sets that is not needed any more by its etag, or wait until one expires.",
	})
)

// tooMany names the moment at which the first of the former sets makes room.
func tooMany(former []Kept) *fault.Fault {
	if len(former) == 0 {
		return tooManySets
	}
	return tooManySets.With("expireTime", former[len(former)-1].Expires.Format(time.RFC3339))
}
