package record

import (
	"strings"

	"github.com/patchcord/patchcord/appws"
)

// isRequest reports whether a message of ours expects a result: all but results, KeepAlive and the PbxInfo with
// which a PBX introduces itself do.
func isRequest(m appws.Message) bool {
	introduces := m.API == "" && m.MT == "PbxInfo"
	return m.MT != "" && m.MT != "KeepAlive" && !introduces && !strings.HasSuffix(m.MT, "Result")
}

// answers reports whether a message answers a request: by src and type, by src and a type that
// begins like the request's (UserData and UserDataInfo), or by type alone where there is no src.
// Only a peer that repeats the src may leave the api out.
func answers(request, m appws.Message) bool {
	result := isResultOf(request.MT, m.MT)
	switch {
	case m.Src == "":
		return result && m.API == request.API
	case m.Src != request.Src, m.API != "" && m.API != request.API:
		return false
	}
	return result || strings.HasPrefix(m.MT, request.MT)
}

// isResultOf knows both ways of naming results: X and XResult, XRequest and XResult.
func isResultOf(request, mt string) bool {
	stem, ok := strings.CutSuffix(mt, "Result")
	return ok && stem != "" && (stem == request || stem+"Request" == request)
}
