// Command docs writes the generated part of docs/. Run it by `make docs`.
package main

import (
	"fmt"
	"os"

	"skein/internal/cli"
)

func main() {
	f, err := os.Create("docs/cli.md")
	if err == nil {
		err = cli.WriteReference(f)
	}
	if err == nil {
		err = f.Close()
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "docs:", err)
		os.Exit(1)
	}
}
