package cli

import (
	"strings"

	"github.com/spf13/cobra"

	"github.com/patchcord/patchcord/internal/app"
	"github.com/patchcord/patchcord/tui"
)

// historyCommand prints the calls that are kept.
func historyCommand(p app.Program) *cobra.Command {
	var want tui.Next
	var csv bool
	cmd := &cobra.Command{
		Use: "history", Short: "the calls that are kept, with their notes, as CSV", Args: nothing,
		Long: strings.TrimSpace(`
It prints the calls that this computer keeps of a profile, the newest first, with the notes about them, as
comma-separated values with a line of headings. No Patchcord has to be running.

A cell that a spreadsheet would take for a formula begins with an apostrophe, +39... too.`),
		RunE: func(cmd *cobra.Command, _ []string) error {
			if !csv {
				return misused("say in what form: patchcord history --csv")
			}
			return p.WriteHistory(want.Profile, want.Practice, cmd.OutOrStdout())
		},
	}
	profileFlag(cmd, p, &want.Profile, "of this profile `NAME` of config.toml")
	cmd.Flags().BoolVar(&want.Practice, "practice", false, "of the practice PBX although there is a profile")
	cmd.Flags().BoolVar(&csv, "csv", false, "as comma-separated values")
	return cmd
}
