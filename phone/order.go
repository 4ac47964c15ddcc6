package phone

// InOrder are the calls that have not ended, in the order in which people see and number them:
// what rings here first, then what talks, then the rest as they began.
func InOrder(legs []Leg) []Leg {
	var order []Leg
	for rank := range 3 {
		for _, l := range legs {
			if l.State != Ended && rankOf(l) == rank {
				order = append(order, l)
			}
		}
	}
	return order
}

func rankOf(l Leg) int {
	switch {
	case l.State == Alerting:
		return 0
	case l.State == Connected && !l.LocalHold:
		return 1
	}
	return 2
}
