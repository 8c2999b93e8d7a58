// Package api answers the gRPC calls of the attendance context.
//
// It knows the contract's messages and how they become the domain's values and back. It refuses to know SQL and
// rules: every handler reads the request, calls the domain or the store, and converts the result.
package api
