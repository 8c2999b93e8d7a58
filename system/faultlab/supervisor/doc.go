// Package supervisor keeps an installation running for the fault lab: two real
// processes of each service, a PostgreSQL primary with a synchronous standby, and a
// proxy on every way between two of them.
//
// It knows processes, ports, directories, replication and how a way can be bent. It
// refuses to know what is sent over the ways, when a fault is due and whether the
// product was right. It starts again whatever ends, as an init system would.
package supervisor
