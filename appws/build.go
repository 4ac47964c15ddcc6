package appws

import (
	"net/url"
	"path"
	"strings"
)

// buildAnswer answers a CheckBuild: a browser that loaded its app from the URL of another build
// learns from where to load it again. The build is the path component before the file name, if that
// has only hex digits.
func buildAnswer(m Message, build string) string {
	type result struct {
		URL string `json:"url,omitempty"`
	}
	text, _ := textMember(m.Raw, "url")
	return resultOf(m, result{newBuildURL(text, build)})
}

// newBuildURL is the URL with the current build, empty if it has that already.
func newBuildURL(text, build string) string {
	u, err := url.Parse(text)
	if build == "" || err != nil || u.Host == "" {
		return ""
	}
	dir, file := path.Split(u.Path)
	parent, last := path.Split(strings.TrimSuffix(dir, "/"))
	switch {
	case last == build:
		return ""
	case isHex(last):
		dir = parent
	}
	u.Path, u.RawPath = path.Join("/", dir, build, file), ""
	return u.String()
}

func isHex(s string) bool {
	return s != "" && strings.Trim(strings.ToLower(s), "0123456789abcdef") == ""
}
