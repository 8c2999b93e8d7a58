// Package rpc is how processes of the product talk: one builder for gRPC
// servers, one for clients.
//
// It knows mutual TLS with identities that reload, which peer may call which
// service, for whom a call is made and with which permission, deadlines, request
// ids, the log line and the metrics of a call, and the one mapping between
// faults and gRPC statuses in both directions. It refuses to know any message or
// service of the product; the option that carries a method's permission is given
// to it.
package rpc
