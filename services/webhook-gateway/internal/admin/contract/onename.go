package contract

// alike is the one spelling of a path under which all operations of it are
// published: OpenAPI 3.0 allows no two paths that differ in the names of their
// parameters alone. A request that carries the thing itself names its id
// {accountId} where the others say {account}; the shortest is published.
func (c *Contract) alike(path string) string {
	bare := nameless(path)
	for _, op := range c.list {
		if op.bare == bare && len(op.Path) < len(path) {
			path = op.Path
		}
	}
	return path
}

// renamed gives the path parameters of a published operation the names that they
// have in another spelling of its path.
func renamed(op object, from, to string) object {
	names, fresh := parameterName.FindAllString(from, -1), parameterName.FindAllString(to, -1)
	list, _ := op["parameters"].([]any)
	for _, p := range list {
		for i, name := range names {
			if parameter := p.(object); parameter["in"] == "path" && parameter["name"] == name[1:len(name)-1] {
				parameter["name"] = fresh[i][1 : len(fresh[i])-1]
				break
			}
		}
	}
	return op
}
