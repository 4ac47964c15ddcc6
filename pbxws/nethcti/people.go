package nethcti

import (
	"slices"
	"strings"

	"github.com/patchcord/patchcord/pbxws"
)

// row is one entry of the directory: a person with all telephones, or a telephone that is nobody's.
type row struct {
	id      pbxws.AccountID
	user    string
	name    string
	devices []string
	// reported is the account as it was reported last.
	reported pbxws.Account
}

// enroll rebuilds the rows from the people and the extensions.
func (b *board) enroll() {
	before := b.rows
	b.rows, b.rowOf = map[pbxws.AccountID]*row{}, map[string]pbxws.AccountID{}
	for user, p := range b.people {
		id := pbxws.AccountID(p.main())
		if id == "" || b.rows[id] != nil {
			continue
		}
		r := &row{id: id, user: user, name: string(p.Name)}
		for _, d := range append(slices.Clone(p.Endpoints.Extensions), p.Endpoints.Main...) {
			if d.ID != "" && !slices.Contains(r.devices, string(d.ID)) {
				r.devices = append(r.devices, string(d.ID))
				b.rowOf[string(d.ID)] = id
			}
		}
		b.rows[id] = r
	}
	for number, e := range b.extensions {
		if _, taken := b.rowOf[number]; !taken {
			b.single(number, e)
		}
	}
	for id, r := range b.rows {
		if old := before[id]; old != nil {
			r.reported = old.reported
		}
	}
}

// single is the row of a telephone that is nobody's.
func (b *board) single(number string, e extension) *row {
	r := &row{id: pbxws.AccountID(number), name: string(e.Name), devices: []string{number}}
	b.rows[r.id] = r
	b.rowOf[number] = r.id
	return r
}

// fold makes one account of all that is known of a row.
func (b *board) fold(r *row) pbxws.Account {
	a := pbxws.Account{ID: r.id, Kind: pbxws.KindExtension, Name: r.name, BLF: pbxws.BLFIdle}
	for _, number := range r.devices {
		e, known := b.extensions[number]
		if !known {
			continue
		}
		switch e.Status {
		case statusOffline, "":
		case statusBusy, statusHold, statusBusyRinging:
			a.Registered, a.BLF = true, pbxws.BLFBusy
		case statusRinging:
			a.Registered, a.BLF = true, max(a.BLF, pbxws.BLFAlerting)
		default:
			a.Registered = true
		}
		a.DND = a.DND || bool(e.DND) || e.Status == statusDND
		if number == string(r.id) {
			a.Diverts = e.diverts()
		}
		if a.Name == "" {
			a.Name = string(e.Name)
		}
	}
	if p, ok := b.people[r.user]; ok {
		a.Presence, a.PresenceTo = p.word()
		a.DND = a.DND || a.Presence == statusDND
		a.OnBusy, a.OnUnavailable = p.OnBusy.special(), p.OnUnavailable.special()
	}
	return a
}

// computed are the words of a main presence that only repeat what the telephones do.
var computed = []text{statusOnline, statusOffline, statusBusy, statusRinging, ""}

// special is a presence other than the usual one.
func (p presence) special() pbxws.Presence {
	if p.Status == statusOnline {
		return pbxws.Presence{}
	}
	return pbxws.Presence{Word: string(p.Status), To: string(p.To)}
}

// word is what the person says of themselves, empty for what everybody is.
func (p person) word() (word, to string) {
	if !slices.Contains(computed, p.MainPresence) && p.MainPresence != p.Presence.Status {
		return string(p.MainPresence), ""
	}
	now := p.Presence.special()
	return now.Word, now.To
}

// diverts are the forwardings of a telephone.
func (e extension) diverts() []pbxws.Forward {
	var all []pbxws.Forward
	for _, f := range []struct {
		when pbxws.ForwardWhen
		to   text
	}{{pbxws.ForwardAlways, e.Forward}, {pbxws.ForwardBusy, e.ForwardBusy}, {pbxws.ForwardNoAnswer, e.ForwardAway}} {
		if f.to != "" {
			all = append(all, pbxws.Forward{When: f.when, To: string(f.to)})
		}
	}
	return all
}

// tellRow tells what is new of a row.
func (b *board) tellRow(r *row) {
	a := b.fold(r)
	if same(a, r.reported) {
		return
	}
	p := pbxws.AccountPatch{
		ID: a.ID, Kind: &a.Kind, Name: &a.Name, Registered: &a.Registered, DND: &a.DND, Presence: &a.Presence, BLF: &a.BLF,
		PresenceTo: &a.PresenceTo, OnBusy: &a.OnBusy, OnUnavailable: &a.OnUnavailable, Diverts: &a.Diverts,
	}
	r.reported = a
	b.emit(pbxws.AccountChanged{Patch: p})
	if a.ID == b.self {
		b.tellForwards(false)
	}
}

// same reports whether two accounts say the same.
func same(a, b pbxws.Account) bool {
	return a.ID == b.ID && a.Kind == b.Kind && a.Name == b.Name && a.Registered == b.Registered && a.DND == b.DND && a.Presence == b.Presence &&
		a.BLF == b.BLF && a.PresenceTo == b.PresenceTo && a.OnBusy == b.OnBusy && a.OnUnavailable == b.OnUnavailable && slices.Equal(a.Diverts, b.Diverts)
}

// tellForwards tells where the person's own calls go. Those of the telephone count, and those of the
// presence, which is how they are set from here.
func (b *board) tellForwards(always bool) {
	r := b.rows[b.self]
	if r == nil {
		return
	}
	all := slices.Clone(r.reported.Diverts)
	add := func(when pbxws.ForwardWhen, p pbxws.Presence) {
		f := pbxws.Forward{When: when, To: p.To}
		if p.To != "" && !slices.Contains(all, f) {
			all = append(all, f)
		}
	}
	add(pbxws.ForwardAlways, pbxws.Presence{To: r.reported.PresenceTo})
	add(pbxws.ForwardBusy, r.reported.OnBusy)
	add(pbxws.ForwardNoAnswer, r.reported.OnUnavailable)
	if always || !slices.Equal(all, b.forwards) {
		b.forwards = all
		b.emit(pbxws.ForwardsLoaded{Forwards: all})
	}
}

// tellDevices tells the person's telephones.
func (b *board) tellDevices() {
	var all []pbxws.Device
	for _, d := range b.devices() {
		e := b.extensions[string(d.ID)]
		name := string(d.Description)
		if name == "" {
			name = string(e.Agent)
		}
		all = append(all, pbxws.Device{ID: pbxws.AccountID(d.ID), Name: name, Kind: string(d.Type), Chosen: string(d.ID) == b.chosen})
	}
	b.emit(pbxws.DevicesLoaded{Devices: all})
}

// hearMain takes a main presence, which follows every extension.
func (b *board) hearMain(m struct {
	Main presence `json:"mainPresence"`
}) bool {
	return b.change(m.Main.User, func(p *person) { p.MainPresence = m.Main.Status })
}

// hearPresence takes a presence of one of the three kinds.
func (b *board) hearPresence(m struct {
	Now         *presence `json:"presence"`
	Busy        *presence `json:"presence_onbusy"`
	Unavailable *presence `json:"presence_onunavailable"`
}) bool {
	known := false
	for _, one := range []struct {
		to *presence
		in func(*person) *presence
	}{
		{m.Now, func(p *person) *presence { return &p.Presence }},
		{m.Busy, func(p *person) *presence { return &p.OnBusy }},
		{m.Unavailable, func(p *person) *presence { return &p.OnUnavailable }},
	} {
		if one.to != nil {
			known = true
			b.change(one.to.User, func(p *person) { *one.in(p) = *one.to })
		}
	}
	return known
}

// change changes a person. One that nobody listed is a reason to read the lists again.
func (b *board) change(user text, how func(*person)) bool {
	p, known := b.people[string(user)]
	if !known {
		b.doubtful = b.doubtful || user != ""
		return user != ""
	}
	how(&p)
	b.people[string(user)] = p
	if r := b.rows[pbxws.AccountID(p.main())]; r != nil && r.user == string(user) {
		b.tellRow(r)
	}
	return true
}

// numbers compares two account ids as numbers are.
func numbers(a, b pbxws.AccountID) int {
	if len(a) != len(b) {
		return len(a) - len(b)
	}
	return strings.Compare(string(a), string(b))
}
