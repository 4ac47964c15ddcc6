//go:build cgo

package audio

import "context"

// openPort opens one direction of a card within the limit of the choice. An absentError comes with a
// port unless the choice was exact; any other error comes without one.
func openPort(cfg Config, want choice) (*port, error) {
	c, err := within(want.limit(), func() (*card, error) { return openOne(cfg, want) })
	if c == nil {
		return nil, err
	}
	used, watched, follows := c.speakerUsed, &c.speakerLevel, want.name == "" || err != nil
	if want.role == Microphone {
		used, watched = c.micUsed, &c.micLevel
	}
	p := newPort(c, c.stream, used)
	p.watched, p.follows = watched, follows
	return p, err
}

func openOne(cfg Config, want choice) (*card, error) {
	systems := backends()
	if want.probed {
		systems = answering(context.Background(), systems)
	}
	library, err := newContext(systems, cfg.log())
	if err != nil {
		return nil, err
	}
	c := &card{stream: newStream(cfg.frame()), library: library}
	if want.exact && want.name != "" {
		if _, _, err := library.find(want.role.kind(), want.name); err != nil {
			library.close()
			return nil, want.inPlaceOf(err)
		}
	}
	if want.role == Microphone {
		err = c.openMic(want.name)
	} else {
		err = c.openSpeaker(want.name)
	}
	if c.mic == nil && c.speaker == nil {
		library.close()
		return nil, err
	}
	return c, want.inPlaceOf(err)
}
