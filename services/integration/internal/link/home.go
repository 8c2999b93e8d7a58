package link

// Home is the LINE WORKS that a connection looks into. An organization may have several,
// and each knows its own people only.
type Home struct {
	Domain string // of the app; empty: not known
	Sole   bool   // no connection of the organization looks into another
}

// Knew tells that the person of a link was known there, so that an answer that there is
// nobody says that they are gone. Where there is only one LINE WORKS everybody is of it.
func (h Home) Knew(l Link) bool { return h.Sole || h.Domain != "" && h.Domain == l.Domain }
