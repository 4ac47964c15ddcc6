//go:build cgo

package audio

import "context"

// openHalf opens one direction of a card, within the limit of the wish. Without an error there is a half; with
// an absentError there is one unless the wish was exact, with any other error there is none.
func openHalf(cfg Config, w wish) (*half, error) {
	c, err := within(w.limit(), func() (*card, error) { return openOne(cfg, w) })
	if c == nil {
		return nil, err
	}
	used, watched, follows := c.speakerUsed, &c.played, w.name == "" || err != nil
	if w.part == Microphone {
		used, watched = c.micUsed, &c.heard
	}
	h := newHalf(c, c.stream, used)
	h.watched, h.follows = watched, follows
	return h, err
}

func openOne(cfg Config, w wish) (*card, error) {
	systems := backends()
	if w.probed {
		systems = answering(context.Background(), systems)
	}
	library, err := newContext(systems, cfg.log())
	if err != nil {
		return nil, err
	}
	c := &card{stream: newStream(cfg.frame()), library: library}
	if w.exact && w.name != "" {
		if _, _, err := library.find(w.part.kind(), w.name); err != nil {
			library.close()
			return nil, w.inPlaceOf(err)
		}
	}
	if w.part == Microphone {
		err = c.openMic(w.name)
	} else {
		err = c.openSpeaker(w.name)
	}
	if c.mic == nil && c.speaker == nil {
		library.close()
		return nil, err
	}
	return c, w.inPlaceOf(err)
}
