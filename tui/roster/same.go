package roster

import "github.com/patchcord/patchcord/phone"

// Same tells which accounts at several PBXs are one person's. The zero value joins nobody.
type Same struct {
	// Numbers means that a number is the same person's at every PBX.
	Numbers bool
	// first is one account of the person, the same for all of them.
	first map[phone.Account]phone.Account
}

// SameOf reads lists of accounts, one for each person.
func SameOf(people [][]phone.Account, numbers bool) Same {
	s := Same{Numbers: numbers, first: map[phone.Account]phone.Account{}}
	for _, accounts := range people {
		for _, a := range accounts {
			s.first[a] = accounts[0]
		}
	}
	return s
}

// person is one key for all accounts of a person.
func (s Same) person(a phone.Account) phone.Account {
	if first, named := s.first[a]; named {
		return first
	}
	if s.Numbers {
		return phone.Account{ID: a.ID}
	}
	return a
}
