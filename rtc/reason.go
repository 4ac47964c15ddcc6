package rtc

// Reason is an error in words that a person can read. Errors without one hold the words of a
// library; they belong in the log.
type Reason string

func (r Reason) Error() string { return string(r) }
