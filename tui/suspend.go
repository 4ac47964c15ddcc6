package tui

// suspendedMsg says that the program goes on.
type suspendedMsg struct{ size sizeMsg }

func (m *model) suspend(string) string {
	switch {
	case m.suspends == nil:
		return "no shell could take Patchcord up again here, so it does not stop"
	case m.scene.Live() > 0:
		return "stopping Patchcord would silence your call: end the call first"
	}
	m.beside = m.suspends
	return ""
}
