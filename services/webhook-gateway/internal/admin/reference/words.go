package reference

import "slices"

// words is what the page itself says in one language.
type words struct {
	Language, Heading, Intro, Access, Errors, Contents string
	Parameters, Body, Answer, Name, In, Type, Note     string
	titles                                             []string // in the order of services
}

var services = []string{"IdentityService", "IntegrationAdminService", "AttendanceAdminService", "EventAdminService", "AuditService"}

var japanese = words{
	Language: "ja", Heading: "Dakoku 管理 APIリファレンス",
	Intro:    "JSON(UTF-8)でやり取りします。項目名は lowerCamelCase、日時は RFC 3339、期間は YYYY-MM です。未知の項目やクエリパラメーターは 400 になります。一覧は pageSize(既定 50、最大 500)と pageToken で取得し、続きがあれば nextPageToken が返ります。",
	Access:   "POST /v1/setup と POST /v1/session 以外は、ログインのセッション(Cookie)または Authorization: Bearer dkk_… のAPIキーが必要です。",
	Errors:   "エラーは google.rpc.Status の JSON です。details の ErrorInfo の reason で判別し、BadRequest に誤りのある項目がすべて入ります。文言は Accept-Language(ja 既定、en)に従います。",
	Contents: "目次", Parameters: "パスとクエリ", Body: "本文", Answer: "応答", Name: "名前", In: "位置", Type: "型", Note: "説明",
	titles: []string{"組織・ログイン・APIキー", "LINE WORKS 連携", "従業員・打刻・勤怠", "受信した打刻メッセージ", "監査"},
}

var english = words{
	Language: "en", Heading: "Dakoku administration API reference",
	Intro:    "JSON (UTF-8) both ways. Field names are lowerCamelCase, times RFC 3339, periods YYYY-MM. Unknown fields and query parameters are answered with 400. Lists take pageSize (50 by default, at most 500) and pageToken, and answer nextPageToken when there is more.",
	Access:   "Everything but POST /v1/setup and POST /v1/session needs the session of a log-in (cookie) or an API key as Authorization: Bearer dkk_….",
	Errors:   "Errors are google.rpc.Status as JSON. Tell them apart by the reason of the ErrorInfo in details; BadRequest lists every wrong field. Texts follow Accept-Language (ja by default, en).",
	Contents: "Contents", Parameters: "Path and query", Body: "Body", Answer: "Answer", Name: "Name", In: "In", Type: "Type", Note: "Meaning",
	titles: []string{"Organization, log-in, API keys", "LINE WORKS", "Employees, punches, timesheets", "Messages received", "Audit"},
}

// title is the heading of a service; one without words keeps its name.
func (w words) title(service string) string {
	if at := slices.Index(services, service); at >= 0 {
		return w.titles[at]
	}
	return service
}

// order puts the known services first.
func order(service string) int {
	if at := slices.Index(services, service); at >= 0 {
		return at
	}
	return len(services)
}

// table is a table with the words of its head.
type table struct {
	Words words
	Rows  []row
}

// With puts rows under the words of the head, for the template.
func (w words) With(rows []row) table { return table{Words: w, Rows: rows} }
