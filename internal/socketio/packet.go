package socketio

import (
	"bytes"
	"encoding/json"
	"errors"
	"strconv"
)

// Kind is what a packet is for.
type Kind uint8

// The kinds of packet. Foreign is a valid packet that nobody here needs: of another namespace, binary, or
// for another transport.
const (
	Foreign Kind = iota
	Open
	Close
	Ping
	Pong
	Connect
	Disconnect
	Event
	Ack
	Refused
)

// Packet is one message of the wire.
type Packet struct {
	Kind Kind
	// ID is of the acknowledgement that an Event asks for or an Ack is, -1 for none.
	ID int
	// Name and Args are an Event's; an Ack has Args alone.
	Name string
	Args []json.RawMessage
	// Data is what comes with an Open, a Connect or a Refused.
	Data json.RawMessage
}

// The first character of a packet is its type in the engine (Engine.IO protocol, "Packet encoding"),
// that of a message the type in the socket (Socket.IO protocol, "Packet encoding").
const (
	engineOpen    = '0'
	engineClose   = '1'
	enginePing    = '2'
	enginePong    = '3'
	engineMessage = '4'
	engineUpgrade = '5'
	engineNoop    = '6'

	socketConnect     = '0'
	socketDisconnect  = '1'
	socketEvent       = '2'
	socketAck         = '3'
	socketError       = '4'
	socketBinaryEvent = '5'
	socketBinaryAck   = '6'
)

var errPacket = errors.New("no packet of socket.io")

// Parse reads a packet. It keeps no part of the frame that is not JSON.
func Parse(frame []byte) (Packet, error) {
	p := Packet{ID: -1}
	if len(frame) == 0 {
		return p, errPacket
	}
	switch body := frame[1:]; frame[0] {
	case engineOpen:
		p.Kind, p.Data = Open, body
	case engineClose:
		p.Kind = Close
	case enginePing:
		p.Kind = Ping
	case enginePong:
		p.Kind = Pong
	case engineUpgrade, engineNoop:
	case engineMessage:
		return p, p.message(body)
	default:
		return p, errPacket
	}
	return p, nil
}

func (p *Packet) message(body []byte) error {
	if len(body) == 0 {
		return errPacket
	}
	kind, body := body[0], body[1:]
	if kind == socketBinaryEvent || kind == socketBinaryAck || len(body) > 0 && body[0] == '/' {
		return nil
	}
	switch kind {
	case socketConnect:
		p.Kind, p.Data = Connect, body
	case socketDisconnect:
		p.Kind = Disconnect
	case socketError:
		p.Kind, p.Data = Refused, body
	case socketEvent:
		p.Kind = Event
		return p.arguments(body)
	case socketAck:
		p.Kind = Ack
		return p.arguments(body)
	default:
		return errPacket
	}
	return nil
}

// maxID bounds the number of an acknowledgement.
const maxID = 1 << 31

// arguments reads an id, if there is one, and a list.
func (p *Packet) arguments(body []byte) error {
	digits := 0
	for digits < len(body) && body[digits] >= '0' && body[digits] <= '9' {
		digits++
	}
	if digits > 0 {
		id, err := strconv.Atoi(string(body[:digits]))
		if err != nil || id > maxID {
			return errPacket
		}
		p.ID = id
	}
	if err := json.Unmarshal(body[digits:], &p.Args); err != nil {
		return errPacket
	}
	if p.Kind == Ack {
		return nil
	}
	if len(p.Args) == 0 || json.Unmarshal(p.Args[0], &p.Name) != nil {
		return errPacket
	}
	p.Args = p.Args[1:]
	return nil
}

// Bytes are the packet on the wire, without a blank: there are servers that read no other form.
func (p Packet) Bytes() ([]byte, error) {
	switch p.Kind {
	case Open:
		return append([]byte{engineOpen}, p.Data...), nil
	case Close:
		return []byte{engineClose}, nil
	case Ping:
		return []byte{enginePing}, nil
	case Pong:
		return []byte{enginePong}, nil
	case Connect:
		return append([]byte{engineMessage, socketConnect}, p.Data...), nil
	case Disconnect:
		return []byte{engineMessage, socketDisconnect}, nil
	case Refused:
		return append([]byte{engineMessage, socketError}, p.Data...), nil
	case Event:
		name, err := marshal(p.Name)
		if err != nil {
			return nil, err
		}
		return p.list(socketEvent, append([]json.RawMessage{name}, p.Args...))
	case Ack:
		return p.list(socketAck, append([]json.RawMessage{}, p.Args...))
	}
	return nil, errPacket
}

func (p Packet) list(kind byte, args []json.RawMessage) ([]byte, error) {
	text, err := marshal(args)
	if err != nil {
		return nil, err
	}
	frame := []byte{engineMessage, kind}
	if p.ID >= 0 {
		frame = strconv.AppendInt(frame, int64(p.ID), 10)
	}
	return append(frame, text...), nil
}

// marshal writes a value as the original does: without a blank, and with no character escaped that need not be.
func marshal(v any) ([]byte, error) {
	var text bytes.Buffer
	e := json.NewEncoder(&text)
	e.SetEscapeHTML(false)
	err := e.Encode(v)
	return bytes.TrimSuffix(text.Bytes(), []byte("\n")), err
}
