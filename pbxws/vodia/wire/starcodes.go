package wire

import (
	"cmp"
	"regexp"
	"strings"
	"unicode"
)

// StarCodes are what is dialled in front of a number to have the PBX do something.
type StarCodes struct {
	// Park takes an orbit, as does Retrieve; Pickup takes the extension that rings.
	Park, Retrieve, Pickup string
}

// DefaultStarCodes are the vendor's own; an administrator may have changed them.
func DefaultStarCodes() StarCodes { return StarCodes{Park: "*85", Retrieve: "*86", Pickup: "*87"} }

var starCode = regexp.MustCompile(`^[*#][0-9*#]{1,7}$`)

// Read takes the reply of GET on ResourceStarCodes. Its format is not documented; it accepts a list
// of objects with a name and a code under any keys, and an object with names as keys or as values.
// What it does not understand leaves a code unchanged.
func (c *StarCodes) Read(body []byte) error {
	o, err := document(body)
	if err != nil {
		return err
	}
	if in := o.inner(""); in != nil {
		c.takePairs(in)
		if list := in.firstRaw("starcodes", "codes", "data"); list != nil {
			c.takeList(list)
		}
	} else if list := o.raw(""); list != nil {
		c.takeList(list)
	}
	return nil
}

// takePairs reads an object whose members pair a name and a code, either way round.
func (c *StarCodes) takePairs(o *object) {
	for _, m := range o.members {
		value, ok := asWord(m.value)
		switch name := string(m.key); {
		case !ok:
			if row, err := rowOf(name, m.value); err == nil { // an object that the name belongs to
				c.takeRow(row)
			}
		case starCode.MatchString(value):
			c.take(name, value)
		case starCode.MatchString(name):
			c.take(value, name)
		}
	}
}

// takeList reads a list of objects that hold a name and a code each.
func (c *StarCodes) takeList(list []byte) {
	if list[0] == '{' {
		in := object{}
		if in.split(list) == nil {
			c.takePairs(&in)
		}
		return
	}
	if list[0] != '[' {
		return
	}
	for item := range elements(list) {
		row := object{}
		if row.split(item) == nil {
			c.takeRow(&row)
		}
	}
}

// takeRow reads an object that holds a code and, under a usual key or else anywhere, its name.
func (c *StarCodes) takeRow(row *object) {
	var words, code string
	for _, m := range row.members {
		switch word, ok := asWord(m.value); {
		case !ok:
		case starCode.MatchString(word):
			code = word
		default:
			words += " " + word
		}
	}
	c.take(cmp.Or(row.first("name", "action", "function", "type", "id"), row.name, words), code)
}

// take keeps a code if its name tells what it is for.
func (c *StarCodes) take(name, code string) {
	words := strings.FieldsFunc(strings.ToLower(name), func(r rune) bool { return !unicode.IsLetter(r) })
	name = strings.Join(words, "")
	switch {
	case code == "":
	case strings.Contains(name, "retrieve"), strings.Contains(name, "unpark"), strings.Contains(name, "pickuppark"):
		c.Retrieve = code
	case strings.Contains(name, "park"):
		c.Park = code
	case strings.Contains(name, "pickup") && !strings.Contains(name, "group"):
		c.Pickup = code
	}
}
