package operation

import (
	"encoding/json"
	"net/http"
	"strings"

	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

// Answer is what came back, whichever way.
type Answer struct {
	Code   codes.Code     // of gRPC; of a REST answer the code in its body, OK for a success
	HTTP   int            // of a REST answer; 0 over gRPC
	Reason string         // of the ErrorInfo
	Body   map[string]any // of a success: the response message as JSON
	Raw    string         // everything that was said, to search in
	Header http.Header    // of a REST answer
}

// failed is an answer of gRPC that is no success.
func failed(err error) Answer {
	st := status.Convert(err)
	a := Answer{Code: st.Code(), Raw: st.Proto().String()}
	for _, d := range st.Details() {
		if info, ok := d.(*errdetails.ErrorInfo); ok {
			a.Reason = info.GetReason()
		}
	}
	return a
}

// read is a REST answer.
func (o *Operation) read(r *http.Response, raw []byte) Answer {
	a := Answer{HTTP: r.StatusCode, Raw: string(raw), Header: r.Header}
	if r.StatusCode >= http.StatusMultipleChoices {
		a.refusal(raw)
		return a
	}
	if strings.HasPrefix(r.Header.Get("Content-Type"), "text/csv") {
		a.Body = map[string]any{"csv": string(raw)}
		return a
	}
	_ = json.Unmarshal(raw, &a.Body) // a caller that needs what is not there notices
	if o.Result != "" {
		a.Body = map[string]any{jsonName(o.Result): a.Body}
	}
	return a
}

func (a *Answer) refusal(raw []byte) {
	var body struct {
		Code    uint32
		Details []struct{ Reason string }
	}
	a.Code = codes.Unknown
	if json.Unmarshal(raw, &body) != nil || body.Code == 0 {
		return
	}
	a.Code = codes.Code(body.Code)
	for _, d := range body.Details {
		if d.Reason != "" {
			a.Reason = d.Reason
			return
		}
	}
}

// jsonName is the lowerCamelCase of a field name.
func jsonName(field string) string {
	parts := strings.Split(field, "_")
	for i, p := range parts[1:] {
		if p != "" {
			parts[i+1] = strings.ToUpper(p[:1]) + p[1:]
		}
	}
	return strings.Join(parts, "")
}
