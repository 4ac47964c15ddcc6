package record

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/patchcord/patchcord/appws"
)

// Bounds of the vendor's C++ peers.
const (
	// maxFrame is the longest websocket frame that older ones accept, maxValues how many JSON values one
	// message may have, nearLimit from where on a message is close to appws.MaxMessage.
	maxFrame  = 16384
	maxValues = 3000
	nearLimit = appws.MaxMessage - appws.MaxMessage/16
)

// Warnings say what of a message works with browsers and this package and breaks at a C++ peer, each in
// a sentence; nil for nothing.
func Warnings(text []byte) []string {
	var list []string
	switch n := len(text); {
	case n > appws.MaxMessage:
		list = append(list, fmt.Sprintf("It has %d bytes; C++ peers take at most %d.", n, appws.MaxMessage))
	case n >= nearLimit:
		list = append(list, fmt.Sprintf("It is %d bytes below the %d that C++ peers take.", appws.MaxMessage-n, appws.MaxMessage))
	case n > maxFrame:
		list = append(list, fmt.Sprintf("It has %d bytes; older C++ peers take at most %d in one frame, so it must go in parts.", n, maxFrame))
	}
	c := content{d: json.NewDecoder(bytes.NewReader(text))}
	c.d.UseNumber()
	if err := c.value(); err != nil && !errors.Is(err, io.EOF) {
		return list
	}
	if c.zero {
		list = append(list, "A text in it has U+0000, where texts of a C++ peer end.")
	}
	if c.number != "" {
		list = append(list, fmt.Sprintf("The member %.40q is named like an integer: JavaScript moves it to the front, which changes what is hashed.", c.number))
	}
	if c.twice != "" {
		list = append(list, fmt.Sprintf("The member %.40q is there twice: JavaScript keeps the last, others the first.", c.twice))
	}
	if c.values > maxValues {
		list = append(list, fmt.Sprintf("It has %d JSON values; C++ peers take about %d.", c.values, maxValues))
	}
	return list
}

// content is what a message has in it.
type content struct {
	d             *json.Decoder
	values, depth int
	zero          bool
	number, twice string // names of members, the first of each
}

// maxDepth bounds how deep values nest.
const maxDepth = 128

var errDepth = errors.New("it nests too deep")

func (c *content) value() error {
	token, err := c.d.Token()
	if err != nil {
		return err
	}
	c.values++
	if c.depth++; c.depth > maxDepth {
		return errDepth
	}
	defer func() { c.depth-- }()
	switch token := token.(type) {
	case string:
		c.text(token)
	case json.Delim:
		names := map[string]bool{}
		for c.d.More() {
			if token == '{' {
				if err := c.name(names); err != nil {
					return err
				}
			}
			if err := c.value(); err != nil {
				return err
			}
		}
		_, err = c.d.Token() // its end
	}
	return err
}

func (c *content) name(names map[string]bool) error {
	token, err := c.d.Token()
	name, _ := token.(string)
	if err != nil {
		return err
	}
	c.text(name)
	if names[name] && c.twice == "" {
		c.twice = name
	}
	names[name] = true
	if c.number == "" && isIntegerLike(name) {
		c.number = name
	}
	return nil
}

func (c *content) text(s string) { c.zero = c.zero || strings.ContainsRune(s, 0) }

// isIntegerLike reports whether JavaScript takes a name for an index: an integer as it would write it.
func isIntegerLike(name string) bool {
	return name == "0" || name != "" && name[0] != '0' && len(name) <= 10 && strings.Trim(name, "0123456789") == ""
}

// noEcho is the warning of a result that does not have the src of its request.
const noEcho = "The request had a src and this result has none: a client that has asked twice cannot tell the answers apart."
