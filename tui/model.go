package tui

import (
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"github.com/patchcord/patchcord/internal/fault"
	"github.com/patchcord/patchcord/phone"
	"github.com/patchcord/patchcord/tui/apps"
	"github.com/patchcord/patchcord/tui/roster"
	"github.com/patchcord/patchcord/tui/setup"
	"github.com/patchcord/patchcord/tui/term"
)

// model is Bubble Tea's model: the scene, the view and how to reach the world. It routes
// messages; what they mean is decided in keys.go and the files of the panes.
type model struct {
	scene scene
	view  view

	phone Phone
	// apps is nil where there are no sessions.
	apps    Apps
	records apps.Records
	// history is nil where no calls are kept.
	history History
	now     func() time.Time
	// frames takes finished frames, see screen.
	frames interface {
		Canvas(w, h int, ascii bool) *term.Canvas
		Show(*term.Canvas)
	}
	// linear takes their place where lines are printed, nil elsewhere.
	linear *linear
	// wait gives the next message, see pump; after gives a dueMsg.
	wait  tea.Cmd
	after func(time.Duration) tea.Cmd
	// wakeAt says when a tickMsg has to come at the latest.
	wakeAt func(time.Time)
	// save is a command that writes a report and comes back with a savedMsg; nil where reports
	// cannot be written.
	save func(text string) tea.Cmd
	// keep is a command that writes changed bookmarks down and comes back with a keptMsg; nil where
	// they last as long as the screen.
	keep func(changes map[phone.Account]roster.Mark) tea.Cmd
	// keeping is what it writes, nil while it does not run; unkept is what it is to write next.
	keeping, unkept map[phone.Account]roster.Mark
	// grounds are the tints by the name of a ground.
	grounds  map[string]*term.Tints
	settings Settings
	faultLog *faultLog
	// suspends is a command that stops the program, nil where that cannot be.
	suspends tea.Cmd
	// opens is a command that shows a text in the person's pager or editor, nil where that cannot be.
	opens func(text string, edit bool) tea.Cmd
	// desk works behind the form of the first run, nil where nothing can be set up.
	desk *setup.Desk
	// err is why the screen ended, next what for.
	err  error
	next Next
}

// Init shows the first frame and asks for the first message.
func (m *model) Init() tea.Cmd {
	m.show()
	return m.wait
}

// Update takes one message in and hands over the frame that comes of it. It does no I/O but
// phone.Do, which never blocks.
func (m *model) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	m.scene.now = m.now()
	cmd := m.receive(msg)
	m.show()
	m.settleFaults()
	if m.view.leaving == gone {
		return m, tea.Quit
	}
	return m, cmd
}

// receive takes a message in and survives a fault of ours.
func (m *model) receive(msg tea.Msg) (cmd tea.Cmd) {
	defer fault.Catch(func(e *fault.Error) { cmd = m.failed(msg, e) })
	m.pin()
	cmd = m.take(msg)
	m.followDevices()
	m.reveal()
	m.askAwaiting()
	if m.linear != nil {
		m.linear.narrate(&m.scene, &m.view, msg)
	}
	return cmd
}

// pin keeps cursors on their rows. What fails here fails in drawing too, and is told then.
func (m *model) pin() {
	defer fault.Catch(func(*fault.Error) {})
	for _, p := range m.view.panes {
		if p, ok := p.(pinned); ok {
			p.pin(&m.scene, m.now())
		}
	}
}

// take does what a message says and gives the command that is due after it.
func (m *model) take(msg tea.Msg) (cmd tea.Cmd) {
	switch msg := msg.(type) {
	case tea.KeyMsg:
		cmd = m.keys(tea.Key(msg))
	case tea.MouseMsg:
		cmd = m.mouse(tea.MouseEvent(msg))
	case phoneMsg:
		m.news(msg.snapshot)
		cmd = m.wait
	case newsMsg:
		m.hear(msg.news)
		cmd = m.wait
	case silentMsg:
		m.fallSilent(msg.aliveAt)
		cmd = m.wait
	case pastMsg:
		m.recall(msg.views)
		cmd = m.wait
	case savedMsg:
		m.saved(msg.path, msg.err)
	case keptMsg:
		cmd = m.kept(msg.err)
	case appsMsg:
		m.scene.apps = msg.views
		cmd = m.wait
	case setup.BegunMsg:
		m.setupBegun(msg)
	case setup.Msg:
		cmd = m.setupAnswered(msg)
	case apps.Msg:
		m.appsAnswered(msg)
	case sizeMsg:
		m.resize(msg)
		cmd = m.wait
	case suspendedMsg:
		m.resize(msg.size)
	case openedMsg:
		m.resize(msg.size)
		m.appsAnswered(msg.end)
	case tickMsg:
		m.remind()
		cmd = m.wait
	case closedMsg:
		m.err, m.view.leaving = msg.err, gone
	case dueMsg:
		m.expire()
		if a := m.view.armed; a.key != "" {
			cmd = m.after(a.lasts - m.scene.since(a.at))
		}
	case commandFailedMsg:
		m.say(phone.GradeFailed, "part of the screen failed: "+msg.err.Error()+"; your calls go on")
	case pumpFailedMsg:
		cmd = m.wait
	}
	return cmd
}

func (m *model) resize(s sizeMsg) {
	m.scene.w, m.scene.h = s.w, s.h
	if s.anew {
		m.view.redraws++
	}
}

// View returns nothing: Bubble Tea's own renderer is off.
func (m *model) View() string { return "" }

// show hands a frame over.
func (m *model) show() {
	m.scene.wake = new(wake)
	if m.linear == nil {
		c := m.frames.Canvas(m.scene.w, m.scene.h, m.scene.ascii)
		draw(c, &m.scene, &m.view)
		m.frames.Show(c)
	}
	m.wakeAt(m.nextLook())
}

// news takes a snapshot in and lets go of what it made pointless.
func (m *model) news(s phone.Snapshot) {
	before, was := m.scene.Snapshot, m.standing()
	m.scene.take(s)
	switch {
	case moved(before, m.scene.Snapshot):
		m.shift(was)
	case pickedUp(before, m.scene.Snapshot):
		m.view.before = standing{}
	}
	m.alarm(before, m.scene.Snapshot)
	m.followTour()
	v := &m.view
	if l, ok := m.scene.Leg(m.scene.call); !ok || l.State == phone.Ended {
		m.scene.call = ""
	}
	m.closeOrphans()
	m.askCode(before)
	if m.scene.Live() == 0 {
		m.scene.browse = false
		remove[*confirmPane](&v.panes)
		if v.leaving == hangingUp {
			v.leaving = gone
		}
	}
}

// expire ends what lasts for a limited time.
func (m *model) expire() {
	v := &m.view
	if v.leaving == hangingUp && m.scene.since(v.pressed) >= leavingTakes {
		v.leaving = gone
	}
	if v.armed.key != "" && m.scene.since(v.armed.at) >= v.armed.lasts {
		v.armed = arming{}
		v.message = message{}
	}
}

// say puts a sentence into the message line, unless an outcome there keeps its place.
func (m *model) say(grade phone.Grade, text string) {
	v, sc := &m.view, &m.scene
	held := phone.Notice{At: v.message.at, Grade: v.message.grade}
	if v.message.text != "" && held.At.Before(sc.now) && v.holds(sc, held, phone.Notice{Grade: grade}) && !v.freed.at.Equal(sc.now) {
		sc.mention(grade, text)
		return
	}
	v.message = message{text: text, grade: grade, at: sc.now}
}

// do hands an intent to the phone. refusal is in words, empty when it was taken.
func (m *model) do(i phone.Intent) (refusal string) {
	if why := m.scene.Refuses(i); why != "" {
		return why
	}
	if m.phone == nil {
		return "no PBX is set up yet"
	}
	if _, err := m.phone.Do(i); err != nil {
		return "the phone refused that: " + err.Error()
	}
	return ""
}
