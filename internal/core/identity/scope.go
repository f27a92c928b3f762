package identity

import (
	"slices"
	"strings"

	"skein/internal/skein"
)

// children are the scopes below each parent, as Mastodon names them. https://docs.joinmastodon.org/api/oauth-scopes/
var children = map[string][]string{
	"read": strings.Fields(`accounts blocks bookmarks collections favourites filters follows lists mutes notifications
		search statuses`),
	"write": strings.Fields(`accounts blocks bookmarks collections conversations favourites filters follows lists media
		mutes notifications reports statuses`),
	"admin:read":  adminChildren,
	"admin:write": adminChildren,
}

var adminChildren = strings.Fields(`accounts reports domain_allows domain_blocks ip_blocks email_domain_blocks
	canonical_email_blocks`)

// followScopes is what the old scope "follow" stands for.
var followScopes = []string{"read:blocks", "read:follows", "read:mutes", "write:blocks", "write:follows", "write:mutes"}

// Scopes lists every scope we know, parents before their children.
var Scopes = func() []string {
	list := []string{"profile", "follow", "push"}
	for _, parent := range []string{"read", "write", "admin:read", "admin:write"} {
		list = append(list, parent)
		for _, child := range children[parent] {
			list = append(list, parent+":"+child)
		}
	}
	return list
}()

var known = func() map[string]bool {
	m := make(map[string]bool, len(Scopes))
	for _, s := range Scopes {
		m[s] = true
	}
	return m
}()

// everything is what a session may do.
var everything = []string{"profile", "read", "write", "follow", "push", "admin:read", "admin:write"}

// Allows tells whether a grant holds one of the scopes, by itself or through a parent: read for read:statuses, follow for
// write:mutes. Asked for no scope it is enough to have a grant at all. A session may do everything.
func Allows(g *skein.Grant, scopes ...string) bool {
	if g == nil {
		return false
	}
	if len(scopes) == 0 || g.Session != 0 {
		return true
	}
	return slices.ContainsFunc(scopes, func(s string) bool { return covers(g.Scopes, s) })
}

// covers tells whether granted scopes include one. It fails closed: a scope that nobody knows is covered by nothing.
func covers(granted []string, want string) bool {
	if !known[want] {
		return false
	}
	if slices.Contains(granted, want) {
		return true
	}
	if i := strings.LastIndexByte(want, ':'); i > 0 && slices.Contains(granted, want[:i]) {
		return true
	}
	if slices.Contains(followScopes, want) && slices.Contains(granted, "follow") {
		return true
	}
	return want == "follow" && coversAll(granted, followScopes)
}

func coversAll(granted, want []string) bool {
	return !slices.ContainsFunc(want, func(s string) bool { return !covers(granted, s) })
}

// KnownScope tells whether there is such a scope.
func KnownScope(s string) bool { return known[s] }

// ParseScopes splits a list of scopes as OAuth writes it (RFC 6749 3.3): blanks between, each once, "read" if there is
// none.
func ParseScopes(s string) []string {
	var list []string
	for f := range strings.FieldsSeq(s) {
		if !slices.Contains(list, f) {
			list = append(list, f)
		}
	}
	if len(list) == 0 {
		return []string{"read"}
	}
	return list
}
