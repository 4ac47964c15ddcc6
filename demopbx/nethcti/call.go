package nethcti

import "github.com/patchcord/patchcord/demopbx/exchange"

// stage is how far a call has come, as its users were told.
type stage uint8

const (
	rings stage = iota + 1
	talks
)

// CallChanged implements exchange.Front: both ends have a new conversation, and who has signed in hears of
// their own calls besides.
func (f *Front) CallChanged(c *exchange.Call) {
	f.AccountChanged(c.Caller.Account)
	f.AccountChanged(c.Callee.Account)
	switch at := f.stages[c]; {
	case c.Over:
		delete(f.stages, c)
		if at != 0 {
			f.tellHangup(c)
		}
	case at == 0 && c.Ringing():
		f.stages[c] = rings
		f.tellRinging(c)
	case at == rings && !c.Ringing():
		f.stages[c] = talks
		f.tellConnected(&c.Caller, "out", c)
		f.tellConnected(&c.Callee, "in", c)
	}
}

// telephone is the number of the telephone at which an account has a call.
func (f *Front) telephone(a *exchange.Account, c *exchange.Call) string {
	if f.desks[a] != nil && f.atGateway(a, c) {
		return webRTCPrefix + a.Number
	}
	return a.Number
}

func (f *Front) tellRinging(c *exchange.Call) {
	callee := c.Callee.Account
	if f.desks[callee] == nil {
		return
	}
	f.tellUser(callee, "extenRinging", struct {
		Called     string `json:"numCalled"`
		Number     string `json:"callerNum"`
		Name       string `json:"callerName"`
		Conference bool   `json:"callerHasConf"`
	}{f.telephone(callee, c), c.Caller.Party.Number, c.Caller.Party.Name, false})
}

func (f *Front) tellConnected(own *exchange.End, direction string, c *exchange.Call) {
	a := own.Account
	if f.desks[a] == nil {
		return
	}
	number := f.telephone(a, c)
	view := f.conversation(c, a, number, viewer{})
	f.tellUser(a, "extenConnected", map[string]string{"extenConnected": number})
	f.tellUser(a, "extenConvConnected", struct {
		Near      string `json:"num1"`
		Far       string `json:"num2"`
		Direction string `json:"direction"`
		Unique    string `json:"uniqueid"`
		Linked    string `json:"linkedid"`
		Trunk     bool   `json:"throughTrunk"`
	}{number, view.Number, direction, view.Unique, view.Linked, view.ThroughTrunk})
}

func (f *Front) tellHangup(c *exchange.Call) {
	cause := "normal_clearing"
	if c.Ringing() || c.Answered.IsZero() {
		cause = "no_answer"
	}
	for _, own := range []*exchange.End{&c.Caller, &c.Callee} {
		if f.desks[own.Account] == nil {
			continue
		}
		f.tellUser(own.Account, "extenHangup", struct {
			Cause  string `json:"cause"`
			Number string `json:"callerNum"`
			Exten  string `json:"channelExten"`
			Called string `json:"calledNum"`
		}{cause, c.Caller.Party.Number, f.telephone(own.Account, c), c.Callee.Party.Number})
	}
}
