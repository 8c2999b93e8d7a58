package postgres

import (
	"errors"
	"sync/atomic"

	"github.com/jackc/pgx/v5/pgconn"
)

// errAlone is a commit for which the server did not wait until the standby had it,
// because somebody cancelled the wait: it says COMMIT, and warns.
var errAlone = errors.New("only the primary has it: the wait for the standby was cut off")

// heeding is where a connection keeps who is to be told of a warning.
const heeding = "dakoku.heeding"

// noteWarning tells whoever heeds a connection's warnings. Of a COMMIT there is one
// warning of the general class: that it was not waited for the standby.
func noteWarning(conn *pgconn.PgConn, n *pgconn.Notice) {
	if warned, ok := conn.CustomData()[heeding].(*atomic.Bool); ok && n.Code == "01000" {
		warned.Store(true)
	}
}

// heedWarnings becomes true when the server warns on the connection from now on. It
// may be read when the connection is somebody else's again.
func heedWarnings(conn *pgconn.PgConn) *atomic.Bool {
	warned := new(atomic.Bool)
	conn.CustomData()[heeding] = warned
	return warned
}
