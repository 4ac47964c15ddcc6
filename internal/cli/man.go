package cli

import (
	"bytes"
	"cmp"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/patchcord/patchcord/internal/app"
	"github.com/patchcord/patchcord/internal/config"
)

func manCommand(p app.Program) *cobra.Command {
	var dir string
	cmd := &cobra.Command{
		Use: "man [COMMAND]", Short: "print the manual page of the program or of a command: patchcord man > patchcord.1", Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if dir != "" {
				return writePages(cmd.Root(), p, dir)
			}
			about, rest, err := cmd.Root().Find(args)
			switch {
			case err != nil:
				return err
			case len(rest) > 0:
				return unknown(about, rest[0])
			}
			return writePage(about, p, cmd.OutOrStdout())
		},
	}
	cmd.Flags().StringVar(&dir, "dir", "", "write all pages into this `DIRECTORY`")
	return cmd
}

// writePages writes the page of the program and one for each command below it.
func writePages(root *cobra.Command, p app.Program, dir string) error {
	for _, about := range append([]*cobra.Command{root}, root.Commands()...) {
		if about != root && !about.IsAvailableCommand() {
			continue
		}
		var page bytes.Buffer
		if err := writePage(about, p, &page); err != nil {
			return err
		}
		if err := os.WriteFile(filepath.Join(dir, pageName(about)+".1"), page.Bytes(), 0o644); err != nil {
			return err
		}
	}
	return nil
}

// pageName is what man is asked for: patchcord-ctl.
func pageName(cmd *cobra.Command) string { return strings.ReplaceAll(cmd.CommandPath(), " ", "-") }

func writePage(about *cobra.Command, p app.Program, out io.Writer) error {
	m := &manPage{out: out}
	m.macro("TH", strings.ToUpper(pageName(about)), "1", "", "Patchcord "+p.Version)
	m.macro("SH", "NAME")
	m.text(pageName(about) + " - " + about.Short)
	m.macro("SH", "SYNOPSIS")
	m.text(strings.TrimSpace(strings.Replace(about.UseLine(), "[flags]", "[OPTION]...", 1)))
	m.macro("SH", "DESCRIPTION")
	m.text(cmp.Or(about.Long, strings.ToUpper(about.Short[:1])+about.Short[1:]+"."))
	if about.HasAvailableLocalFlags() {
		m.macro("SH", "OPTIONS")
		m.flags(about)
	}
	if about.HasAvailableSubCommands() {
		m.macro("SH", "COMMANDS")
	}
	if about.HasParent() {
		m.commands(about)
	} else {
		m.pages(about)
	}
	m.printed(about.Name(), p)
	if !about.HasParent() {
		m.macro("SH", "EXIT STATUS")
		m.text(exitCodes)
		return m.err
	}
	m.macro("SH", "SEE ALSO")
	m.text(about.Root().Name() + "(1)")
	return m.err
}

// manPage writes a page in the language of man(7).
type manPage struct {
	out io.Writer
	err error
}

// pages are the commands right below one, each with a page of its own.
func (m *manPage) pages(of *cobra.Command) {
	for _, cmd := range of.Commands() {
		if cmd.IsAvailableCommand() {
			m.macro("TP")
			m.text(pageName(cmd) + "(1)")
			m.text(cmd.Short)
		}
	}
}

// printed is what a command prints, where that is a part of the manual.
func (m *manPage) printed(command string, p app.Program) {
	switch command {
	case "keys":
		var text bytes.Buffer
		if m.err = p.PrintKeys(&text); m.err == nil {
			m.macro("PP")
			m.tables(text.String())
		}
	case "config":
		m.macro("SH", "EXAMPLE")
		m.macro("nf")
		for l := range strings.Lines(config.Example(p.Dialects)) {
			m.plain(l)
		}
		m.macro("fi")
	}
}

// tables has the sections and tables of a page of Markdown.
func (m *manPage) tables(page string) {
	for l := range strings.Lines(page) {
		l = strings.NewReplacer("`", "", `\|`, "|").Replace(strings.TrimSpace(l))
		cells := strings.Split(strings.Trim(l, "| "), " | ")
		switch title, isTitle := strings.CutPrefix(l, "## "); {
		case isTitle:
			m.macro("SH", strings.ToUpper(title))
		case strings.HasPrefix(l, "|") && len(cells) == 3 && cells[0] != "keys":
			m.macro("TP")
			m.plain(cells[0])
			m.plain(cells[1] + " (" + cells[2] + ")")
		case l == "" || strings.HasPrefix(l, "|") || strings.HasPrefix(l, "# "):
		default:
			m.plain(l)
		}
	}
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
		if l == "\n" {
			m.macro("PP")
			continue
		}
		m.plain(l)
	}
}

// plain is a line of text that is no macro, whatever it begins with.
func (m *manPage) plain(l string) {
	l = escaped(strings.TrimRight(l, "\n"))
	if strings.HasPrefix(l, ".") || strings.HasPrefix(l, "'") {
		l = `\&` + l
	}
	m.put(l)
}

func escaped(text string) string { return strings.NewReplacer(`\`, `\e`, "-", `\-`).Replace(text) }

func (m *manPage) put(l string) {
	if m.err == nil {
		_, m.err = fmt.Fprintln(m.out, l)
	}
}
