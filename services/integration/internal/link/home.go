package link

// Home is the LINE WORKS that a connection looks into. An organization may have several,
// and each knows its own people only.
type Home struct {
	Domain string // of the app; empty: not known
	Sole   bool   // no connection of the organization looks into another
}

// Knew tells that the person of a link was known there, so that an answer that there is
// nobody says that they are gone. Where there is only one LINE WORKS everybody is of it
// whom nobody has named. Who was named by one that no connection looks into any more may
// still be there: nobody can tell.
func (h Home) Knew(l Link) bool {
	if l.Domain == "" {
		return h.Sole
	}
	return h.Domain == l.Domain
}
