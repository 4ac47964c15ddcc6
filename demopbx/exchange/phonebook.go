package exchange

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
)

const (
	// madeUpContacts is what the phone book begins with, maxContacts where it ends.
	madeUpContacts = 30
	maxContacts    = 1000
)

// Contact is an entry of the address book.
type Contact struct{ Name, Number, Email, Category, Company, Mobile, Notes string }

// companies are made up; a third of the phone book is theirs.
var companies = [...]string{
	"Alder Printing", "Bluebell Catering", "Cobalt Tools", "Dovetail Joinery", "Elm Street Dental",
	"Foxglove Travel", "Granite Couriers", "Harbour Optics", "Ivory Keys", "Juniper Cleaning",
}

// newPhonebook makes up companies and people who work there. Their numbers belong to nobody:
// they lie in the block that is reserved for fiction.
func newPhonebook(seed uint64) []Contact {
	deal := newNames(rand.New(rand.NewPCG(seed, madeUpContacts)))
	book := make([]Contact, madeUpContacts)
	for i := range book {
		c := &book[i]
		c.Company = companies[i%len(companies)]
		c.Number = fmt.Sprintf("+1202555%04d", 100+i)
		c.Category = "business"
		if c.Name = c.Company; i >= len(companies) {
			c.Name = deal.deal()
			c.Email = strings.ToLower(strings.ReplaceAll(c.Name, " ", ".")) + "@example.com"
		}
		if i%4 == 3 {
			c.Mobile = fmt.Sprintf("+1202555%04d", 150+i)
		}
	}
	return book
}

// Phonebook is everybody's address book.
func (p *PBX) Phonebook() []Contact { return slices.Clone(p.phonebook) }

// AddContact adds an entry; false when the book is full.
func (p *PBX) AddContact(c Contact) bool {
	if len(p.phonebook) == maxContacts {
		return false
	}
	p.phonebook = append(p.phonebook, c)
	return true
}
