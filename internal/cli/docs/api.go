package main

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"

	"skein/internal/transport/mastodon"
)

// writeAPI writes docs/api.md from the route table that the server itself serves from.
func writeAPI(out io.Writer) {
	fmt.Fprint(out, "# Client API\n\nWritten by `make docs` from the route table (`internal/transport/mastodon/routes.go`).\n\n"+
		"The shapes are those of the Mastodon API (https://docs.joinmastodon.org); `docs/openapi.json`, which every site serves as\n"+
		"`/api/openapi.json`, has them all. *anybody*, *public*: no token needed (*public*: a token makes the\n"+
		"answer personal); *app*: any token; *app only*: a token of a program, not of a person;\n"+
		"*user*: a token of a person; with a right beside it, of one whose role has that. One of the scopes suffices, and a parent (`read`) counts for its children.\n\n"+
		"A parameter with * must be there.\n\n"+
		"| method | path | for | takes | who | scopes | answers |\n|---|---|---|---|---|---|---|\n")
	for _, r := range mastodon.Routes() {
		path := r.Path
		if !r.Deprecated.IsZero() {
			path += " (deprecated)"
		}
		scopes := strings.Join(r.Scopes, " ")
		if len(r.Scopes) > 4 {
			scopes = r.Scopes[0] + " …"
		}
		purpose, takes := r.Documented()
		who := r.Auth.String()
		if r.Rights != 0 {
			who += ", `" + r.Rights.String() + "`"
		}
		fmt.Fprintf(out, "| %s | `%s` | %s | %s | %s | %s | %s |\n", r.Method, path, purpose, takes, who, scopes, strings.ReplaceAll(r.Gives, "|", " or "))
	}
}

// writeOpenAPI writes docs/openapi.json, the same that every site serves.
func writeOpenAPI(out io.Writer) error {
	e := json.NewEncoder(out)
	e.SetEscapeHTML(false)
	e.SetIndent("", " ")
	return e.Encode(mastodon.OpenAPI())
}
