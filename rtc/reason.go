package rtc

// Reason is an error in words for a person. Other errors have the words of a library and belong in
// the log.
type Reason string

func (r Reason) Error() string { return string(r) }
