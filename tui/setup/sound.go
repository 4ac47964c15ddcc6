package setup

import tea "github.com/charmbracelet/bubbletea"

func (p *Pane) listDevices(sh Shown) tea.Cmd {
	run, ctx := p.desk.begin(soundLine)
	p.answers[soundLine] = answer{run: run, running: true, began: sh.Now}
	b := p.desk.backend
	return p.desk.guard(func() tea.Msg {
		devices, finding := b.Devices(ctx)
		return answerMsg{line: soundLine, run: run, finding: finding, devices: &devices}
	})
}

// listen begins to show the level of the chosen microphone.
func (p *Pane) listen() tea.Cmd {
	p.level = 0
	p.desk.halt(microphoneLine)
	name := p.device(microphoneLine)
	if p.step != soundStep || p.chosen[soundLine] != 0 || name == noDevice || len(p.devices.Microphones) == 0 {
		return nil
	}
	run, ctx := p.desk.begin(microphoneLine)
	p.answers[microphoneLine].run = run
	b := p.desk.backend
	return p.desk.guard(func() tea.Msg { return nextLevel(run, b.Listen(ctx, name)) })
}

func nextLevel(run int, from <-chan float32) tea.Msg {
	level, more := <-from
	return levelMsg{run, from, level, more}
}

func (msg levelMsg) take(p *Pane, _ Shown) Effect {
	if !msg.more {
		return Effect{}
	}
	if msg.run == p.answers[microphoneLine].run {
		p.level = msg.level
	}
	return Effect{Next: p.desk.guard(func() tea.Msg { return nextLevel(msg.run, msg.from) })}
}
