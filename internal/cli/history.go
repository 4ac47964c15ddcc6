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
		Use: "history", Short: "print past calls and their notes as CSV", Args: nothing,
		Long: strings.TrimSpace(`
Print the past calls of a profile that this computer keeps, newest first, with their notes. The format is
comma-separated values with a header line. Patchcord need not be running.

A cell that a spreadsheet would read as a formula, such as +39..., begins with an apostrophe.`),
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
