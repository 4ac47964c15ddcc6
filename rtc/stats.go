package rtc

import "time"

// Stats are the figures of one session since it began.
type Stats struct {
	// Codec is the name in use ("opus", "G722", "PCMU", "PCMA"), empty before media flows.
	Codec string `json:"codec"`
	// Opus is the implementation of that codec, like "libopus 1.3.1" or "gopus"; empty with another.
	Opus string `json:"opus,omitempty"`
	// Sent and Received count RTP packets, Lost those that never came (RFC 3550 A.3), Late
	// those that came after their turn. Concealed counts the 20 ms frames that were made up, Played those that were
	// not.
	Sent      uint64 `json:"sent"`
	Received  uint64 `json:"received"`
	Lost      uint64 `json:"lost"`
	Late      uint64 `json:"late"`
	Concealed uint64 `json:"concealed"`
	Played    uint64 `json:"played"`
	// BytesSent and BytesReceived count RTP payload (RFC 3550 §6.4.1); SendRate and ReceiveRate
	// are that of the last second in bit/s.
	BytesSent     uint64 `json:"bytes_sent"`
	BytesReceived uint64 `json:"bytes_received"`
	SendRate      int    `json:"send_rate"`
	ReceiveRate   int    `json:"receive_rate"`
	// LastPacket is when RTP came last, zero before the first.
	LastPacket time.Time `json:"last_packet,omitzero"`
	// Jitter is the interarrival jitter (RFC 3550 A.8); Buffer what waits in the jitter buffer.
	Jitter time.Duration `json:"jitter"`
	Buffer time.Duration `json:"buffer"`
	// RTT, RemoteLoss (0 to 1) and RemoteJitter are what the far end reports of our stream (RFC 3550
	// §6.4.1), at the time Reported; zero before the first report.
	RTT          time.Duration `json:"rtt"`
	RemoteLoss   float64       `json:"remote_loss"`
	RemoteJitter time.Duration `json:"remote_jitter"`
	Reported     time.Time     `json:"reported,omitzero"`
	// Delay is the estimated delay of the sound from their mouth to our ear, RemoteDelay from ours to
	// theirs: codec, half of RTT, and buffer, but no sound cards.
	Delay       time.Duration `json:"delay"`
	RemoteDelay time.Duration `json:"remote_delay"`
	// Score and RemoteScore are the mean opinion scores, 1 to 4.4, by the E-model (ITU-T G.107): of
	// what we hear, over the last eight seconds, and of what they hear, by their last report. 0 means
	// unknown.
	Score       float64 `json:"score"`
	RemoteScore float64 `json:"remote_score"`
}
