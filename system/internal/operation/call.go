package operation

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/url"
	"strings"

	"google.golang.org/grpc"
	"google.golang.org/grpc/metadata"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/dynamicpb"

	"github.com/dakoku/dakoku/platform/rpc"
)

// Request is a request by the names of its fields, in the forms of JSON.
type Request = map[string]any

// Door is one way to call operations.
type Door interface {
	// Call makes a call. A refusal is an Answer; an error means that there was none.
	Call(ctx context.Context, o *Operation, r Request) (Answer, error)
}

// REST calls through the admin door.
type REST struct {
	Base   string       // "http://127.0.0.1:8081"
	HTTP   *http.Client // required
	Header http.Header  // of every request; nil none
}

// Call makes the HTTP request of the REST map. An RPC without a path is asked for
// by the path that gRPC would use.
func (d *REST) Call(ctx context.Context, o *Operation, r Request) (Answer, error) {
	request, err := o.request(ctx, d.Base, r)
	if err != nil {
		return Answer{}, err
	}
	maps.Copy(request.Header, d.Header)
	response, err := d.HTTP.Do(request)
	if err != nil {
		return Answer{}, err
	}
	defer response.Body.Close()
	raw, err := io.ReadAll(response.Body)
	return o.read(response, raw), err
}

func (o *Operation) request(ctx context.Context, base string, r Request) (*http.Request, error) {
	rest, verb, path := maps.Clone(r), o.Verb, o.Path
	if verb == "" {
		verb, path = http.MethodPost, o.Method()
	}
	for name, value := range r {
		if place := "{" + name + "}"; strings.Contains(path, place) {
			path = strings.ReplaceAll(path, place, url.PathEscape(fmt.Sprint(value)))
			delete(rest, name)
		}
	}
	var body any
	switch o.Body {
	case "":
	case "*":
		body, rest = named(rest), nil
	default:
		body = rest[o.Body]
		delete(rest, o.Body)
	}
	query := url.Values{}
	for name, value := range rest {
		query.Set(jsonName(name), fmt.Sprint(value))
	}
	if len(query) > 0 {
		path += "?" + query.Encode()
	}
	var content io.Reader
	if body != nil {
		raw, err := json.Marshal(body)
		if err != nil {
			return nil, err
		}
		content = bytes.NewReader(raw)
	}
	request, err := http.NewRequestWithContext(ctx, verb, base+path, content)
	if err == nil && body != nil {
		request.Header.Set("Content-Type", "application/json")
	}
	return request, err
}

func named(r Request) map[string]any {
	out := map[string]any{}
	for name, value := range r {
		out[jsonName(name)] = value
	}
	return out
}

// GRPC calls the services behind the door as the door itself would.
type GRPC struct {
	Conn   func(service string) grpc.ClientConnInterface // of a full name
	Caller rpc.Caller                                    // the zero value is nobody
	Extra  metadata.MD                                   // what the door sends to identity besides; nil nothing
}

// Call makes the gRPC call. What a stream sends is one answer.
func (d *GRPC) Call(ctx context.Context, o *Operation, r Request) (Answer, error) {
	raw, err := json.Marshal(named(r))
	if err != nil {
		return Answer{}, err
	}
	in, out := dynamicpb.NewMessage(o.method.Input()), dynamicpb.NewMessage(o.method.Output())
	if err := protojson.Unmarshal(raw, in); err != nil {
		return Answer{}, fmt.Errorf("%s: %w", o.Name, err)
	}
	if d.Caller.Kind != "" {
		ctx = rpc.OutgoingCaller(ctx, d.Caller, "ja")
	}
	ctx = d.besides(ctx)
	conn := d.Conn(o.Service())
	if o.method.IsStreamingServer() {
		return o.stream(ctx, conn, in)
	}
	if err := conn.Invoke(ctx, o.Method(), in, out); err != nil {
		return failed(err), nil
	}
	return succeeded(out)
}

// besides adds what the door sends besides the caller.
func (d *GRPC) besides(ctx context.Context) context.Context {
	md, _ := metadata.FromOutgoingContext(ctx)
	return metadata.NewOutgoingContext(ctx, metadata.Join(md, d.Extra))
}

func succeeded(out proto.Message) (a Answer, err error) {
	raw, err := protojson.Marshal(out)
	if err != nil {
		return a, err
	}
	a.Raw = string(raw)
	return a, json.Unmarshal(raw, &a.Body)
}

// stream reads the pieces of text that a stream sends.
func (o *Operation) stream(ctx context.Context, conn grpc.ClientConnInterface, in proto.Message) (Answer, error) {
	stream, err := conn.NewStream(ctx, &grpc.StreamDesc{ServerStreams: true}, o.Method())
	if err == nil {
		err = errors.Join(stream.SendMsg(in), stream.CloseSend())
	}
	var all strings.Builder
	for err == nil {
		piece := dynamicpb.NewMessage(o.method.Output())
		if err = stream.RecvMsg(piece); err == nil {
			all.WriteString(piece.Get(o.method.Output().Fields().Get(0)).String())
		}
	}
	if !errors.Is(err, io.EOF) {
		return failed(err), nil
	}
	return Answer{Raw: all.String(), Body: map[string]any{"csv": all.String()}}, nil
}
