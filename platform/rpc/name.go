package rpc

import "strings"

// IDOf is the id in the name of a resource, which may stand there alone, without its collection ("employees/"). The bare
// collection stays as it is: it is nobody's id and found nowhere, while no name at all means that none is meant.
func IDOf(name, collection string) string {
	if id := strings.TrimPrefix(name, collection); id != "" {
		return id
	}
	return name
}
