package nethcti

import (
	"maps"
	"slices"

	"github.com/patchcord/patchcord/pbxws"
)

// hearRinging takes what the PBX knows of somebody who calls us.
func (b *board) hearRinging(c caller) bool {
	var fields []pbxws.Field
	for _, name := range slices.Sorted(maps.Keys(c.Contact)) {
		if value := c.Contact[name]; value != "" && name != "id" && name != "owner_id" && name != "source" && name != "type" {
			fields = append(fields, pbxws.Field{Name: name, Value: string(value)})
		}
	}
	for _, n := range c.Notes {
		if n["text"] != "" {
			fields = append(fields, pbxws.Field{Name: "note of " + string(n["creator"]), Value: string(n["text"])})
		}
	}
	if len(fields) > 0 {
		b.emit(pbxws.CustomerFound{Incoming: true, Fields: fields})
	}
	return c.Called != ""
}

// endings are the PBX's words for why a call ended, those of Asterisk.
var endings = map[text]pbxws.Cause{
	"normal_clearing":          {Ending: pbxws.EndedThere},
	"user_busy":                {Ending: pbxws.EndedBusy, Code: 486},
	"no_user_response":         {Ending: pbxws.EndedNoAnswer, Code: 408},
	"no_answer":                {Ending: pbxws.EndedNoAnswer, Code: 480},
	"call_rejected":            {Ending: pbxws.EndedDeclined, Code: 603},
	"answered_elsewhere":       {Ending: pbxws.EndedElsewhere},
	"unallocated":              {Ending: pbxws.EndedNotFound, Code: 404},
	"no_route_destination":     {Ending: pbxws.EndedNotFound, Code: 404},
	"normal_temporary_failure": {Ending: pbxws.EndedRefused, Reason: "temporary failure"},
	"switch_congestion":        {Ending: pbxws.EndedRefused, Reason: "no line was free"},
}

// hearHangup takes the end of a call of one of our telephones. Calls that ended as calls do need no word, and
// of those at the gateway it has told us.
func (b *board) hearHangup(e ended) bool {
	if e.Exten == "" {
		return false
	}
	cause, known := endings[e.Cause]
	if !known && e.Cause != "" && e.Cause != "not_defined" {
		cause = pbxws.Cause{Ending: pbxws.EndedUnknown, Reason: string(e.Cause)}
	}
	if !b.own(string(e.Exten)) || b.registered && string(e.Exten) == b.here || cause.Ending == pbxws.EndedThere || cause == (pbxws.Cause{}) {
		return true
	}
	number := plain(e.Called)
	if number == string(e.Exten) || number == "" {
		number = plain(e.Number)
	}
	peer := pbxws.Party{Number: number}
	if number != "" {
		peer.Name = b.nameOf(b.account(number))
	}
	b.emit(pbxws.DeskEnded{Device: pbxws.AccountID(e.Exten), Peer: peer, Cause: cause})
	return true
}

// hearMailbox takes the counts of mailboxes of ours.
func (b *board) hearMailbox(boxes table[struct {
	New number `json:"inbox"`
	Old number `json:"old"`
}]) bool {
	for id, box := range boxes {
		if b.ourMailbox(text(id)) || len(boxes) == 1 {
			b.mwi = pbxws.MWI{New: int(max(0, box.New)), Old: int(max(0, box.Old))}
			b.emit(pbxws.MWIChanged{MWI: b.mwi})
		}
	}
	return len(boxes) > 0
}

// hearMailCount takes the count of a mailbox of anybody's. Of one that was read or emptied it comes
// without a word.
func (b *board) hearMailCount(m struct {
	Mailbox text   `json:"voicemail"`
	Count   number `json:"counter"`
}) bool {
	switch {
	case m.Mailbox == "":
		b.recount = true
	case b.ourMailbox(m.Mailbox):
		b.mwi.New = int(max(0, m.Count))
		b.emit(pbxws.MWIChanged{MWI: b.mwi})
	}
	return true
}

func (b *board) ourMailbox(id text) bool {
	return slices.ContainsFunc(b.me.Endpoints.Voicemail, func(d device) bool { return d.ID == id }) || pbxws.AccountID(id) == b.self
}

// hearAvatar takes a picture of a person, which is not shown.
func (b *board) hearAvatar(a struct {
	User    text   `json:"username"`
	Picture length `json:"avatar"`
}) bool {
	of := string(a.User)
	if p, ok := b.people[of]; ok && p.Name != "" {
		of = string(p.Name)
	}
	b.emit(pbxws.PictureSent{Of: of, Size: int(a.Picture.n)})
	return a.User != ""
}

// hearCamera takes a picture of a camera. The server sends each one once for every person who is signed in.
func (b *board) hearCamera(s struct {
	Streaming struct {
		Source text   `json:"source"`
		Image  length `json:"image"`
	} `json:"streaming"`
}) bool {
	source := string(s.Streaming.Source)
	if last, known := b.pictures[source]; source != "" && (!known || last != s.Streaming.Image.sum) && hasRoom(b, b.pictures, eventStreaming, source, maxCameras) {
		b.pictures[source] = s.Streaming.Image.sum
		b.emit(pbxws.PictureSent{Of: source, Camera: true, Size: s.Streaming.Image.n})
	}
	return source != ""
}

// hearAlarm takes an alarm about a queue.
func (b *board) hearAlarm(a struct {
	Queue  text `json:"queue"`
	Alarm  text `json:"alarm"`
	Status text `json:"status"`
}) bool {
	b.emit(pbxws.QueueAlarm{Queue: pbxws.AccountID(a.Queue), What: string(a.Alarm), On: a.Status != "recovery" && a.Status != "ok"})
	return a.Alarm != ""
}
