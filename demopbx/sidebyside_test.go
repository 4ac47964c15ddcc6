//go:build !race

package demopbx

// sideBySide is how many tests run at once: more than there are processors, because most of them
// listen to sound that takes its time.
const sideBySide = 16
