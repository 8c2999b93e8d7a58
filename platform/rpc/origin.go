package rpc

import (
	"context"
	"encoding/json"
	"path"

	"github.com/google/uuid"
	"google.golang.org/grpc"
)

// origin is what an audit says of a change besides the change itself.
type origin struct {
	ID      string `json:"id"`      // of the call
	Kind    string `json:"kind"`    // KindAccount or KindAPIKey
	Actor   string `json:"actor"`   // id of the account or key
	Address string `json:"address"` // network address of the client
	Request string `json:"request"` // id of the request, as in the log
	Action  string `json:"action"`  // name of the method
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
		ID: callID(ctx), Kind: c.Kind, Actor: c.Account, Address: c.Address, Request: RequestID(ctx), Action: path.Base("/" + method),
	})
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
