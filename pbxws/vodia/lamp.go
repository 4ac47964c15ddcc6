package vodia

import (
	"strings"

	"github.com/patchcord/patchcord/pbxws"
	"github.com/patchcord/patchcord/pbxws/vodia/wire"
)

// handleLamps takes lamps.
func (t *translator) handleLamps(lamps []wire.BLFState) {
	for _, m := range lamps {
		t.handleLamp(m)
	}
}

// handleLamp takes a lamp. Words for its state are those of RFC 4235 and of the PBX's other frames;
// numbers are SIP codes.
func (t *translator) handleLamp(m wire.BLFState) {
	blf, ok := lampOfWord(m.State)
	if m.Account == "" || !ok {
		t.emit(pbxws.Unrecognized{Name: "blf", Why: "it tells no account or no state that is known"})
		return
	}
	if !t.hasRoomFor("blf", m.Account) {
		return
	}
	t.note(m.Account, func(a *account) { a.blf = blf })
	t.emit(pbxws.AccountChanged{Patch: pbxws.AccountPatch{ID: pbxws.AccountID(m.Account), BLF: &blf}})
}

// lampOf reads an account's line state: busy by its code or its calls; alerting if all those calls
// are still ringing.
func lampOf(e wire.AccountEntry) pbxws.BLF {
	if len(e.Calls) == 0 {
		if e.Code != "" {
			return pbxws.BLFBusy
		}
		return pbxws.BLFIdle
	}
	for _, c := range e.Calls {
		if !alertingWord(c.State) {
			return pbxws.BLFBusy
		}
	}
	return pbxws.BLFAlerting
}

func alertingWord(state string) bool {
	switch strings.ToLower(state) {
	case "alerting", "ringing", "ringback", "early":
		return true
	}
	return false
}

func lampOfWord(state string) (pbxws.BLF, bool) {
	switch word := strings.ToLower(state); {
	case alertingWord(word), word == "180", word == "183":
		return pbxws.BLFAlerting, true
	case word == "", word == "idle", word == "free", word == "available", word == "terminated", word == "0", word == "false":
		return pbxws.BLFIdle, true
	case word == "busy", word == "connected", word == "confirmed", word == "holding", word == "onhold", word == "200", word == "486", word == "true":
		return pbxws.BLFBusy, true
	}
	return pbxws.BLFUntold, false
}
