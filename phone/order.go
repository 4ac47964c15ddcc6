package phone

// InOrder are the calls that have not ended, in the order on the screen: first those that ring
// here, then the talking one, then the rest by age.
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
	case isLive(l):
		return 1
	}
	return 2
}
