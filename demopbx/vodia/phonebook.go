package vodia

import (
	"net/http"

	"github.com/patchcord/patchcord/demopbx/exchange"
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

func (f *Front) getContacts(w http.ResponseWriter, _ *http.Request, _ *exchange.Account) {
	var book []contact
	f.pbx.Do(func() {
		for _, c := range f.pbx.Phonebook() {
			book = append(book, contact(c))
		}
	})
	reply(w, book)
}

func (f *Front) postContact(w http.ResponseWriter, r *http.Request, _ *exchange.Account) {
	var c contact
	if !readBody(w, r, &c) {
		return
	}
	if c.Name+c.Company == "" {
		http.Error(w, "the entry has no name", http.StatusBadRequest)
		return
	}
	for _, text := range []string{c.Name, c.Number, c.Email, c.Category, c.Company, c.Mobile, c.Notes} {
		if !exchange.Printable(text) {
			http.Error(w, "a text is too long or not printable", http.StatusBadRequest)
			return
		}
	}
	room := false
	f.pbx.Do(func() { room = f.pbx.AddContact(exchange.Contact(c)) })
	if !room {
		http.Error(w, "the book is full", http.StatusConflict)
		return
	}
	reply(w, true)
}
