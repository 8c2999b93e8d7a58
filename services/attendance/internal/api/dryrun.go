package api

// unmade takes the name off what a dry run only made up: there is none.
func unmade(req interface{ GetValidateOnly() bool }, name *string) {
	if req.GetValidateOnly() {
		*name = ""
	}
}
