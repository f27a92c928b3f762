// Command docs writes the generated part of docs/. Run it by `make docs`.
package main

import (
	"bytes"
	"fmt"
	"os"

	"skein/internal/cli"
)

func main() {
	if err := write(); err != nil {
		fmt.Fprintln(os.Stderr, "docs:", err)
		os.Exit(1)
	}
}

func write() error {
	var commands, api, openapi, attacks bytes.Buffer
	if err := cli.WriteReference(&commands); err != nil {
		return err
	}
	writeAPI(&api)
	if err := writeOpenAPI(&openapi); err != nil {
		return err
	}
	if err := writeThreats(&attacks, "."); err != nil {
		return err
	}
	if err := os.WriteFile("docs/cli.md", commands.Bytes(), 0o644); err != nil {
		return err
	}
	if err := os.WriteFile("docs/openapi.json", openapi.Bytes(), 0o644); err != nil {
		return err
	}
	if err := os.WriteFile("docs/threats.md", attacks.Bytes(), 0o644); err != nil {
		return err
	}
	return os.WriteFile("docs/api.md", api.Bytes(), 0o644)
}
