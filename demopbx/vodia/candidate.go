package vodia

import (
	"strconv"
	"strings"

	"github.com/patchcord/patchcord/pbxws/vodia/wire"
)

// addressPairs spreads a candidate over two addresses: its own, and one that nobody has (RFC
// 5737).
func addressPairs(line string) []wire.Addr {
	fields := strings.Fields(line)
	if len(fields) < 6 {
		return nil
	}
	port, err := strconv.ParseUint(fields[5], 10, 16)
	if err != nil {
		return nil
	}
	return []wire.Addr{{Host: fields[4], Port: uint16(port)}, {Host: "192.0.2.1", Port: uint16(port)}}
}
