package text

import (
	"strings"
	"testing"
)

// T60: only a link that a page's own author says is theirs counts.
func TestT60_LinksBack(t *testing.T) {
	const me = "https://elm.example/@ann"
	for page, want := range map[string]bool{
		`<a rel="me" href="` + me + `">me</a>`:                                            true,
		`<html><head><link href=" ` + me + ` " rel="ME nofollow noopener"></head></html>`: true,
		`<area rel=me href=` + me + `>`:                                                   true,
		`<a rel="nofollow" href="` + me + `">x</a>`:                                       false,
		`<a href="` + me + `">x</a>`:                                                      false,
		`<a rel="me ugc" href="` + me + `">x</a>`:                                         false,
		`<a rel="meme" href="` + me + `">x</a>`:                                           false,
		`<!-- <a rel="me" href="` + me + `">x</a> -->`:                                    false,
		`<script>'<a rel="me" href="` + me + `">'</script>`:                               false,
		`<textarea><a rel="me" href="` + me + `">x</a></textarea>`:                        false,
		`<template><a rel="me" href="` + me + `">x</a></template>`:                        false,
		`<iframe srcdoc='<a rel="me" href="` + me + `">x</a>'></iframe>`:                  false,
		`<a rel="author" rel="me" href="` + me + `">x</a>`:                                false,
		`<b rel="me" href="` + me + `">x</b>`:                                             false,
		strings.Repeat("<a rel=me href=x>", 10_000):                                       false,
	} {
		if got := LinksBack([]byte(page), func(href string) bool { return href == me }); got != want {
			t.Errorf("%.120s: got %v, want %v", page, got, want)
		}
	}
}

// T60: what is shown of a link is its whole address, and the whole host is always visible.
func TestT60_LinksShowTheirHost(t *testing.T) {
	for in, want := range map[string]string{
		`<a href="https://oak.example/a">https://oak.example/a</a>`:                                             "https://oak.example/a",
		`<a href="https://oak.example/a"><span class="invisible">https://</span><span>oak.example/a</span></a>`: "https://oak.example/a",
		`<a href="https://evil.example/">https://oak.example/</a>`:                                              "",
		`<a href="https://oak.example/">https://oak.example/</a> and more`:                                      "",
		`<p><a href="https://oak.example/">https://oak.example/</a></p>`:                                        "",
		`https://oak.example/`: "",
		``:                     "",
	} {
		if got, _ := OnlyLink(in); got != want && want != "" {
			t.Errorf("%s: got %q, want %q", in, got, want)
		} else if _, ok := OnlyLink(in); ok != (want != "") {
			t.Errorf("%s: got %v", in, ok)
		}
	}
	host := "oak.example.with.a.long.long.long.name.evil.example"
	if got := RenderLine("https://"+host+"/path", Resolver{}); !strings.Contains(got, `<span class="ellipsis">`+host+`</span>`) {
		t.Errorf("a long host: got %s", got)
	}
}
