package record

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/url"
	"time"

	"github.com/patchcord/patchcord/appws"
)

// The parts of a browser's archive of requests (HAR 1.2) that a websocket has, with the messages as
// Chrome and its relatives add them.
type (
	harFile struct {
		Log harLog `json:"log"`
	}
	harLog struct {
		Version string     `json:"version"`
		Creator harCreator `json:"creator"`
		Entries []harEntry `json:"entries"`
	}
	harCreator struct {
		Name    string `json:"name"`
		Version string `json:"version"`
	}
	harEntry struct {
		Started  time.Time    `json:"startedDateTime"`
		Time     float64      `json:"time"` // in milliseconds
		Request  harRequest   `json:"request"`
		Response harResponse  `json:"response"`
		Cache    struct{}     `json:"cache"`
		Timings  harTimings   `json:"timings"`
		Type     string       `json:"_resourceType,omitempty"`
		Messages []harMessage `json:"_webSocketMessages,omitempty"`
	}
	harRequest struct {
		Method      string   `json:"method"`
		URL         string   `json:"url"`
		Version     string   `json:"httpVersion"`
		Headers     []string `json:"headers"`
		Query       []string `json:"queryString"`
		Cookies     []string `json:"cookies"`
		HeadersSize int      `json:"headersSize"`
		BodySize    int      `json:"bodySize"`
	}
	harResponse struct {
		Status      int        `json:"status"`
		StatusText  string     `json:"statusText"`
		Version     string     `json:"httpVersion"`
		Headers     []string   `json:"headers"`
		Cookies     []string   `json:"cookies"`
		Content     harContent `json:"content"`
		Redirect    string     `json:"redirectURL"`
		HeadersSize int        `json:"headersSize"`
		BodySize    int        `json:"bodySize"`
	}
	harContent struct {
		Size int    `json:"size"`
		Type string `json:"mimeType"`
	}
	harTimings struct {
		Send    float64 `json:"send"`
		Wait    float64 `json:"wait"`
		Receive float64 `json:"receive"`
	}
	harMessage struct {
		Type   string  `json:"type"` // send or receive
		Time   float64 `json:"time"` // seconds since 1970
		Opcode int     `json:"opcode"`
		Data   string  `json:"data"`
	}
)

// maxHAR bounds an archive in bytes.
const maxHAR = 256 << 20

// ReadHAR reads the websockets of a browser's archive, a log for each that has text messages. What its pages
// say in other ways is left out.
func ReadHAR(r io.Reader) ([]Log, error) {
	data, err := io.ReadAll(io.LimitReader(r, maxHAR+1))
	switch {
	case err != nil:
		return nil, fmt.Errorf("read an archive: %w", err)
	case len(data) > maxHAR:
		return nil, fmt.Errorf("read an archive: it has more than %d bytes", maxHAR)
	}
	var file struct {
		Log struct {
			Entries []struct {
				Request  struct{ URL string }
				Messages []harMessage `json:"_webSocketMessages"`
			}
		}
	}
	if err := json.Unmarshal(data, &file); err != nil {
		return nil, fmt.Errorf("read an archive: it is no HAR: %w", err)
	}
	var logs []Log
	for _, e := range file.Log.Entries {
		if l := logOf(e.Request.URL, e.Messages); len(l.Entries) > 0 {
			logs = append(logs, l)
		}
	}
	if len(logs) == 0 {
		return nil, errors.New("read an archive: there are no messages of a websocket in it; save it with its content, from a page that was opened with the developer tools")
	}
	return logs, nil
}

func logOf(address string, messages []harMessage) Log {
	l := Log{Name: "har"}
	if u, err := url.Parse(address); err == nil {
		l.Name, l.URL = u.Hostname(), (&url.URL{Scheme: u.Scheme, Host: u.Host, Path: u.Path}).String()
	}
	h := New(Options{MaxEntries: maxLogEntries, MaxBytes: maxHAR})
	for _, m := range messages {
		const text = 1
		way := appws.In
		if m.Type == "send" {
			way = appws.Out
		}
		if m.Opcode == text {
			h.Message(appws.Frame{At: time.UnixMicro(int64(m.Time * 1e6)).UTC(), Dir: way, Text: []byte(m.Data), Size: len(m.Data)})
		}
	}
	l.Entries = h.Entries(true)
	for _, e := range l.Entries {
		if e.MT == "AppLogin" {
			var login struct{ App string }
			_ = json.Unmarshal([]byte(e.Text), &login)
			l.App = login.App
		}
	}
	return l
}

// WriteHAR writes the messages as a browser's archive of one websocket. Notes are left out.
func (l Log) WriteHAR(w io.Writer) error {
	e := harEntry{Type: "websocket", Messages: []harMessage{},
		Request: harRequest{Method: "GET", URL: l.URL, Version: "HTTP/1.1", Headers: []string{}, Query: []string{}, Cookies: []string{}, HeadersSize: -1, BodySize: -1},
		Response: harResponse{Status: 101, StatusText: "Switching Protocols", Version: "HTTP/1.1", Headers: []string{}, Cookies: []string{},
			Content: harContent{Type: "x-unknown"}, HeadersSize: -1, BodySize: -1},
	}
	for _, entry := range l.Entries {
		if entry.Dir == Note {
			continue
		}
		way := "receive"
		if entry.Dir == appws.Out {
			way = "send"
		}
		if e.Started.IsZero() {
			e.Started = entry.At
		}
		e.Time = float64(entry.At.Sub(e.Started).Microseconds()) / 1e3
		e.Messages = append(e.Messages, harMessage{way, float64(entry.At.UnixMicro()) / 1e6, 1, entry.Text})
	}
	lines := json.NewEncoder(w)
	lines.SetEscapeHTML(false)
	lines.SetIndent("", " ")
	return lines.Encode(harFile{harLog{"1.2", harCreator{"Patchcord", "1"}, []harEntry{e}}})
}
