package vodia

import (
	"strings"

	"github.com/patchcord/patchcord/demopbx/exchange"
	"github.com/patchcord/patchcord/pbxws"
)

// shown is a number as it stands outside the SIP headers.
func (f *Front) shown(number string) string {
	if f.o.NationalNumbers {
		number = strings.TrimPrefix(number, exchange.HomeCountry)
	}
	return number
}

// address is a party in the style of a SIP header (RFC 3261 §20.10, and §19.1.1 for what a
// telephone number adds).
func address(p pbxws.Party) string {
	uri := "sip:" + p.Number + "@" + exchange.Domain
	if exchange.IsExternal(p.Number) {
		uri += ";user=phone"
	}
	return `"` + p.Name + `" <` + uri + ">"
}

// reasons are the phrases of RFC 3261 §21.
var reasons = map[int]string{
	400: "Bad Request",
	403: "Forbidden", 404: "Not Found", 408: "Request Timeout", 415: "Unsupported Media Type",
	480: "Temporarily Unavailable", 481: "Call Does Not Exist", 482: "Loop Detected", 486: "Busy Here",
	487: "Request Terminated", 488: "Not Acceptable Here", 491: "Request Pending",
	503: "Service Unavailable", 603: "Decline",
}
