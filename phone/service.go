package phone

import (
	"slices"
	"strings"
	"time"
	"unicode"

	"github.com/patchcord/patchcord/pbxws"
)

// What a person wants of queues, presence, telephones and calls of others.
type (
	// AnswerQuestion answers what a sign-in wants to know, and tries again with it.
	AnswerQuestion struct {
		Link LinkID
		Text string
	}
	// SetPresence says what happens to our calls; To is only for a word that sends them elsewhere.
	SetPresence struct {
		Link     LinkID
		When     pbxws.PresenceWhen
		Word, To string
	}
	// JoinQueue takes the calls of a queue, or no longer.
	JoinQueue struct {
		Queue Account
		On    bool
	}
	// PauseQueue gets no calls of a queue for now, of all queues where it is empty.
	PauseQueue struct {
		Queue  Account
		On     bool
		Reason string
	}
	// TakeWaiting takes the one who waits in a queue for the longest, or the one who is named.
	TakeWaiting struct {
		Queue  Account
		Caller pbxws.CallID
	}
	// Listen hears the call of a colleague, Intrude speaks in it too.
	Listen  struct{ Account Account }
	Intrude struct{ Account Account }
	// ChooseTelephone has calls that the PBX places begin at one of our telephones.
	ChooseTelephone struct{ Device Account }
)

func (AnswerQuestion) intent()  {}
func (SetPresence) intent()     {}
func (JoinQueue) intent()       {}
func (PauseQueue) intent()      {}
func (TakeWaiting) intent()     {}
func (Listen) intent()          {}
func (Intrude) intent()         {}
func (ChooseTelephone) intent() {}

func (i AnswerQuestion) at() LinkID  { return i.Link }
func (i SetPresence) at() LinkID     { return i.Link }
func (i JoinQueue) at() LinkID       { return i.Queue.Link }
func (i PauseQueue) at() LinkID      { return i.Queue.Link }
func (i TakeWaiting) at() LinkID     { return i.Queue.Link }
func (i Listen) at() LinkID          { return i.Account.Link }
func (i Intrude) at() LinkID         { return i.Account.Link }
func (i ChooseTelephone) at() LinkID { return i.Device.Link }

// maxAnswer bounds what is typed as an answer or a reason, in bytes.
const maxAnswer = 200

// refusesQueue says that there is no such queue, or that we may not see whether there is.
func (s Snapshot) refusesQueue(id pbxws.AccountID) string {
	_, known := s.PBX.Queues.Get(id)
	return firstOf(unless(known || !s.PBX.Denies(pbxws.AreaQueues), "you may not see the queues"), unless(known, "there is no queue "+string(id)))
}

// refusesTelephone says that we have no such telephone.
func (s Snapshot) refusesTelephone(id pbxws.AccountID) string {
	for _, t := range s.PBX.Telephones {
		if t.ID == id {
			return ""
		}
	}
	return "you have no telephone " + string(id)
}

// refusesOthers refuses a call of others that is not up, or that is ours.
func (s Snapshot) refusesOthers(id pbxws.AccountID) string {
	c, ok := s.PBX.CallOf(id)
	return firstOf(unless(ok && c.Phase != pbxws.PhaseAlerting, "nobody talks at "+string(id)), unless(!s.PBX.OwnCall(c), "that call is yours"))
}

// isLine says what is wrong with a text; empty is what is said of an empty one.
func isLine(text, empty string) string {
	return firstOf(unless(strings.TrimSpace(text) != "", empty),
		unless(len(text) <= maxAnswer && !strings.ContainsFunc(text, unicode.IsControl), "write one line, of at most 200 letters"))
}

// takeWaiting takes a caller out of a queue: the one who is named, or who waits longest.
func (k *link) takeWaiting(queue pbxws.AccountID, caller pbxws.CallID) {
	callers := k.pbx.Queues.At(queue).Callers
	at := max(0, slices.IndexFunc(callers, func(c pbxws.QueueCaller) bool { return c.ID == caller }))
	k.bring(pbxws.TakeWaiting{Queue: queue, Caller: callers[at].ID}, callers[at].Party)
}

// expectedFor is how long a call that we ordered is waited for.
const expectedFor = 15 * time.Second

// expectation is a call that we ordered to our telephone: with whom, and until when it may come.
type expectation struct {
	party pbxws.Party
	until time.Time
}

// bring orders a call to our telephone. Where that is this phone, it is answered as it comes.
func (k *link) bring(c pbxws.Command, with pbxws.Party) {
	k.expected = expectation{with, k.desk.now.Add(expectedFor)}
	k.send(c)
}

// ordered reports, once, that an incoming call is the one that was ordered. Any other call rings, for
// nobody knows who calls.
func (k *link) ordered(from pbxws.Party) bool {
	e := k.expected
	if !k.desk.now.Before(e.until) || e.party.Number == "" || !k.home().SameNumber(from.Number, e.party.Number) {
		return false
	}
	k.expected = expectation{}
	return true
}

// answer hands the answer of a person to the sign-in that asked, and tries again.
func (k *link) answer(text string) {
	give := k.question
	k.question, k.Asks = nil, Question{}
	give(strings.TrimSpace(text))
	k.dial()
}

// askPerson notes what a failed sign-in wants to know.
func (k *link) askPerson(q *pbxws.Question) {
	k.question, k.Asks = nil, Question{}
	if q != nil {
		k.question, k.Asks = q.Answer, Question{Label: q.Label, Help: q.Help}
	}
}

// Question is what a sign-in wants to know of a person.
type Question struct {
	Label string `json:"label,omitempty"`
	Help  string `json:"help,omitempty"`
}

// servedWords say of a command of this file what came about, and what did not.
func servedWords(c pbxws.Command) (done, undone string) {
	switch c := c.(type) {
	case pbxws.SetPresence:
		when := [...]string{pbxws.PresenceNow: "", pbxws.PresenceBusy: " while you are busy", pbxws.PresenceUnavailable: " when you do not answer"}[c.When]
		return "your presence" + when + " is " + oneLine(c.Presence.String()), "your presence" + when + " was not changed"
	case pbxws.JoinQueue:
		return either(c.On, "you take the calls of "+string(c.Queue), "you are out of "+string(c.Queue)),
			either(c.On, "you were not added to "+string(c.Queue), "you were not taken out of "+string(c.Queue))
	case pbxws.PauseQueue:
		in := " in all queues"
		if c.Queue != "" {
			in = " in " + string(c.Queue)
		}
		return either(c.On, "you are paused"+in, "you are ready"+in), either(c.On, "you were not paused"+in, "your pause was not ended"+in)
	case pbxws.TakeWaiting:
		return "you get the caller from " + string(c.Queue), "no caller was taken from " + string(c.Queue)
	case pbxws.Listen:
		return "your telephone rings; pick it up to listen", "you cannot listen"
	case pbxws.Intrude:
		return "your telephone rings; pick it up to join the call", "you cannot join the call"
	case pbxws.ChooseDevice:
		return "calls begin at " + string(c.Device), "the telephone was not chosen"
	case pbxws.DeskPark:
		return "the call of your desk phone is parked", "the call of your desk phone was not parked"
	case pbxws.DeskRetrieve:
		return "the PBX has your telephone ring with the parked call", "the parked call was not taken"
	case pbxws.DeskPickup:
		return "the call of " + string(c.Account) + " comes to your telephone", "the call was not picked up"
	case pbxws.DeskRecord:
		return "", either(c.On, "the call is not recorded", "the recording goes on")
	}
	return "", ""
}

// alarmed tells of an alarm of a queue, or of its end.
func (k *link) alarmed(e pbxws.QueueAlarm) {
	text := "alarm of queue " + string(e.Queue) + ": " + oneLine(e.What)
	if !e.On {
		text = "over: " + text
	}
	k.say(GradeWarn, text)
}

// dialWanted places the call that the person asked for elsewhere.
func (k *link) dialWanted(to string) {
	if why := k.desk.view().Refuses(Dial{To: to, Link: k.ID}); why != "" {
		k.say(GradeWarn, "the PBX asked this phone to call "+oneLine(to)+": "+why)
		return
	}
	k.say(GradeInfo, "the PBX has this phone call "+oneLine(to))
	k.desk.place(k, to)
	k.dialCameAbout(to)
}

// answerWanted answers the call that rings, which the person did elsewhere.
func (k *link) answerWanted() {
	if g, ok := k.desk.view().Alerting(); ok && g.Place == Here && g.Link == k.ID {
		k.desk.choose(g)
		k.desk.want(g.ID, wantAnswer{})
		return
	}
	k.say(GradeWarn, "the PBX wants a call answered here, but none rings")
}

func pictureWords(e pbxws.PictureSent) string {
	switch {
	case e.Camera:
		return "the camera " + oneLine(e.Of) + " sent a picture, which is not shown here"
	case e.Size == 0:
		return oneLine(e.Of) + " has no picture any more"
	}
	return oneLine(e.Of) + " has a new picture, which is not shown here"
}
