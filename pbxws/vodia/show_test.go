package vodia

import (
	"fmt"
	"strings"

	"github.com/patchcord/patchcord/pbxws"
)

// show writes an event on one line, for transcripts.
func show(e pbxws.Event) string {
	switch e := e.(type) {
	case pbxws.LegOffered:
		via := ""
		if e.Via != "" {
			via = " via " + e.Via
		}
		return fmt.Sprintf("offered %s %s -> %s%s", legName(e.Leg), e.From, e.To, via)
	case pbxws.LegProgressed:
		return fmt.Sprintf("progressed %s %d %s", legName(e.Leg), e.Code, e.Peer)
	case pbxws.LegDescribed:
		return fmt.Sprintf("described %s %s %s", legName(e.Leg), [...]string{"answer", "offer"}[e.Kind], map[bool]string{true: "sure", false: "guessed"}[e.Sure])
	case pbxws.LegAnswered:
		return "answered " + legName(e.Leg)
	case pbxws.LegCandidate:
		return fmt.Sprintf("candidate %s %s", legName(e.Leg), e.Candidate.Line)
	case pbxws.LegHeld:
		return fmt.Sprintf("held %s %t %s", legName(e.Leg), e.On, map[bool]string{true: "theirs", false: "ours"}[e.Remote])
	case pbxws.LegNamed:
		return fmt.Sprintf("named %s %s", legName(e.Leg), e.Peer)
	case pbxws.LegRecorded:
		return fmt.Sprintf("recorded %s %t", legName(e.Leg), e.On)
	case pbxws.LegEnded:
		return fmt.Sprintf("ended %s %s", legName(e.Leg), e.Cause)
	}
	return showState(e)
}

func showState(e pbxws.Event) string {
	switch e := e.(type) {
	case pbxws.DomainLoaded:
		words := []string{"domain"}
		for _, a := range e.Accounts {
			words = append(words, showAccount(a))
		}
		return strings.Join(words, " ")
	case pbxws.TextReceived:
		return fmt.Sprintf("text %s %s", e.From, e.Text)
	case pbxws.CustomerFound:
		return fmt.Sprintf("customer in=%t %s %v", e.Incoming, e.URL, e.Fields)
	case pbxws.AccountChanged:
		return showPatch(e.Patch)
	case pbxws.CallChanged:
		return fmt.Sprintf("call %s %s -> %s %s %v", e.Call.ID, e.Call.From, e.Call.To, e.Call.Phase, e.Call.Members)
	case pbxws.CallEnded:
		return fmt.Sprintf("call-ended %s", e.ID)
	case pbxws.OrbitChanged:
		who := "empty"
		if e.Orbit.Parked.Number != "" {
			who = e.Orbit.Parked.String()
		}
		return fmt.Sprintf("orbit %s %q %s", e.Orbit.ID, e.Orbit.Name, who)
	case pbxws.QueueChanged:
		return fmt.Sprintf("queue %s %q %d waiting since %d", e.Queue.ID, e.Queue.Name, e.Queue.Waiting, e.Queue.Longest.Unix())
	case pbxws.MWIChanged:
		return fmt.Sprintf("voicemail %d new %d old", e.MWI.New, e.MWI.Old)
	case pbxws.MissedChanged:
		return fmt.Sprintf("missed %d", e.Count)
	case pbxws.Registered:
		return "registered " + e.For.String()
	case pbxws.CommandRefused:
		return strings.TrimSpace(fmt.Sprintf("refused %T %d %s", e.Command, e.Code, e.Reason))
	case pbxws.CommandDone:
		return fmt.Sprintf("done %T", e.Command)
	case pbxws.HistoryLoaded:
		words := []string{"history"}
		for _, c := range e.Records {
			words = append(words, fmt.Sprintf("%s:%s>%s:in=%t:missed=%t:%d", c.ID, c.From, c.To, c.Incoming, c.Missed(), c.Began.Unix()))
		}
		return strings.Join(words, " ")
	case pbxws.PhonebookLoaded:
		words := []string{"phonebook"}
		for _, c := range e.Contacts {
			words = append(words, fmt.Sprintf("%s:%s:%s:%v", c.Name, c.Company, c.Email, c.Numbers))
		}
		return strings.Join(words, " ")
	case pbxws.SoundLoaded:
		return fmt.Sprintf("sound %s: %s", e.ID, e.File)
	case pbxws.VoicemailLoaded:
		words := []string{"mailbox"}
		for _, m := range e.Messages {
			words = append(words, fmt.Sprintf("%s:%s:%s:unread=%t:%d", m.ID, m.From, m.Length, m.Unread, m.At.Unix()))
		}
		return strings.Join(words, " ")
	case pbxws.ForwardsLoaded:
		words := []string{"forwards"}
		for _, f := range e.Forwards {
			words = append(words, f.When.String()+":"+f.To)
		}
		return strings.Join(words, " ")
	case pbxws.Unrecognized:
		return strings.TrimSpace(fmt.Sprintf("unrecognized %s: %s", e.Name, e.Why))
	}
	return fmt.Sprintf("%T", e)
}

var blfNames = [...]string{"unknown", "idle", "alerting", "busy"}

func showAccount(a pbxws.Account) string {
	words := []string{string(a.ID), a.Kind.String(), a.Name}
	if a.Registered {
		words = append(words, "registered")
	}
	if a.DND {
		words = append(words, "dnd")
	}
	if a.Presence != "" {
		words = append(words, a.Presence)
	}
	return strings.Join(append(words, blfNames[a.BLF]), ":")
}

func showPatch(p pbxws.AccountPatch) string {
	words := []string{"account", string(p.ID)}
	add := func(key string, value any) { words = append(words, fmt.Sprintf("%s=%v", key, value)) }
	if p.Kind != nil {
		add("kind", *p.Kind)
	}
	if p.Name != nil {
		add("name", *p.Name)
	}
	if p.Registered != nil {
		add("registered", *p.Registered)
	}
	if p.DND != nil {
		add("dnd", *p.DND)
	}
	if p.Presence != nil {
		add("presence", *p.Presence)
	}
	if p.BLF != nil {
		add("blf", blfNames[*p.BLF])
	}
	return strings.Join(words, " ")
}
