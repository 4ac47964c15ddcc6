package rtc

import (
	"testing"
)

// A tone through real media on loopback, with either side offering each codec.
func TestCodecsBothWays(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name   string
		caller []string
		callee []string
		want   string
	}{
		{"opus offered first", nil, nil, "opus"},
		{"PCMU offered first", []string{"PCMU", "opus", "PCMA"}, nil, "PCMU"},
		{"PCMA offered first", []string{"PCMA", "PCMU", "opus"}, nil, "PCMA"},
		{"G722 offered first", []string{"G722", "opus", "PCMU"}, nil, "G722"},
		{"opus answered only", nil, []string{"opus"}, "opus"},
		{"PCMU answered only", nil, []string{"PCMU"}, "PCMU"},
		{"PCMA answered only", nil, []string{"PCMA"}, "PCMA"},
		{"G722 answered only", nil, []string{"G722"}, "G722"},
		{"opus offered only", []string{"opus"}, []string{"PCMA", "opus"}, "opus"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			a, b := call(t, newEngine(t, c.caller...), newEngine(t, c.callee...), nil, nil)
			bothHear(t, a, b)
			for _, s := range []*end{a, b} {
				if st := s.Stats(); st.Codec != c.want || st.Sent == 0 || st.Received == 0 {
					t.Errorf("figures %+v, want codec %s", st, c.want)
				}
			}
		})
	}
}
