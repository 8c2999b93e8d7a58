// Package callback is the public door: the one URL that LINE WORKS posts to.
//
// It knows tokens, signatures, HTTP and in which order to distrust a request. It
// refuses to know what an event means: a callback is accepted when it is signed
// and durable, whatever it says.
package callback
