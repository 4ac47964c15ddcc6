package rtc

import "time"

// HistorySize is how many seconds a session remembers.
const HistorySize = 60

// Second is what happened in one second of a session.
type Second struct {
	At time.Time `json:"at"` // its end
	// Received, Lost and Sent count packets, Concealed the 20 ms frames that were made up.
	Received  int `json:"received"`
	Lost      int `json:"lost"`
	Sent      int `json:"sent"`
	Concealed int `json:"concealed"`
	// BytesReceived and BytesSent count RTP payload.
	BytesReceived int `json:"bytes_received"`
	BytesSent     int `json:"bytes_sent"`
	// Gap is the longest time without a packet that ended in this second.
	Gap time.Duration `json:"gap"`
	// The others stand as they were at its end; see Stats.
	Jitter      time.Duration `json:"jitter"`
	Buffer      time.Duration `json:"buffer"`
	Delay       time.Duration `json:"delay"`
	RTT         time.Duration `json:"rtt"`
	RemoteLoss  float64       `json:"remote_loss"`
	Score       float64       `json:"score"`
	RemoteScore float64       `json:"remote_score"`
}

// minute is a ring of seconds.
type minute struct {
	ring  [HistorySize]Second
	count int // so far, also those that were overwritten
}

func (m *minute) add(s Second) {
	m.ring[m.count%HistorySize] = s
	m.count++
}

// last are the newest n, at most all, oldest first.
func (m *minute) last(n int) []Second {
	n = min(n, m.count, HistorySize)
	list := make([]Second, 0, n)
	for i := m.count - n; i < m.count; i++ {
		list = append(list, m.ring[i%HistorySize])
	}
	return list
}

// History is the last minute, oldest second first; the current one is not in it.
func (s *Session) History() []Second {
	s.watch.mu.Lock()
	defer s.watch.mu.Unlock()
	return s.watch.minute.last(HistorySize)
}
