package admin

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"net/http"
	"net/url"
	"slices"
	"strings"

	pages "github.com/dakoku/dakoku/platform/page"
	"github.com/dakoku/dakoku/services/webhook-gateway/internal/admin/contract"
	"google.golang.org/grpc/codes"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
)

// tagLength is how many bytes of an HMAC-SHA256 stand before a page token.
const tagLength = 16

// listOf is what a page token belongs to: the company, the operation, the path
// and every filter. How many rows a page has may change on the way.
func listOf(tenant string, op *contract.Operation, u *url.URL) []byte {
	parts := []string{tenant, op.ID, u.Path}
	query := u.Query()
	names := make([]string, 0, len(query))
	for name := range query {
		if name != "pageToken" && name != "pageSize" {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	for _, name := range names {
		parts = append(append(parts, name), query[name]...)
	}
	var list []byte
	for _, part := range parts {
		list = append(binary.BigEndian.AppendUint32(list, uint32(len(part))), part...)
	}
	return list
}

// tag authenticates the token of a service for one list.
func (e *Edge) tag(list []byte, token string) []byte {
	mac := hmac.New(sha256.New, e.cfg.PageKey)
	_, _ = mac.Write(binary.BigEndian.AppendUint32(nil, uint32(len(list)))) // never fails
	_, _ = mac.Write(list)
	_, _ = mac.Write([]byte(token))
	return mac.Sum(nil)[:tagLength]
}

// openPageToken gives the service its own token instead of the one that the
// caller was given; false when it was given for no such list, or by nobody.
func (e *Edge) openPageToken(r *http.Request, op *contract.Operation) bool {
	v := visitOf(r.Context())
	if v.caller == nil {
		return true // no list is public
	}
	v.list = listOf(v.caller.Tenant, op, r.URL)
	query := r.URL.Query()
	given := query.Get("pageToken")
	if given == "" {
		return true
	}
	raw, err := base64.RawURLEncoding.Strict().DecodeString(given)
	if err != nil || len(raw) < tagLength || !hmac.Equal(raw[:tagLength], e.tag(v.list, string(raw[tagLength:]))) {
		return false
	}
	query.Set("pageToken", string(raw[tagLength:]))
	r.URL.RawQuery = query.Encode()
	return true
}

// sealPageToken makes the token with which a service goes on one that nobody can
// make or carry to another list.
func (e *Edge) sealPageToken(ctx context.Context, _ http.ResponseWriter, answer proto.Message) error {
	m := answer.ProtoReflect()
	field := m.Descriptor().Fields().ByName("next_page_token")
	if field == nil || m.Get(field).String() == "" {
		return nil
	}
	token := m.Get(field).String()
	raw := append(e.tag(visitOf(ctx).list, token), token...)
	m.Set(field, protoreflect.ValueOfString(base64.RawURLEncoding.EncodeToString(raw)))
	return nil
}

// pageTokenInvalid says what the service of the operation would say.
func pageTokenInvalid(op *contract.Operation) refusal {
	invalid := pages.Invalid()
	parts := strings.SplitN(op.RPC, ".", 3) // /dakoku.integration.v1.…
	return refusal{http: http.StatusBadRequest, code: codes.InvalidArgument, reason: invalid.Reason(), domain: parts[1] + ".dakoku", text: invalid.Text()}
}
