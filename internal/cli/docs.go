package cli

import (
	"fmt"
	"io"
	"strings"

	"github.com/alecthomas/kong"
)

// WriteReference writes docs/cli.md: every command with its flags, from the same structs that the parser is made of.
func WriteReference(out io.Writer) error {
	k, err := parser(&Root{}, io.Discard, io.Discard, func(int) {})
	if err != nil {
		return err
	}
	fmt.Fprint(out, "# Command line\n\nWritten by `make docs` from the program itself.\n\n"+
		"Every flag can also be given as an environment variable, and in the JSON file that `--config` names under the flag's name\n"+
		"without dashes. What stands on the command line wins, then the environment, then the file.\n")
	fmt.Fprint(out, "\nEverywhere:\n\n")
	flags(out, k.Model.Flags)
	var walk func(n *kong.Node, path string)
	walk = func(n *kong.Node, path string) {
		if len(n.Children) == 0 {
			fmt.Fprintf(out, "\n## %s\n\n%s\n", path, n.Help)
			if len(n.Flags) > 0 {
				fmt.Fprintln(out)
				flags(out, n.Flags)
			}
		}
		for _, c := range n.Children {
			walk(c, path+" "+c.Name)
		}
	}
	walk(k.Model.Node, "skein")
	return nil
}

func flags(out io.Writer, list []*kong.Flag) {
	fmt.Fprintln(out, "| flag | environment | default | meaning |\n|---|---|---|---|")
	for _, f := range list {
		if f.Name == "help" {
			continue
		}
		value := ""
		if !f.IsBool() {
			value = " " + f.FormatPlaceHolder()
			if f.Enum != "" {
				value = " " + strings.ReplaceAll(f.Enum, ",", "\\|")
			}
		}
		def := f.Default
		if def != "" {
			def = "`" + def + "`"
		}
		fmt.Fprintf(out, "| `--%s%s` | `%s` | %s | %s |\n", f.Name, value, strings.Join(f.Envs, " "), def, f.Help)
	}
}
