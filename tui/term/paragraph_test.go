package term

import "testing"

// TestParagraph: what has no room leaves dots, be it lines or the end of a long word.
func TestParagraph(t *testing.T) {
	for _, tt := range []struct {
		w, h        int
		words, want string
	}{
		{20, 2, "Say something now.", "Say something now.\n\n"},
		{20, 2, "Say something: the meter moves.", "Say something: the\nmeter moves.\n"},
		{20, 2, "Say something: the meter moves. The system's choice follows.", "Say something: the\nmeter moves. The...\n"},
		{20, 2, "to /home/anna/.config/patchcord/config.toml", "to\n/home/anna/.confi...\n"},
		{20, 1, "Say something: the meter moves.", "Say something: th...\n"},
		{20, 0, "Say", ""},
	} {
		c := &Canvas{}
		c.Reset(tt.w, tt.h, true)
		c.Paragraph(NewRect(0, 0, tt.w, tt.h), Plain, Wrap(tt.words, tt.w, true))
		if got := c.String(); got != tt.want {
			t.Errorf("%q in %dx%d: %q, want %q", tt.words, tt.w, tt.h, got, tt.want)
		}
	}
}
