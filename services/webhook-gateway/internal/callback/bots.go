package callback

// Bots are the bots of which the endpoints of a connection take callbacks.
func (t *Table) Bots(connection string) (bots []string) {
	s := t.current.Load()
	if s == nil {
		return nil
	}
	for _, e := range s.endpoints {
		if e.Connection != connection {
			continue
		}
		for _, k := range e.Keys {
			bots = append(bots, k.Bot)
		}
	}
	return bots
}
