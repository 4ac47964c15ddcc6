package exchange

import "math/rand/v2"

// First and last names; any resemblance ends with the combination.
var firstNames = [...]string{
	"Ada", "Aldo", "Alma", "Anna", "Bice", "Bruna", "Carla", "Cesare", "Clara", "Dario",
	"Dora", "Elena", "Elio", "Elsa", "Emma", "Enzo", "Ezio", "Flora", "Franco", "Gina",
	"Gino", "Giulia", "Guido", "Ida", "Ines", "Irma", "Ivan", "Lara", "Leo", "Lia",
	"Lino", "Lisa", "Luca", "Marco", "Marta", "Mina", "Mirko", "Nadia", "Nico", "Nora",
	"Olga", "Omar", "Paola", "Paolo", "Pia", "Pietro", "Remo", "Rita", "Rosa", "Sara",
	"Silvio", "Tea", "Tino", "Ugo", "Vera", "Vito", "Viola", "Wanda", "Yuri", "Zita",
}

var lastNames = [...]string{
	"Arena", "Baldi", "Bassi", "Basso", "Bellini", "Berti", "Bianchi", "Bosco", "Bruni",
	"Caruso", "Colombo", "Conti", "Corsi", "Costa", "Cremona", "Donati", "Esposito", "Fabbri",
	"Falco", "Ferri", "Fontana", "Gallo", "Gatti", "Grassi", "Guidi", "Lanza", "Leone",
	"Longo", "Lupi", "Marin", "Masi", "Monti", "Morelli", "Moro", "Napoli", "Neri",
	"Olivi", "Orsi", "Pace", "Palma", "Parisi", "Pini", "Poli", "Quinto", "Riva",
	"Rossi", "Russo", "Sala", "Sanna", "Serra", "Testa", "Tosi", "Urso", "Valli",
	"Verdi", "Villa", "Vitali", "Zani", "Zeno", "Zorzi",
}

// names deals out full names in an order that rng decides. They repeat only after all 3600
// combinations, and those in taken are never dealt.
type names struct {
	order []int
	next  int
	taken map[string]bool
}

func newNames(rng *rand.Rand, taken ...string) *names {
	n := &names{order: rng.Perm(len(firstNames) * len(lastNames)), taken: map[string]bool{}}
	for _, t := range taken {
		n.taken[t] = true
	}
	return n
}

func (n *names) deal() string {
	for {
		i := n.order[n.next%len(n.order)]
		n.next++
		name := firstNames[i%len(firstNames)] + " " + lastNames[i/len(firstNames)]
		if !n.taken[name] {
			return name
		}
	}
}
