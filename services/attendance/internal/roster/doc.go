// Package roster is the list of a company's people as a table.
//
// It knows the columns of such a table under their English and Japanese names, and the words for a person's state. It
// refuses to know which values an employee may have and who is employed already: it reads what the cells say.
package roster
