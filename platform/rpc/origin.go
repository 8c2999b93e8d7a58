package rpc

import (
	"context"
	"encoding/json"
	"path"
	"strings"
	"unicode"

	"github.com/google/uuid"
	"google.golang.org/grpc"
)

// origin is what an audit says of a change besides the change itself.
type origin struct {
	ID      string `json:"id"`      // of the call
	Kind    string `json:"kind"`    // KindAccount, KindAPIKey or KindSystem
	Actor   string `json:"actor"`   // id of the account or key; empty for our own processes
	Address string `json:"address"` // network address of the client
	Request string `json:"request"` // id of the request, as in the log
	Action  string `json:"action"`  // name of the method, such as CREATE_EMPLOYEE
}

// Origin is who asks for the change that is being made, from where and by which method, as JSON, for the audit of one
// transaction. It is empty for work of our own processes.
func Origin(ctx context.Context) string {
	c, known := CallerFrom(ctx)
	if !known || c.Kind == KindMachine || c.Account == "" {
		return ""
	}
	method, _ := grpc.Method(ctx)
	text, _ := json.Marshal(origin{ // texts can always be written
		ID: callID(ctx), Kind: c.Kind, Actor: c.Account, Address: c.Address, Request: RequestID(ctx), Action: actionOf(path.Base("/" + method)),
	})
	return string(text)
}

// actionOf writes the name of a method as the contract writes names of values: in capitals.
func actionOf(method string) string {
	var name strings.Builder
	for i, r := range method {
		if i > 0 && unicode.IsUpper(r) {
			name.WriteByte('_')
		}
		name.WriteRune(unicode.ToUpper(r))
	}
	return name.String()
}

// KindSystem is the kind of who changes something without being asked: one of our own processes.
const KindSystem = "system"

// OwnOrigin is what Origin is, for a change that a process makes by itself, which action names as a method would be. It
// is another one with every call.
func OwnOrigin(ctx context.Context, action string) string {
	text, _ := json.Marshal(origin{ID: uuid.Must(uuid.NewV7()).String(), Kind: KindSystem, Request: RequestID(ctx), Action: actionOf(action)}) // texts can always be written
	return string(text)
}

type callKey struct{}

// withCallID names a call, so that the audit has one entry for it however many transactions it needs.
func withCallID(ctx context.Context) context.Context {
	return context.WithValue(ctx, callKey{}, uuid.Must(uuid.NewV7()).String())
}

// callID is the name of the call; outside of one it is fresh every time.
func callID(ctx context.Context) string {
	if id, ok := ctx.Value(callKey{}).(string); ok {
		return id
	}
	return uuid.Must(uuid.NewV7()).String()
}
