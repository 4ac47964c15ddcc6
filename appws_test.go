//go:build linux

package main

import (
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/patchcord/patchcord/appws/appwstest"
)

// TestExpectInAShell: a script tests an app by appws expect and appws connect, as one in somebody's CI does.
func TestExpectInAShell(t *testing.T) {
	t.Parallel()
	echo := appwstest.NewEcho("pw", appwstest.Options{})
	server := httptest.NewServer(echo)
	defer server.Close()
	defer echo.Close()
	dir := t.TempDir()
	const script = `
set -eu
cat > good.test <<'END'
> {"mt":"Echo","api":"echo","src":"1","data":[1,2]}
< {"mt":"EchoResult","src":"1","data":[1,2]}
END
cat > bad.test <<'END'
within 200ms
> {"mt":"Echo","api":"echo","data":1}
< {"mt":"EchoResult","data":2}
END
"$PATCHCORD" appws expect good.test --url "$URL" --app echo && echo good
"$PATCHCORD" appws expect bad.test --url "$URL" --app echo 2> bad.txt || echo "bad $?"
grep -c 'line 3: no such message' bad.txt
echo '{"mt":"Echo","api":"echo","data":3}' | "$PATCHCORD" appws connect --url "$URL" --app echo 2> states.txt
APPWS_PASSWORD=wrong "$PATCHCORD" appws expect good.test --url "$URL" --app echo 2> refused.txt || echo "refused $?"
`
	cmd := exec.CommandContext(t.Context(), "sh", "-c", script)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "PATCHCORD="+mustBuild(t), "URL="+server.URL, "APPWS_PASSWORD=pw", "HOME="+dir)
	out, err := cmd.CombinedOutput()
	want := "good\nbad 1\n1\n{\"mt\":\"EchoResult\",\"api\":\"echo\",\"data\":3}\nrefused 1\n"
	if err != nil || string(out) != want {
		t.Errorf("the script printed\n%s\nwant\n%s: %v", out, want, err)
	}
	if said, _ := os.ReadFile(filepath.Join(dir, "refused.txt")); !strings.Contains(string(said), "refused the login") {
		t.Errorf("a wrong password: %s", said)
	}
}
