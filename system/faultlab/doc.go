// Package faultlab proves the promise that no punch is lost: it runs the real
// programs, breaks them while events arrive, and judges what is left.
//
// It knows the order of a run and how its result is told. Processes are package
// supervisor's, what is sent and what came back package recorder's, faults package
// nemesis's, the judgement package checker's, and the proof that the judgement can
// fail package controls's.
package faultlab
