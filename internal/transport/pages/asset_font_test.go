package pages

import (
	"slices"
	"testing"
)

// TestFontsAreFetchedByChoice: the font that few choose costs nobody else a byte.
func TestFontsAreFetchedByChoice(t *testing.T) {
	var a assets
	a.manifest = map[string]chunk{entry: {Assets: []string{"assets/figtree-1.woff2", "assets/atkinson-hyperlegible-next-2.woff2", "assets/mark-3.svg"}}}
	for chosen, want := range map[string][]string{
		"own":     {"/assets/figtree-1.woff2"},
		"legible": {"/assets/atkinson-hyperlegible-next-2.woff2"},
		"system":  nil,
	} {
		if got := a.fonts(chosen); !slices.Equal(got, want) {
			t.Errorf("fonts(%q) = %q, want %q", chosen, got, want)
		}
	}
}
