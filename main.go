// Skein is a social network that nobody owns: one program that hosts any number of sites, speaks ActivityPub with other
// servers and the Mastodon API with clients, and brings its own web app.
package main

import (
	"os"

	"skein/internal/cli"
)

func main() { os.Exit(cli.Main(os.Args[1:])) }
