package state

import (
	"encoding/json"

	"github.com/patchcord/patchcord/internal/disk"
)

// maxPhrases bounds the file in bytes.
const maxPhrases = 4 << 20

// phrases is the file with what a person saved by name for AppWebsocket.
type phrases struct {
	Filters  map[string]string `json:"filters"`
	Snippets map[string]string `json:"snippets"`
}

// Phrases are the filters and messages that were saved by name, none without a readable file.
func Phrases() (filters, snippets map[string]string) {
	path, err := inDir("appwebsocket.json")
	if err != nil {
		return nil, nil
	}
	data, err := disk.Read(path, maxPhrases)
	var p phrases
	if err != nil || json.Unmarshal(data, &p) != nil {
		return nil, nil
	}
	return p.Filters, p.Snippets
}

// KeepPhrases replaces them in one step, so that a crash leaves the old ones.
func KeepPhrases(filters, snippets map[string]string) error {
	path, err := inDir("appwebsocket.json")
	if err != nil {
		return err
	}
	data, err := json.MarshalIndent(phrases{filters, snippets}, "", "  ")
	if err != nil {
		return err
	}
	return disk.Explain(disk.Replace(path, data))
}
