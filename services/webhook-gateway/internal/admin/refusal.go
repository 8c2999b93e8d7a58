package admin

import (
	"net/http"
	"strconv"

	"github.com/dakoku/dakoku/platform/fault"
	"google.golang.org/genproto/googleapis/rpc/errdetails"
	statuspb "google.golang.org/genproto/googleapis/rpc/status"
	"google.golang.org/grpc/codes"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/anypb"
)

// refusal is an error that the edge itself answers with.
type refusal struct {
	http   int
	code   codes.Code
	reason string
	domain string // "" is gateway.dakoku
	text   fault.Text
	meta   map[string]string
	fields []fault.Field
}

var (
	unauthenticated = refusal{http: http.StatusUnauthorized, code: codes.Unauthenticated, reason: "UNAUTHENTICATED", domain: "identity.dakoku",
		text: fault.Text{JA: "ログインが必要です。", EN: "You are not signed in."}}
	pathNotFound = refusal{http: http.StatusNotFound, code: codes.NotFound, reason: "PATH_NOT_FOUND",
		text: fault.Text{JA: "このパスはありません。", EN: "There is no such path."}}
	methodNotAllowed = refusal{http: http.StatusMethodNotAllowed, code: codes.Unimplemented, reason: "METHOD_NOT_ALLOWED",
		text: fault.Text{JA: "このパスではこのメソッドを使用できません。", EN: "This path does not take this method."}}
	contentType = refusal{http: http.StatusUnsupportedMediaType, code: codes.InvalidArgument, reason: "CONTENT_TYPE",
		text: fault.Text{JA: "本文は application/json で送信してください。", EN: "Send the body as application/json."}}
	crossOrigin = refusal{http: http.StatusForbidden, code: codes.PermissionDenied, reason: "CROSS_ORIGIN",
		text: fault.Text{JA: "別のサイトからの操作は受け付けません。", EN: "Requests from other sites are refused."}}
	internal = refusal{http: http.StatusInternalServerError, code: codes.Internal, reason: "INTERNAL",
		text: fault.Text{JA: "内部エラーが発生しました。", EN: "Internal error."}}
	unavailable = refusal{http: http.StatusServiceUnavailable, code: codes.Unavailable, reason: "UNAVAILABLE",
		text: fault.Text{JA: "一時的に利用できません。しばらくしてからもう一度お試しください。", EN: "Temporarily unavailable. Please try again later."}}
	deadline = refusal{http: http.StatusGatewayTimeout, code: codes.DeadlineExceeded, reason: "DEADLINE_EXCEEDED",
		text: fault.Text{JA: "時間内に処理できませんでした。もう一度お試しください。", EN: "There was not enough time. Please try again."}}

	textQuery      = fault.Text{JA: "クエリー文字列を読み取れません。&で区切り、%の後には16進数2桁を続けてください。", EN: "The query cannot be read: separate parameters by &, and write two hexadecimal digits behind each %."}
	textUnreadable = fault.Text{JA: "本文を最後まで読み取れませんでした。", EN: "The body could not be read to its end."}
)

// bodyTooLarge is a body of more bytes than the operation takes.
func bodyTooLarge(limit int64) refusal {
	size := strconv.FormatInt(limit>>10, 10) + " KiB"
	text := fault.Text{JA: "送信した内容が大きすぎます。上限は " + size + " です。内容を短くして、もう一度送信してください。",
		EN: "What was sent is too large: the limit is " + size + ". Shorten it and send it again."}
	if limit == tableLimit {
		text = fault.Text{JA: "CSVが大きすぎます。上限は " + size + " です。行を複数のファイルに分けて、1つずつ取り込んでください。",
			EN: "The CSV is too large: the limit is " + size + ". Split its rows into several files and import one after the other."}
	}
	return refusal{http: http.StatusRequestEntityTooLarge, code: codes.InvalidArgument, reason: "BODY_TOO_LARGE",
		text: text, meta: map[string]string{"limitBytes": strconv.FormatInt(limit, 10)}}
}

// malformed is a request that cannot be what the operation takes.
func malformed(fields ...fault.Field) refusal {
	return refusal{http: http.StatusBadRequest, code: codes.InvalidArgument, reason: "INVALID_ARGUMENT",
		text:   fault.Text{JA: "入力内容に誤りがあります。", EN: "The request has invalid fields."},
		fields: fields}
}

// refuse answers a request with a google.rpc.Status in the visitor's language.
func refuse(w http.ResponseWriter, r *http.Request, f refusal) {
	v := visitOf(r.Context())
	if f.code == codes.Internal {
		f.meta = map[string]string{"requestId": v.requestID}
	}
	if f.domain == "" {
		f.domain = "gateway.dakoku"
	}
	details := []proto.Message{&errdetails.ErrorInfo{Reason: f.reason, Domain: f.domain, Metadata: f.meta}}
	if len(f.fields) > 0 {
		bad := &errdetails.BadRequest{}
		for _, field := range f.fields {
			bad.FieldViolations = append(bad.FieldViolations, &errdetails.BadRequest_FieldViolation{
				Field: field.Path, Reason: field.Reason, Description: field.Text.In(v.language)})
		}
		details = append(details, bad)
	}
	write(w, f.http, &statuspb.Status{Code: int32(f.code), Message: f.text.In(v.language), Details: packed(details)}) // a code is below 17
}

func packed(details []proto.Message) []*anypb.Any {
	var list []*anypb.Any
	for _, d := range details {
		if a, err := anypb.New(d); err == nil {
			list = append(list, a)
		}
	}
	return list
}

// write sends a status as JSON.
func write(w http.ResponseWriter, status int, body *statuspb.Status) {
	raw, err := protojson.MarshalOptions{EmitDefaultValues: true}.Marshal(body)
	if err != nil { // a detail of a type that is not linked
		body.Details = nil
		raw, _ = protojson.Marshal(body)
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Del("Content-Length")
	w.WriteHeader(status)
	_, _ = w.Write(raw) // a client that left is no trouble of ours
}
