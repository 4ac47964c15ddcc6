package tui

import tea "github.com/charmbracelet/bubbletea"

func (m *model) listDevices() {
	run, ctx := m.desk.begin(soundLine)
	m.view.setup().answers[soundLine] = setupAnswer{run: run, running: true, began: m.scene.now}
	desk := m.desk
	m.later(func() tea.Msg {
		devices, finding := desk.Setup.Devices(ctx)
		return setupMsg{line: soundLine, run: run, finding: finding, devices: &devices}
	})
}

// listen begins to show the level of the chosen microphone.
func (m *model) listen() {
	p := m.view.setup()
	p.level = 0
	m.desk.halt(microphoneLine)
	name := p.device(microphoneLine)
	if p.step != soundStep || p.chosen[soundLine] != 0 || name == noDevice || len(p.devices.Microphones) == 0 {
		return
	}
	run, ctx := m.desk.begin(microphoneLine)
	p.answers[microphoneLine].run = run
	setup := m.desk.Setup
	m.later(func() tea.Msg { return nextLevel(run, setup.Listen(ctx, name)) })
}

func nextLevel(run int, from <-chan float32) tea.Msg {
	level, more := <-from
	return levelMsg{run, from, level, more}
}

func (m *model) gotLevel(msg levelMsg) {
	p := m.view.setup()
	if !msg.more || p == nil {
		return
	}
	if msg.run == p.answers[microphoneLine].run {
		p.level = msg.level
	}
	m.later(func() tea.Msg { return nextLevel(msg.run, msg.from) })
}
