package text

import (
	"regexp"
	"strings"
	"testing"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

const to = ` rel="nofollow noopener" target="_blank"`

func TestSanitize(t *testing.T) {
	for _, c := range []struct{ in, want string }{
		{"", ""},
		{"plain", "plain"},
		{"a & b < c", "a &amp; b &lt; c"},
		{"<p>a<br>b<br/>c</p>", "<p>a<br>b<br>c</p>"},
		{"<p>a<p>b", "<p>a</p><p>b</p>"},
		{"<b><i>x</b>y</i>", "<b><i>x</i></b>y"},
		{"<p><b>x</p>y</b>", "<p><b>x</b></p>y"},
		{"<p><ul><li>a<li>b</ul>c", "<p></p><ul><li>a</li><li>b</li></ul>c"},
		{"<li>a</li>", "\na\n"},
		{"<ol start=3 reversed><li value=7 onclick=x>a</ol>", `<ol start="3" reversed="reversed"><li value="7">a</li></ol>`},
		{"<h1>a<h2>b</h2></h1>", "<h1>a</h1><h2>b</h2>"},
		{"<h6>a</h6>", "<h5>a</h5>"},
		{"<ruby>漢<rp>(</rp><rt>かん<rt>x</ruby>", "<ruby>漢<rp>(</rp><rt>かん</rt><rt>x</rt></ruby>"},
		{"<rt>x</rt>", "\nx"},
		{"<pre>\n\na</pre>", "<pre>a</pre>"},
		{"<div>a</div><table><tr><td>b</table>", "\na\n\n\n\nb\n"},
		{"<font color=red>a</font><u>b</u><small>c</small>", "a<u>b</u>c"},
		{"<!-- x --><!doctype html>a<?php b ?>", "a"},
		{"a\x00b\x01c&#0;&#x1f;&#13;d", "abc\uFFFD\nd"},
		{"</p></br></b>x", "<br>x"},
		// links
		{`<a href="https://elm.example/">x</a>`, `<a href="https://elm.example/"` + to + `>x</a>`},
		{`<a href='https://elm.example/?a=1&b="2"' title="t" class="mention x" translate="no" rel="tag me" id=i name=n>x</a>`,
			`<a href="https://elm.example/?a=1&amp;b=&#34;2&#34;" class="mention" rel="tag nofollow noopener" target="_blank" title="t" translate="no">x</a>`},
		{`<a href="/relative">x</a>`, "x"},
		{`<a>x</a>`, "x"},
		{`<a href="https://a.example">x<a href="https://b.example">y</a>z</a>`,
			`<a href="https://a.example"` + to + `>x</a><a href="https://b.example"` + to + `>y</a>z`},
		{`<a href="magnet:?xt=1">m</a><a href="xmpp:ann@elm.example">x</a><a href="mailto:ann@elm.example">n</a>`,
			`<a href="magnet:?xt=1"` + to + `>m</a><a href="xmpp:ann@elm.example"` + to + `>x</a>n`},
		// classes
		{`<p class="quote-inline position-fixed">x</p>`, `<p class="quote-inline">x</p>`},
		{`<span class="h-card p-name u-url dt-x e-y modal h- H-X ellipsis invisible">x</span>`,
			`<span class="h-card p-name u-url dt-x e-y ellipsis invisible">x</span>`},
		{`<span style="position:fixed" lang=de translate=yes>x</span>`, `<span lang="de">x</span>`},
		{`<b class="mention">x</b>`, `<b>x</b>`},
		{`<blockquote cite="https://elm.example/1">x</blockquote><blockquote cite="javascript:1">y</blockquote>`,
			`<blockquote cite="https://elm.example/1">x</blockquote><blockquote>y</blockquote>`},
		{`<abbr title="a &quot;b&quot;">x</abbr>`, `<abbr title="a &#34;b&#34;">x</abbr>`},
		// pictures
		{`<img src="https://elm.example/a.png" alt="a cat">`, `<a href="https://elm.example/a.png"` + to + `>[🖼 a cat]</a>`},
		{`<img src="https://elm.example/a/very/long/way/to/a.png">`, `<a href="https://elm.example/a/very/long/way/to/a.png"` + to + `>[🖼 elm.example/a/very/long/way/to…]</a>`},
		{`<img src="javascript:alert(1)" alt="x" onerror=alert(1)>`, `[🖼 x]`},
		{`<img src=x>`, ``},
		{`<img class=emoji src="https://elm.example/b.png" alt=":blob:">`, `:blob:`},
		{`<a href="https://elm.example/"><img src="https://elm.example/a.png" alt="x"></a>`, `<a href="https://elm.example/"` + to + `>[🖼 x]</a>`},
		// formulas: FEP-dc88
		{`<math><semantics><mrow><mi>x</mi></mrow><annotation encoding="application/x-tex">x^2</annotation></semantics></math>!`, `$x^2$!`},
		{`<math display="block"><semantics><mi>x</mi><annotation encoding="application/x-tex">a&lt;b</annotation></semantics></math>`, `$$a&lt;b$$`},
		{`<math><semantics><mi>x</mi><annotation encoding="text/plain">x squared</annotation></semantics></math>`, `x squared`},
		{`<math><mi>x</mi><mo>+</mo></math>`, `x+`},
		{`<p><math><mi>x</p>y`, `<p>x</p>y`},
		// what is not for readers
		{`<script>alert(1)</script><style>p{}</style><noscript><p>x</p></noscript><iframe>y</iframe>z`, `z`},
		{`a<script>b`, `a`},
		{`<textarea><b>x</b></textarea>`, `&lt;b&gt;x&lt;/b&gt;`},
	} {
		if got := Sanitize(c.in); got != c.want {
			t.Errorf("Sanitize(%q)\n got %q\nwant %q", c.in, got, c.want)
		}
	}
}

// attacks are of the kinds that published collections list.
var attacks = []string{
	`<script>alert(1)</script>`, `<scr<script>ipt>alert(1)</scr</script>ipt>`, `<ScRiPt/src=//x>`, `<script\x20>alert(1)</script>`,
	`<img src=x onerror=alert(1)>`, `<img/src="x"/onerror=alert(1)>`, `<IMG """><SCRIPT>alert(1)</SCRIPT>">`,
	`<svg onload=alert(1)>`, `<svg/onload=alert(1)>`, `<svg><script>alert(1)</script></svg>`, `<svg><a xlink:href="javascript:alert(1)"><text>x`,
	`<svg><style><img src=x onerror=alert(1)></style></svg>`, `<svg></p><style><a id="</style><img src=1 onerror=alert(1)>">`,
	`<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>`, `<math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>`,
	`<math><annotation-xml encoding="text/html"><script>alert(1)</script></annotation-xml></math>`, `<math href="javascript:alert(1)">x</math>`,
	`<noscript><p title="</noscript><img src=x onerror=alert(1)>">`, `<noembed><img title="</noembed><img src onerror=alert(1)>">`,
	`<p id="x"><style><!--</style><img src=x onerror=alert(1)>--></style>`, `<!--><img src=x onerror=alert(1)>-->`, `<!--!><img src=x onerror=alert(1)>--!>`,
	`<textarea></textarea><img src=x onerror=alert(1)>`, `<title><a title="</title><img src=x onerror=alert(1)>">`, `<xmp><p title="</xmp><svg/onload=alert(1)>">`,
	`<template><img src=x onerror=alert(1)></template>`, `<plaintext><img src=x onerror=alert(1)>`, `<select><style></select><img src=x onerror=alert(1)></style>`,
	`<form><input name=action><button formaction=javascript:alert(1)>x`, `<isindex action=javascript:alert(1)>`, `<base href="//evil.example/">`,
	`<meta http-equiv=refresh content="0;url=javascript:alert(1)">`, `<link rel=stylesheet href=//evil.example>`, `<object data="javascript:alert(1)">`,
	`<embed src="javascript:alert(1)">`, `<iframe srcdoc="<script>alert(1)</script>">`, `<details open ontoggle=alert(1)>`, `<video><source onerror=alert(1)>`,
	`<audio src=x onerror=alert(1)>`, `<body onload=alert(1)>`, `<marquee onstart=alert(1)>`, `<a onmouseover=alert(1)>x</a>`, `<b/onclick=alert(1)>x`,
	`<a href="javascript:alert(1)">x</a>`, `<a href="JaVaScRiPt:alert(1)">x</a>`, "<a href=\"java\tscript:alert(1)\">x</a>", "<a href=\"java&#10;script:alert(1)\">x</a>",
	`<a href="&#106;avascript:alert(1)">x</a>`, `<a href="&#x6A&#x61vascript&colon;alert(1)">x</a>`, "<a href=\"\x01javascript:alert(1)\">x</a>", `<a href=" javascript:alert(1)">x</a>`,
	`<a href="data:text/html,<script>alert(1)</script>">x</a>`, `<a href="vbscript:msgbox(1)">x</a>`, `<a href="blob:https://x/1">x</a>`, `<a href="feed:javascript:alert(1)">x</a>`,
	`<a href="//evil.example">x</a>`, `<a href="https:javascript:alert(1)">x</a>`, `<a href="https:\\evil.example">x</a>`, `<a href="view-source:https://x">x</a>`,
	`<p style="background:url(javascript:alert(1))" id=content name=body class="modal fixed">x</p>`, `<span class="h-card&#x20;modal">x</span>`,
	`<img srcset="x 1x" src=x>`, `<a href="https://x.example" target="_self" download ping="//evil">x</a>`, `<a href='https://x.example/"onclick="alert(1)'>x</a>`,
	`<p title="--><img src=x onerror=alert(1)>">x`, "<p>\u2028<img src=x onerror=alert(1)>", `<<img src=x onerror=alert(1)>`, `<img src=x onerror=alert(1)//`, `<p/title='>'<b>`,
	`&lt;script&gt;alert(1)&lt;/script&gt;`, `&amp;lt;script&amp;gt;`, `<b>&#60;img src=x onerror=alert(1)&#62;</b>`, "<\x00script>alert(1)</script>", `<a/href=https://a.example/`,
	`<ruby><rt><rp><rt></ruby><rt>`, `<ul><p><li><ul><h1><li><a href=https://a.example><li></a>`, `<b><b><b><b><b><p></b></b></b></b></b>x</p>`, `<a href=https://a.example><p><a href=https://b.example>`,
	`<h1><p><b><h2><ul><li><h3></b>`, `<pre>` + "\n\n\n", `<blockquote><p><blockquote><p></blockquote>x</p></blockquote>`,
}

func TestT116_AttacksComeToNothing(t *testing.T) {
	for _, in := range attacks {
		harmlessHTML(t, in)
		harmlessHTML(t, "<p>"+in+"</p>"+in)
	}
}

func TestT118_Attributes(t *testing.T) {
	for _, scheme := range []string{"javascript", "data", "vbscript", "blob", "file", "about", "intent", "mailto", "tel"} {
		for _, form := range []string{"%s:x", " %s:x", "\t%s:x", "%s&colon;x", "%s&#58;x", "&#1;%s:x", "%s\n:x"} {
			in := `<a href="` + strings.ReplaceAll(form, "%s", scheme) + `">x</a>`
			if got := Sanitize(in); got != "x" {
				t.Errorf("Sanitize(%q) = %q", in, got)
			}
		}
	}
	in := `<p id=a name=b style=c class=d onx=e data-f=g aria-h=i role=j tabindex=1 contenteditable dir=rtl hidden srcset=k>x</p>`
	if got := Sanitize(in); got != "<p>x</p>" {
		t.Errorf("got %q", got)
	}
}

// No class of the app's own, and no style, comes through from outside.
func TestT119_NoLooksFromOutside(t *testing.T) {
	in := `<p class="dialog fixed mention u-url overlay" style="position:fixed;inset:0">x</p><style>@import url(https://evil.test/x)</style>` +
		`<link rel=stylesheet href=https://evil.test/x><a class="button" href="https://oak.test/" style="background:url(https://evil.test/y)">y</a>`
	got := Sanitize(in)
	for _, bad := range []string{"dialog", "fixed", "overlay", "button", "style", "evil.test"} {
		if strings.Contains(got, bad) {
			t.Errorf("%q is left in %s", bad, got)
		}
	}
	if !strings.Contains(got, `class="mention u-url"`) {
		t.Errorf("the known classes are gone: %s", got)
	}
}

var allowedAttr = map[string]*regexp.Regexp{
	"href":      regexp.MustCompile(`^(https?://[^/?#\\@:]|(dat|dweb|ipfs|ipns|ssb|gopher|xmpp|magnet|gemini):)`),
	"cite":      regexp.MustCompile(`^https?://`),
	"rel":       regexp.MustCompile(`^(tag )?nofollow noopener$`),
	"target":    regexp.MustCompile(`^_blank$`),
	"translate": regexp.MustCompile(`^no$`),
	"class":     regexp.MustCompile(`^((mention|hashtag|ellipsis|invisible|quote-inline|(h|p|u|dt|e)-[a-z0-9-]+)( |$))+$`),
	"title":     regexp.MustCompile(`(?s)^.+$`),
	"lang":      regexp.MustCompile(`^[A-Za-z0-9-]+$`),
	"start":     regexp.MustCompile(`^-?[0-9]+$`),
	"value":     regexp.MustCompile(`^-?[0-9]+$`),
	"reversed":  regexp.MustCompile(`^reversed$`),
}

// harmlessHTML cleans once and checks what an HTML5 parser makes of it: only what is allowed, in the same order and
// nesting as it was written.
func harmlessHTML(t *testing.T, in string) {
	t.Helper()
	out := Sanitize(in)
	if again := Sanitize(out); again != out {
		t.Fatalf("T117: not stable\n   in %q\n once %q\ntwice %q", in, out, again)
	}
	nodes, err := html.ParseFragment(strings.NewReader(out), &html.Node{Type: html.ElementNode, Data: "body", DataAtom: atom.Body})
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	var walk func(n *html.Node)
	walk = func(n *html.Node) {
		switch n.Type {
		case html.TextNode:
			b.WriteString(textEscaper.Replace(n.Data))
			return
		case html.ElementNode:
		default:
			t.Fatalf("%q gives %q with a node of type %d", in, out, n.Type)
		}
		if _, ok := kept[n.DataAtom]; !ok && n.DataAtom != atom.Br || n.Namespace != "" {
			t.Fatalf("%q gives %q with <%s>", in, out, n.Data)
		}
		b.WriteString("<" + n.Data)
		for _, a := range n.Attr {
			if rule := allowedAttr[a.Key]; rule == nil || !rule.MatchString(a.Val) || a.Namespace != "" {
				t.Fatalf("%q gives %q with %s=%q", in, out, a.Key, a.Val)
			}
			b.WriteString(" " + a.Key + `="` + attrEscaper.Replace(a.Val) + `"`)
		}
		b.WriteString(">")
		for c := n.FirstChild; c != nil; c = c.NextSibling {
			walk(c)
		}
		if n.DataAtom != atom.Br {
			b.WriteString("</" + n.Data + ">")
		}
	}
	for _, n := range nodes {
		walk(n)
	}
	if b.String() != out {
		t.Fatalf("T117: a parser reads it otherwise\n    in %q\n   out %q\nparsed %q", in, out, b.String())
	}
}

func FuzzSanitize(f *testing.F) {
	for _, a := range attacks {
		f.Add(a)
	}
	f.Fuzz(func(t *testing.T, in string) {
		harmlessHTML(t, in)
		Plain(in)
	})
}

// TestT117_Nesting goes through random heaps of tags, which fuzzing by bytes is slow to find.
func TestT117_Nesting(t *testing.T) {
	tags := strings.Fields(`p span a abbr del s pre blockquote code b strong u sub sup i em h1 h2 h5 ul ol li ruby rt rp br
		div table td svg math annotation style title select template font h6 img`)
	seed := uint32(1)
	next := func(n int) int {
		seed = seed*1664525 + 1013904223
		return int(seed>>8) % n
	}
	for range 30000 {
		var b strings.Builder
		for range 2 + next(20) {
			tag := tags[next(len(tags))]
			switch next(5) {
			case 0, 1:
				b.WriteString("</" + tag + ">")
			case 2:
				b.WriteString([]string{"x", " ", "\n", "&lt;", "é"}[next(5)])
			default:
				b.WriteString("<" + tag)
				if tag == "a" {
					b.WriteString(` href=https://elm.example`)
				}
				b.WriteString(">")
			}
		}
		harmlessHTML(t, b.String())
	}
}

func TestSanitizeDeep(t *testing.T) {
	for _, tag := range []string{"b", "span", "blockquote", "ul", "ruby", "p"} {
		harmlessHTML(t, strings.Repeat("<"+tag+">", 1000)+"x"+strings.Repeat("</"+tag+">", 500))
	}
}
