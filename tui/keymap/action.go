package keymap

import "slices"

// Action is what a key stands for. The known ones are declared here with their words; the keys
// live in keymap.toml and nowhere else.
type Action string

// The actions. DialDigit is a pseudo action: it stands for the telephone's own keys 0-9 * # +,
// and the key itself says which of them was pressed.
const (
	CallDial     Action = "call.dial"
	CallRedial   Action = "call.redial"
	CallAgain    Action = "call.again"
	DialDigit    Action = "dial.digit"
	CallAnswer   Action = "call.answer"
	CallReject   Action = "call.reject"
	RingSilence  Action = "ring.silence"
	CallHangup   Action = "call.hangup"
	CallHold     Action = "call.hold"
	CallResume   Action = "call.resume"
	CallSwap     Action = "call.swap"
	CallTransfer Action = "call.transfer"
	CallConsult  Action = "call.consult"
	CallJoin     Action = "call.join"
	CallLink     Action = "call.link"
	CallPark     Action = "call.park"
	CallRecord   Action = "call.record"
	CallKeep     Action = "call.keep"
	CallMute     Action = "call.mute"
	CallNote     Action = "call.note"
	CallNext     Action = "call.next"
	DNDToggle    Action = "dnd.toggle"

	ConsultComplete Action = "consult.complete"
	ConsultDrop     Action = "consult.drop"

	GridFind     Action = "grid.find"
	GridFilter   Action = "grid.filter"
	GridGroup    Action = "grid.group"
	GridPage     Action = "grid.page"
	GridPageBack Action = "grid.page-back"
	GridSort     Action = "grid.sort"
	MoveUp       Action = "move.up"
	MoveDown     Action = "move.down"
	MoveLeft     Action = "move.left"
	MoveRight    Action = "move.right"
	MovePageUp   Action = "move.page-up"
	MovePageDown Action = "move.page-down"
	MoveFirst    Action = "move.first"
	MoveLast     Action = "move.last"
	MenuOpen     Action = "menu.open"

	PersonPickup Action = "person.pickup"
	PersonWatch  Action = "person.watch"
	PersonCopy   Action = "person.copy"
	PersonMark   Action = "person.bookmark"
	PersonPage   Action = "person.page"

	ViewPeople    Action = "view.people"
	ViewHistory   Action = "view.history"
	ViewBook      Action = "view.book"
	ViewVoicemail Action = "view.voicemail"
	ViewParked    Action = "view.parked"
	ViewQueues    Action = "view.queues"
	ViewWallboard Action = "view.wallboard"
	ViewNext      Action = "view.next"
	ViewPrevious  Action = "view.previous"
	ViewQuality   Action = "view.quality"
	QualityExport Action = "quality.export"
	PathNew       Action = "path.new"
	ViewDevices   Action = "view.devices"
	ViewTrace     Action = "view.trace"
	TraceFilter   Action = "trace.filter"
	TraceToggle   Action = "trace.toggle"
	TraceSystem   Action = "trace.system"
	ViewApps      Action = "view.apps"
	LinkReconnect Action = "link.reconnect"
	Command       Action = "command"
	ShowHelp      Action = "help"
	Back          Action = "back"
	Quit          Action = "quit"
	Detach        Action = "detach"
	Redraw        Action = "redraw"
	Suspend       Action = "suspend"

	AppsSession Action = "apps.session"
	AppsFollow  Action = "apps.follow"
	AppsFilter  Action = "apps.filter"
	AppsCompose Action = "apps.compose"
	AppsUnlock  Action = "apps.unlock"
	AppsRedact  Action = "apps.redact"
	AppsSave    Action = "apps.save"
	AppsArchive Action = "apps.archive"
	AppsMeasure Action = "apps.measure"
	AppsFind    Action = "apps.find"
	AppsAll     Action = "apps.all"
	AppsCopy    Action = "apps.copy"
	AppsPager   Action = "apps.pager"
	AppsEditor  Action = "apps.editor"
	AppsCrypto  Action = "apps.crypto"
	AppsDoctor  Action = "apps.doctor"
	AppsFold    Action = "apps.fold"
	AppsLoad    Action = "apps.load"
	AppsReplay  Action = "apps.replay"
	AppsDrop    Action = "apps.drop"
	AppsConnect Action = "apps.connect"
	AppsCall    Action = "apps.call"

	ViewSetup     Action = "view.setup"
	SetupNext     Action = "setup.next"
	SetupPrevious Action = "setup.previous"
	SetupContinue Action = "setup.continue"
	SetupTry      Action = "setup.try"
	SetupStop     Action = "setup.stop"
	SetupPractice Action = "setup.practice"
	SetupLeave    Action = "setup.leave"

	DeviceUse    Action = "device.use"
	DeviceTest   Action = "device.test"
	DeviceNext   Action = "device.next"
	DeviceTake   Action = "device.take"
	SoundPlay    Action = "sound.play"
	SoundRestart Action = "sound.restart"
	VolumeDown   Action = "volume.down"
	VolumeUp     Action = "volume.up"

	FieldAccept   Action = "field.accept"
	FieldCancel   Action = "field.cancel"
	FieldMode     Action = "field.mode"
	ConfirmStay   Action = "confirm.stay"
	ConfirmLeave  Action = "confirm.leave"
	ConfirmDetach Action = "confirm.detach"
	QuestionYes   Action = "question.yes"
	QuestionNo    Action = "question.no"
)

// wording is what people read of an action.
type wording struct {
	action      Action
	hint        string
	help        string
	destructive bool
}

var wordings = []wording{
	{CallDial, "dial", "open the field for a number or a name to call", false},
	{CallRedial, "redial", "call the last number again", false},
	{CallAgain, "call again", "end the selected call and call the same number again", true},
	{DialDigit, "digits", "in a call, a tone for the other side; otherwise the start of a number", false},
	{CallAnswer, "answer", "answer the ringing call; the active call goes on hold first", false},
	{CallReject, "reject", "refuse the call that rings", true},
	{RingSilence, "silence", "silence the ringing here; the caller hears no difference", false},
	{CallHangup, "hang up", "end the selected call", true},
	{CallHold, "hold", "put the other side on hold, or resume", false},
	{CallResume, "resume", "resume the selected call", false},
	{CallSwap, "swap", "hold the active call and resume the other one", false},
	{CallTransfer, "transfer", "send the other side to another number now, and leave the call", false},
	{CallConsult, "ask first", "call somebody first while the other side waits, then put them through or go back", false},
	{CallJoin, "join", "join all calls and yourself in a conference; split one that runs on this phone", false},
	{CallLink, "link", "connect the two callers with each other and leave; asks first", false},
	{CallPark, "park", "park the call at a parking place, where anybody can pick it up", false},
	{CallRecord, "record", "have the PBX record the call, or stop it", false},
	{CallKeep, "record here", "record the call to your own file, them left and you right, or stop", false},
	{CallMute, "mute", "mute or unmute your microphone; nobody is told", false},
	{CallNote, "note", "write a line about the call, or about the last one; the history keeps it", false},
	{CallNext, "next call", "select the next call; call keys act on the selected one", false},
	{DNDToggle, "dnd", "switch do-not-disturb on or off at the PBX", false},

	{ConsultComplete, "put through", "connect the waiting caller with the one you asked, and leave", false},
	{ConsultDrop, "back", "hang up on the one you asked and go back to the waiting caller", true},

	{GridFind, "find", "search people by name or number", false},
	{GridFilter, "filter", "show only extensions of one state, then of the next", false},
	{GridGroup, "group", "show only your bookmarks, page by page, then only queues and rooms, then everybody", false},
	{GridPage, "next page", "show the next page of your bookmarks", false},
	{GridPageBack, "previous page", "show the previous page of your bookmarks", false},
	{GridSort, "sort", "sort by name, or by number again", false},
	{MoveUp, "up", "move up", false},
	{MoveDown, "down", "move down", false},
	{MoveLeft, "left", "move left", false},
	{MoveRight, "right", "move right", false},
	{MovePageUp, "page up", "move up by a page", false},
	{MovePageDown, "page down", "move down by a page", false},
	{MoveFirst, "first", "move to the first one", false},
	{MoveLast, "last", "move to the last one", false},
	{MenuOpen, "menu", "what you can do with the selected item, the usual thing first", false},

	{PersonPickup, "pick up", "answer the call that rings at the selected person", false},
	{PersonWatch, "watch", "tell me when the selected person is free, or stop that", false},
	{PersonMark, "bookmark", "bookmark the selected person, or remove the bookmark", false},
	{PersonPage, "page", "bookmark the selected person on a named page, or move the bookmark there", false},
	{PersonCopy, "copy", "copy the selected number to the terminal's clipboard", false},

	{ViewPeople, "extensions", "show the extensions", false},
	{ViewHistory, "history", "show past calls, missed ones marked; Enter calls back", false},
	{ViewBook, "phone book", "show the phone book; Enter calls", false},
	{ViewVoicemail, "voicemail", "show the messages in your mailbox; the space bar plays one, Enter calls back", false},
	{ViewParked, "parked", "show who is parked; Enter takes the call", false},
	{ViewQueues, "queues", "show the queues: who waits, and how long", false},
	{ViewWallboard, "wallboard", "show a line for each queue: how many wait, the longest wait, what the agents do", false},
	{ViewNext, "next view", "go to the next view", false},
	{ViewPrevious, "previous view", "go to the previous view", false},
	{ViewQuality, "quality", "how the call sounds both ways, and where it breaks", false},
	{QualityExport, "export report", "write the figures of this call to a file, without names or secrets", false},
	{PathNew, "new path", "move the call's audio to another network path; the call goes on", false},
	{ViewDevices, "devices", "microphones, speakers and ringers: list them, test them, choose one", false},
	{ViewTrace, "trace", "show the messages between this phone and the PBX, or go back", false},
	{TraceFilter, "filter", "show only messages with these words, or whose key says so: mt=hold, mt!=Ping*", false},
	{TraceToggle, "record", "start or stop recording the messages", false},
	{TraceSystem, "system", "show only the messages of one PBX, then of the next, where there are several", false},
	{ViewApps, "appwebsocket", "show the AppWebsocket sessions and what they say, or go back", false},
	{LinkReconnect, "reconnect", "try to reach the PBX again now", false},
	{Command, "command", "type a command by name, such as :tour; Tab completes it", false},
	{ShowHelp, "help", "list the keys that work here", false},
	{Back, "back", "close the box, clear the filter, leave the view; never ends a call", false},
	{Quit, "quit", "go back; at the top leave, and ask first while calls are up", false},
	{Detach, "leave the screen", "leave the screen; the phone and its calls go on, where it is a process of its own", false},
	{Redraw, "redraw", "redraw the whole screen", false},
	{Suspend, "suspend", "stop Patchcord until you type fg in the shell; not during a call", false},

	{AppsSession, "session", "select the next AppWebsocket session", false},
	{AppsFollow, "follow", "follow the newest message, or stand still", false},
	{AppsFilter, "filter", "show only messages like api=RCC mt!=Ping* src=c7 dir=rx, or with these words", false},
	{AppsCompose, "compose", "write a message and send it; the pane must be unlocked", false},
	{AppsUnlock, "unlock", "allow sending messages and seeing secrets, or forbid it again", false},
	{AppsRedact, "redact", "show the secrets in messages, or hide them; the pane must be unlocked", false},
	{AppsSave, "export", "save what the session said as JSON lines", false},
	{AppsArchive, "export HAR", "save what the session said as a browser's archive of requests (HAR)", false},
	{AppsMeasure, "measure", "list the slowest requests, and the conversations by src with how long they lasted", false},
	{AppsFind, "find session", "select a session by part of its name, app or address", false},
	{AppsAll, "all sessions", "list the messages of all sessions in the order of their time, or those of one again", false},
	{AppsCopy, "copy message", "copy the selected message to the terminal's clipboard, without secrets unless they are shown", false},
	{AppsPager, "pager", "show the selected message in $PAGER", false},
	{AppsEditor, "editor", "open the selected message in $EDITOR; what you change there is the next message's draft", false},
	{AppsCrypto, "decrypt", "decrypt, encrypt and hash with the session key of the selected message; the pane must be unlocked", false},
	{AppsDoctor, "examine login", "use the password to find out how the digest of the selected login was made", false},
	{AppsFold, "fold", "unfold the selected handshake or KeepAlive messages, or fold them again", false},
	{AppsLoad, "open record", "show a saved record as a session of its own", false},
	{AppsReplay, "replay", "send again what was sent in this record, or stop that; the pane must be unlocked", false},
	{AppsDrop, "drop record", "remove an opened record from the list", false},
	{AppsConnect, "connect now", "have the selected session try to connect at once", false},
	{AppsCall, "to the call", "go to the call that the message is about: its card, and how it sounds", false},

	{ViewSetup, "setup", "set up a PBX: enter, test and save its profile", false},
	{SetupNext, "next field", "test this line and go to the next one", false},
	{SetupPrevious, "back", "go to the previous line", false},
	{SetupContinue, "continue", "finish the line, and after the last one the step; calls the number, saves", false},
	{SetupTry, "try again", "test the line once more, play the test tone, look for devices again", false},
	{SetupStop, "stop", "stop the test or the test call; otherwise go a step back", false},
	{SetupPractice, "practise", "open the practice telephone system on this machine instead", false},
	{SetupLeave, "leave", "leave the form without saving", false},

	{DeviceUse, "use", "use the selected device from now on, also during a call", false},
	{DeviceTest, "test", "play a test sound on the selected speaker or ringer", false},
	{DeviceNext, "next kind", "go to the speakers, the ringers, the microphones", false},
	{DeviceTake, "use it again", "use the device that is back again", false},
	{SoundPlay, "play", "play the selected message, or the recording of the selected call; stop it", false},
	{SoundRestart, "from the start", "play the selected message or recording from the start", false},

	{VolumeDown, "softer", "make the speaker softer, or the selected ringer", false},
	{VolumeUp, "louder", "make the speaker louder, or the selected ringer", false},

	{FieldAccept, "accept", "accept what is in the field", false},
	{FieldCancel, "cancel", "close the field and change nothing", false},
	{FieldMode, "other way", "transfer at once or ask first; in a search, what can be done; in the command line, complete the word", false},
	{ConfirmStay, "stay", "stay, and change nothing", false},
	{ConfirmLeave, "hang up and leave", "end every call and leave", true},
	{ConfirmDetach, "leave, calls go on", "leave; the phone goes on, with its calls", false},
	{QuestionYes, "yes", "yes, do it", true},
	{QuestionNo, "no", "no, change nothing", false},
}

// All lists every action, related ones together.
func All() []Action {
	all := make([]Action, len(wordings))
	for i, w := range wordings {
		all[i] = w.action
	}
	return all
}

// Hint is the action in a word or two, for the hint line; empty for an unknown action.
func (a Action) Hint() string { return a.words().hint }

// Help is the action in a line, for the list of keys; empty for an unknown action.
func (a Action) Help() string { return a.words().help }

// Destructive reports whether the action ends a call. Such an action is refused on Esc, which
// people press to get out of things, and on a single Ctrl key, which they press by habit.
func (a Action) Destructive() bool { return a.words().destructive }

func (a Action) known() bool { return a.words().action == a && a != "" }

func (a Action) words() wording {
	i := slices.IndexFunc(wordings, func(w wording) bool { return w.action == a })
	if i < 0 {
		return wording{}
	}
	return wordings[i]
}

// Stride is how far a key moves in a list of so many rows of which a page is in sight.
func (a Action) Stride(page, rows int) int {
	switch a {
	case MoveUp:
		return -1
	case MoveDown:
		return 1
	case MovePageUp:
		return -page
	case MovePageDown:
		return page
	case MoveFirst:
		return -rows
	case MoveLast:
		return rows
	}
	return 0
}
