// Package identity decides who may use the admin door.
//
// It knows organizations, accounts, sessions, API keys, the one-time setup
// secret, passwords and which role may do what. It refuses to know HTTP,
// cookies, gRPC and SQL: callers hand it plain values, and a Store that it
// declares keeps what it decides.
package identity
