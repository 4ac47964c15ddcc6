package history

import (
	"encoding/csv"
	"io"
	"strconv"
	"strings"
	"time"

	"github.com/patchcord/patchcord/internal/printable"
)

// csvHeader names the columns that WriteCSV writes. More may follow in later versions.
var csvHeader = []string{
	"began", "answered", "ended", "direction", "outcome", "number", "name", "via", "seconds", "note", "cause", "codec", "score", "loss", "id",
}

// WriteCSV writes calls as comma-separated values (RFC 4180) with a line of headings, in UTF-8. Times are RFC 3339 in
// the zone of the machine, seconds is how long the talk was. A cell that a spreadsheet would take for a formula
// begins with an apostrophe (OWASP, "CSV Injection"), which +39... does too.
func WriteCSV(w io.Writer, calls []Record) error {
	out := csv.NewWriter(w)
	out.UseCRLF = true
	_ = out.Write(csvHeader) // Error has what failed
	for _, c := range calls {
		_ = out.Write(c.cells())
	}
	out.Flush()
	return out.Error()
}

func (r Record) cells() []string {
	direction, seconds, sound := "out", "", Sound{}
	if r.Incoming {
		direction = "in"
	}
	if !r.Answered.IsZero() && r.over() {
		seconds = strconv.FormatInt(int64(r.Talk()/time.Second), 10)
	}
	if r.Sound != nil {
		sound = *r.Sound
	}
	cells := []string{
		stamp(r.Began), stamp(r.Answered), stamp(r.Ended), direction, string(r.Outcome), r.Number, r.Name, r.Via, seconds, r.Note,
		r.Cause, sound.Codec, figure(sound.Score), figure(sound.Loss), r.ID,
	}
	for i, text := range cells {
		cells[i] = cell(text)
	}
	return cells
}

// cell is a text that is harmless on a terminal and in a spreadsheet.
func cell(s string) string {
	s = printable.Text(s, maxNote, false)
	if s != "" && strings.ContainsRune("=+-@", rune(s[0])) {
		return "'" + s
	}
	return s
}

func stamp(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.Local().Format(time.RFC3339)
}

func figure(f float64) string {
	if f == 0 {
		return ""
	}
	return strconv.FormatFloat(f, 'f', 3, 64)
}
