// Package controls proves that the fault lab can fail: the twenty-five defects that goal
// G32 names, each of which the checker or a test must find, and further ones.
//
// It knows defects: changes of the product's source that exist only in a build of
// their own (the compiler is handed other contents for a file; no line of it is in
// the product), changes of the schema, and, where a defect's whole effect is a row,
// the row. It refuses to know how the checker finds them.
package controls

// Patch is a change of one file of the repository. Old must be there exactly once:
// a control whose defect does not fit the code any more proves nothing.
type Patch struct{ File, Old, New string }

// Control is one seeded defect.
type Control struct {
	// Name says what is wrong.
	Name string
	// G32 is the defect's name in the list of goal G32; empty for a further one.
	G32 string
	// Service is which program has the defect; empty when none has.
	Service string
	// Patches make it.
	Patches []Patch
	// Schema is done to the database beforehand.
	Schema string
	// Rows is done to the rows of a good run instead of a run of its own.
	Rows string
	// Env are further settings of the service.
	Env []string
	// Weather is what happens meanwhile, by the names of package nemesis.
	Weather string
	// Checks are those of which at least one has to find it.
	Checks []string
	// Test must fail with the defect, and pass without, where a run shows nothing of it.
	Test Test
}

// Test is a test of the repository.
type Test struct{ Module, Package, Name string }
