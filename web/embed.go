// Package web carries the built web app inside the binary. It only hands out
// the files: which of them a page needs stands in .vite/manifest.json, and how
// they are served is the business of the transports.
package web

import (
	"embed"
	"io/fs"
)

// Without a build, dist holds nothing but .keep, and the binary still compiles.
//
//go:embed all:dist
var dist embed.FS

// Dist returns the files that Vite built, rooted at web/dist. Beside each text
// file over 1 KB lies the same file in Brotli, with .br at the end of its name.
func Dist() fs.FS {
	sub, err := fs.Sub(dist, "dist")
	if err != nil {
		panic(err) // "dist" is a valid path: it cannot happen
	}
	return sub
}
