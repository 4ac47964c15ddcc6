package cli

import (
	"flag"
	"fmt"
	"io"
	"os"
	"runtime"
	"runtime/debug"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/patchcord/patchcord/demopbx"
	"github.com/patchcord/patchcord/demopbx/exchange"
	"github.com/patchcord/patchcord/internal/app"
	"github.com/patchcord/patchcord/internal/config"
	"github.com/patchcord/patchcord/internal/control"
	"github.com/patchcord/patchcord/internal/number"
	"github.com/patchcord/patchcord/internal/station"
	"github.com/patchcord/patchcord/tui"
)

func rootCommand(p app.Program) *cobra.Command {
	var want tui.Next
	var linear, version, detach bool
	cmd := &cobra.Command{
		Use: "patchcord [LINK]", Short: "a softphone and PBX monitor in a terminal",
		Long: `Patchcord is a softphone and PBX monitor in a terminal.

Without a command it opens the phone. Without a profile the phone uses the built-in practice PBX. A LINK to a
number, such as tel:+39-0721-555016, sip:203@pbx or callto:203, goes to the phone that is running, which asks
whether to call it. If none is running, a new one opens.`,
		Args: linkOrKnown, SilenceErrors: true, SilenceUsage: true,
		RunE: func(cmd *cobra.Command, args []string) error {
			switch {
			case version:
				return printVersion(cmd.OutOrStdout(), p)
			case detach && len(args) > 0:
				return misused("with --detach there is no screen to ask on; leave it or the link out")
			case detach:
				return p.Up(cmd.Context(), want, cmd.OutOrStdout())
			case len(args) > 0:
				return callLink(cmd, p, want, linear, args[0])
			}
			return p.Open(cmd.Context(), want, linear)
		},
	}
	profileFlag(cmd, p, &want.Profile, "sign in with this profile `NAME` of config.toml, or with several: hq,branch")
	cmd.Flags().BoolVar(&want.Practice, "practice", false, "open the practice PBX even if there is a profile")
	cmd.Flags().BoolVar(&linear, "linear", false, "print one line for each event, for screen readers")
	cmd.Flags().BoolVar(&detach, "detach", false, "start the phone without a screen, as up does")
	cmd.Flags().BoolVar(&version, "version", false, "print the version")
	return cmd
}

// linkOrKnown takes one link to a number, and refuses what is no command.
func linkOrKnown(cmd *cobra.Command, args []string) error {
	if len(args) == 1 && number.IsLink(args[0]) {
		return nil
	}
	return known(cmd, args)
}

// callLink asks a person whether to call the number of a link: on a screen of the phone that runs, else on one
// that opens here.
func callLink(cmd *cobra.Command, p app.Program, want tui.Next, linear bool, link string) error {
	reply, err := request(cmd.Context(), control.Request{Verb: "dial", To: link}, cmd.OutOrStdout())
	if reply.NoScreen || codeOf(err) == exitNotRunning {
		return p.OpenLink(cmd.Context(), want, linear, link)
	}
	return err
}

// profileFlag adds -profile, which completes to the profiles that there are.
func profileFlag(cmd *cobra.Command, p app.Program, profile *string, usage string) {
	cmd.Flags().StringVar(profile, "profile", "", usage)
	_ = cmd.RegisterFlagCompletionFunc("profile", func(*cobra.Command, []string, string) ([]cobra.Completion, cobra.ShellCompDirective) {
		return p.Profiles(), cobra.ShellCompDirectiveNoFileComp
	})
}

func setupCommand(p app.Program) *cobra.Command {
	var profile string
	var linear bool
	cmd := &cobra.Command{
		Use: "setup", Short: "create a profile step by step, test it and save it", Args: nothing,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return p.Open(cmd.Context(), tui.Next{Setup: true, Profile: profile}, linear)
		},
	}
	profileFlag(cmd, p, &profile, "change this profile `NAME` of config.toml, instead of adding one")
	cmd.Flags().BoolVar(&linear, "linear", false, "ask line by line, for screen readers")
	return cmd
}

func doctorCommand(p app.Program) *cobra.Command {
	var profile string
	cmd := &cobra.Command{
		Use: "doctor", Short: "check the connection to the PBX and the sound step by step", Args: nothing,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return p.Doctor(cmd.Context(), profile, cmd.OutOrStdout())
		},
	}
	profileFlag(cmd, p, &profile, "check this profile `NAME` of config.toml")
	return cmd
}

func keysCommand(p app.Program) *cobra.Command {
	return printer("keys", "list every key and what it does", p.PrintKeys)
}

func configCommand(p app.Program) *cobra.Command {
	return printer("config", "print an example config.toml and where to put it", func(out io.Writer) error {
		_, err := io.WriteString(out, config.Example(p.Dialects))
		return err
	})
}

func versionCommand(p app.Program) *cobra.Command {
	return printer("version", "print the version, the build, and how Opus and sound work here", func(out io.Writer) error { return printVersion(out, p) })
}

func printVersion(out io.Writer, p app.Program) error {
	_, err := fmt.Fprintf(out, "patchcord %s%s\n%s %s/%s\nOpus by %s\n%s\n",
		p.Version, commit(), runtime.Version(), runtime.GOOS, runtime.GOARCH, p.Opus(), station.Sound())
	return err
}

// commit is what the program was built from, in brackets, empty where Go was not told.
func commit() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return ""
	}
	known := map[string]string{}
	for _, setting := range info.Settings {
		known[setting.Key] = setting.Value
	}
	revision := known["vcs.revision"]
	if revision == "" {
		return ""
	}
	text := " (commit " + revision[:min(len(revision), 12)]
	if day, _, ok := strings.Cut(known["vcs.time"], "T"); ok {
		text += " of " + day
	}
	if known["vcs.modified"] == "true" {
		text += ", changed"
	}
	return text + ")"
}

// printer is a command that prints something and takes nothing.
func printer(name, short string, print func(io.Writer) error) *cobra.Command {
	return &cobra.Command{Use: name, Short: short, Args: nothing, RunE: func(cmd *cobra.Command, _ []string) error {
		return print(cmd.OutOrStdout())
	}}
}

// playable refuses a kind of PBX that the practice PBX does not play.
func playable(kind string) error {
	if kind != station.PracticeBoth && !slices.Contains(demopbx.Dialects(), kind) {
		return misused("the practice PBX does not play %q; it plays %s, or both side by side", kind, strings.Join(demopbx.Dialects(), " and "))
	}
	return nil
}

// demoCommand opens the phone at the practice PBX, by any of its wires.
func demoCommand(p app.Program) *cobra.Command {
	var linear bool
	cmd := &cobra.Command{
		Use: "demo", Short: "open the phone on the practice PBX; --pbx chooses its kind", Args: nothing,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := playable(p.Practice); err != nil {
				return err
			}
			return p.Open(cmd.Context(), tui.Next{Practice: true}, linear)
		},
	}
	usual := demopbx.Dialects()[0]
	cmd.Flags().StringVar(&p.Practice, "pbx", usual, "play this `KIND` of PBX: "+strings.Join(demopbx.Dialects(), " or ")+", or both on one board")
	_ = cmd.RegisterFlagCompletionFunc("pbx", cobra.FixedCompletions(append(slices.Clip(demopbx.Dialects()), station.PracticeBoth), cobra.ShellCompDirectiveNoFileComp))
	cmd.Flags().BoolVar(&linear, "linear", false, "print one line for each event, for screen readers")
	return cmd
}

// serveDemoCommand runs the practice PBX alone.
func serveDemoCommand() *cobra.Command {
	o := demopbx.Options{PBX: exchange.Options{Seed: 1, ChangesPerSecond: 3}}
	cmd := &cobra.Command{
		Use: "serve-demo", Short: "run the practice PBX alone, for other clients", Args: nothing,
		RunE: func(cmd *cobra.Command, _ []string) error { return demopbx.Serve(cmd.Context(), o, cmd.OutOrStdout()) },
	}
	flags := flag.NewFlagSet("", flag.ContinueOnError)
	o.Flags(flags)
	cmd.Flags().AddGoFlagSet(flags)
	return cmd
}

func desktopCommand() *cobra.Command {
	var packaged bool
	cmd := printer("desktop", "print a desktop entry that opens the phone and takes tel:, sip: and callto: links", func(out io.Writer) error {
		return printDesktop(out, packaged)
	})
	cmd.Flags().BoolVar(&packaged, "packaged", false, "for a package: the program is in PATH, and its icon is installed")
	return cmd
}

// printDesktop prints the file by which a desktop opens the phone, and links to telephone numbers in it. The
// program needs a terminal where it opens a screen.
func printDesktop(out io.Writer, packaged bool) error {
	program, icon := "patchcord", "patchcord"
	if !packaged {
		self, err := os.Executable()
		if err != nil {
			return err
		}
		program, icon = desktopQuoted(self), "call-start"
	}
	_, err := fmt.Fprintf(out, `[Desktop Entry]
Type=Application
Name=Patchcord
GenericName=Softphone
Comment=Call, and see who is talking at your PBX
Exec=%s %%u
Icon=%s
Terminal=true
Categories=Network;Telephony;ConsoleOnly;
Keywords=phone;call;PBX;VoIP;
MimeType=x-scheme-handler/tel;x-scheme-handler/sip;x-scheme-handler/sips;x-scheme-handler/callto;
`, program, icon)
	return err
}

// desktopQuoted is an argument of Exec (Desktop Entry Specification, "The Exec key").
func desktopQuoted(arg string) string {
	if !strings.ContainsAny(arg, " \t\n\"'\\><~|&;$*?#()`%") {
		return arg
	}
	// Escaped once for the quotes and once for being a text of such a file.
	quoted := strings.NewReplacer("\\", `\\\\`, `"`, `\\"`, "`", "\\\\`", "$", `\\$`, "%", "%%").Replace(arg)
	return `"` + quoted + `"`
}
