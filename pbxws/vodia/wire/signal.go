package wire

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"github.com/patchcord/patchcord/pbxws"
)

// Signal is a message about one call of the client. About names that call: by its id, and by the
// callee if the message has one.
type Signal interface {
	Message
	About() (callID, toUser string)
}

func (m SDP) About() (string, string)            { return m.CallID, m.ToUser }
func (m Candidate) About() (string, string)      { return m.CallID, m.ToUser }
func (m Bye) About() (string, string)            { return m.CallID, m.ToUser }
func (m Cancel) About() (string, string)         { return m.CallID, m.ToUser }
func (m Response) About() (string, string)       { return m.CallID, m.ToUser }
func (m CancelResponse) About() (string, string) { return m.CallID, "" }
func (m ByeResponse) About() (string, string)    { return m.CallID, "" }
func (m CallerID) About() (string, string)       { return m.CallID, "" }

// Caller is who calls. The URI tends to hold the full number, from-user the national form.
func (m Invite) Caller() pbxws.Party {
	p := PartyOf(m.From, "", "")
	return pbxws.Party{
		Name:   cmp.Or(m.FromDisplay, p.Name),
		Number: cmp.Or(p.Number, m.FromUser, m.FromNumber),
	}
}

// Lines gives one candidate for each address, put in place of the line's own (RFC 8839 §5.1:
// address and port are the fifth and sixth field).
func (m Candidate) Lines() []string {
	if len(m.Addrs) == 0 {
		return []string{m.Line}
	}
	fields := strings.Fields(m.Line)
	if len(fields) < 6 {
		return nil
	}
	var lines []string
	for _, a := range m.Addrs {
		fields[4], fields[5] = a.Host, strconv.Itoa(int(a.Port))
		if line := strings.Join(fields, " "); !slices.Contains(lines, line) {
			lines = append(lines, line)
		}
	}
	return lines
}

// maxFields bounds what is read of a customer record.
const maxFields = 32

// Fields are what a customer record holds. Its data is JSON inside of a string; what that holds is
// not described, so every member that is a word counts.
func (m CRMContact) Fields() []pbxws.Field {
	o, err := document([]byte(m.Data))
	if err != nil {
		return nil
	}
	in := o.inner("")
	if in == nil {
		return nil
	}
	var fields []pbxws.Field
	for _, member := range in.members {
		if word, ok := asWord(member.value); ok && word != "" && len(fields) < maxFields {
			fields = append(fields, pbxws.Field{Name: string(member.key), Value: word})
		}
	}
	return fields
}
