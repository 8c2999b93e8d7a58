package simulator

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"strings"
)

// family is the style in which an API answers errors.
type family int

const (
	oauth     family = iota // {"error","error_description"}
	apiV2                   // {"code","description"}
	gatewayV1               // {"errorCode","errorMessage"} of the gateway, {"code","message"} of the bot API
)

// answer is what an API call gets.
type answer struct {
	status int
	body   any // nil: empty body
	header http.Header
}

// htmlPage is a body that is no JSON.
type htmlPage string

func ok(status int, body any) answer {
	return answer{status: status, body: body, header: http.Header{}}
}

// refuse makes an error answer in the family's style.
func (f family) refuse(status int, code, description string) answer {
	var body map[string]string
	switch f {
	case oauth:
		body = map[string]string{"error": code, "error_description": description}
	case gatewayV1:
		body = map[string]string{"code": code, "message": description}
		if strings.Trim(code, "0123456789") == "" {
			body = map[string]string{"errorCode": code, "errorMessage": description, "code": codeFor(status)}
		}
	default:
		body = map[string]string{"code": code, "description": description}
	}
	out := ok(status, body)
	if status == http.StatusUnauthorized {
		out.header.Set("WWW-Authenticate", `Bearer error="invalid_token"`)
	}
	return out
}

// codeFor is the usual code of a status. The gateway of API 1.0 has numbers for
// what it refuses by itself.
func (f family) codeFor(status int) string {
	gateway := map[int]string{http.StatusUnauthorized: "024", http.StatusForbidden: "041", http.StatusNotFound: "001"}
	if code, has := gateway[status]; has && f == gatewayV1 {
		return code
	}
	return codeFor(status)
}

func codeFor(status int) string {
	switch status {
	case http.StatusUnauthorized:
		return "UNAUTHORIZED"
	case http.StatusForbidden:
		return "FORBIDDEN"
	case http.StatusNotFound:
		return "NOT_FOUND"
	case http.StatusConflict:
		return "CONFLICT"
	case http.StatusTooManyRequests:
		return "TOO_MANY_REQUESTS"
	case http.StatusServiceUnavailable:
		return "SERVICE_UNAVAILABLE"
	}
	if status >= http.StatusInternalServerError {
		return "INTERNAL_SERVER_ERROR"
	}
	return "BAD_REQUEST"
}

func (a answer) write(w http.ResponseWriter) {
	for name, values := range a.header {
		w.Header()[name] = values
	}
	if a.body == nil {
		w.WriteHeader(a.status)
		return
	}
	if page, isPage := a.body.(htmlPage); isPage {
		w.Header().Set("Content-Type", "text/html; charset=UTF-8")
		w.WriteHeader(a.status)
		_, _ = io.WriteString(w, string(page))
		return
	}
	raw, err := encodeJSON(a.body)
	if err != nil {
		w.WriteHeader(http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "application/json; charset=UTF-8")
	w.WriteHeader(a.status)
	_, _ = w.Write(raw) // a client that has gone needs no answer
}

// encodeJSON writes compact JSON as a browser would: no escaped <, > and &.
func encodeJSON(value any) (json.RawMessage, error) {
	var out bytes.Buffer
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(value); err != nil {
		return nil, err
	}
	return bytes.TrimSuffix(out.Bytes(), []byte("\n")), nil
}
