package demopbx

import (
	"fmt"
	"math/rand/v2"
	"net/http"
	"strings"
)

const (
	// madeUpContacts is what the phone book begins with, maxContacts where it ends.
	madeUpContacts = 30
	maxContacts    = 1000
)

// contact is an entry of the address book, in the page's words.
type contact struct {
	Name     string `json:"name"`
	Number   string `json:"number"`
	Email    string `json:"email"`
	Category string `json:"category"`
	Company  string `json:"company"`
	Mobile   string `json:"mobile"`
	Notes    string `json:"notes"`
}

// companies are made up; a third of the phone book is theirs.
var companies = [...]string{
	"Alder Printing", "Bluebell Catering", "Cobalt Tools", "Dovetail Joinery", "Elm Street Dental",
	"Foxglove Travel", "Granite Couriers", "Harbour Optics", "Ivory Keys", "Juniper Cleaning",
}

// newPhonebook makes up companies and people who work there. Their numbers belong to nobody:
// they lie in the block that is kept free for stories.
func newPhonebook(seed uint64) []contact {
	deal := newNames(rand.New(rand.NewPCG(seed, madeUpContacts)))
	book := make([]contact, madeUpContacts)
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

func (p *pbx) getContacts(w http.ResponseWriter, _ *http.Request, _ *account) {
	var book []contact
	p.ask(func() { book = append(book, p.phonebook...) })
	reply(w, book)
}

func (p *pbx) postContact(w http.ResponseWriter, r *http.Request, _ *account) {
	var c contact
	if !readBody(w, r, &c) {
		return
	}
	if c.Name+c.Company == "" {
		http.Error(w, "the entry has no name", http.StatusBadRequest)
		return
	}
	for _, text := range []string{c.Name, c.Number, c.Email, c.Category, c.Company, c.Mobile, c.Notes} {
		if !fit(text) {
			http.Error(w, "a text is too long or not printable", http.StatusBadRequest)
			return
		}
	}
	room := false
	p.ask(func() {
		if room = len(p.phonebook) < maxContacts; room {
			p.phonebook = append(p.phonebook, c)
		}
	})
	if !room {
		http.Error(w, "the book is full", http.StatusConflict)
		return
	}
	reply(w, true)
}
