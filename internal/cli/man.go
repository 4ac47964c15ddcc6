package cli

import (
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/patchcord/patchcord/internal/app"
)

func manCommand(p app.Program) *cobra.Command {
	return &cobra.Command{
		Use: "man", Short: "the manual page: patchcord man > patchcord.1", Args: nothing,
		RunE: func(cmd *cobra.Command, _ []string) error {
			page := manPage{out: cmd.OutOrStdout()}
			page.write(cmd.Root(), p.Version)
			return page.err
		},
	}
}

// manPage writes a page in the language of man(7).
type manPage struct {
	out io.Writer
	err error
}

// write writes the page of a tree of commands.
func (m *manPage) write(root *cobra.Command, version string) {
	m.macro("TH", strings.ToUpper(root.Name()), "1", "", "Patchcord "+version)
	m.macro("SH", "NAME")
	m.text(root.Name() + " - " + root.Short)
	m.macro("SH", "SYNOPSIS")
	m.text(root.Name() + " [OPTION] [COMMAND]")
	m.macro("SH", "DESCRIPTION")
	m.text(root.Long)
	m.flags(root)
	m.macro("SH", "COMMANDS")
	m.commands(root)
	m.macro("SH", "EXIT STATUS")
	m.text(exitCodes)
}

// commands are all commands below a command, at any depth.
func (m *manPage) commands(of *cobra.Command) {
	for _, cmd := range of.Commands() {
		if !cmd.IsAvailableCommand() {
			continue
		}
		m.macro("SS", cmd.Parent().CommandPath()+" "+cmd.Use)
		m.text(cmd.Short)
		if cmd.Long != "" {
			m.macro("PP")
			m.text(cmd.Long)
		}
		m.flags(cmd)
		m.commands(cmd)
	}
}

func (m *manPage) flags(cmd *cobra.Command) {
	cmd.LocalFlags().VisitAll(func(f *pflag.Flag) {
		if f.Name == "help" || f.Hidden {
			return
		}
		value, usage := pflag.UnquoteUsage(f)
		m.macro("TP")
		m.text(strings.TrimSpace("--" + f.Name + " " + value))
		m.text(usage)
	})
}

// macro is a line for the formatter.
func (m *manPage) macro(name string, args ...string) {
	line := "." + name
	for _, a := range args {
		line += ` "` + strings.ReplaceAll(escaped(a), `"`, `\(dq`) + `"`
	}
	m.put(line)
}

// text writes paragraphs, separated by empty lines; a line that begins with blanks stays unchanged.
func (m *manPage) text(text string) {
	for l := range strings.Lines(strings.TrimSpace(text)) {
		l = escaped(strings.TrimRight(l, "\n"))
		switch {
		case l == "":
			l = ".PP"
		case strings.HasPrefix(l, "."), strings.HasPrefix(l, "'"):
			l = `\&` + l
		}
		m.put(l)
	}
}

func escaped(text string) string { return strings.NewReplacer(`\`, `\e`, "-", `\-`).Replace(text) }

func (m *manPage) put(l string) {
	if m.err == nil {
		_, m.err = fmt.Fprintln(m.out, l)
	}
}
