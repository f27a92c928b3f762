package text

import (
	"strings"
	"testing"
)

func TestPlain(t *testing.T) {
	for _, c := range []struct{ in, want string }{
		{"", ""},
		{"<p>a</p><p>b<br>c</p>", "a\n\nb\nc"},
		{"<p>a<br><br>b</p>", "a\n\nb"},
		{"<p>a  b\n c </p> <p> d</p>", "a b c\n\nd"},
		{"a <b>b</b> c<i> d</i>", "a b c d"},
		{"a <br> b", "a\nb"},
		{"<p>&lt;b&gt; &amp; &quot;</p>", `<b> & "`},
		{`<p><a href="https://www.elm.example/x"><span class="invisible">https://www.</span><span class="ellipsis">elm.exa</span><span class="invisible">mple/x</span></a>!</p>`,
			"https://www.elm.example/x!"},
		{`<span class="h-card"><a href="x">@<span>ann</span></a></span> <a href="y">#<span>tag</span></a>`, "@ann #tag"},
		{"<ul><li>a</li><li>b</li></ul><p>c</p>", "- a\n- b\n\nc"},
		{"<p>x</p><ol><li><p>a</p></li><li>b<ul><li>c</li></ul></li><li>d</ol>", "x\n\n1. a\n\n2. b\n- c\n3. d"},
		{"<pre>a\n  b</pre>c", "a\n  b\n\nc"},
		{"<blockquote><p>q</p></blockquote><p>a</p>", "q\n\na"},
		{"<h1>t</h1>a<div>b</div>c", "t\n\na\nb\nc"},
		{"a<script>x</script><style>y</style>b<!-- c -->", "ab"},
		{"<ruby>漢<rp>(</rp><rt>かん</rt><rp>)</rp></ruby>", "漢(かん)"},
		{`a<img alt=":blob:" src=x>b`, "a:blob:b"},
		{"a\x00b", "ab"},
	} {
		if got := Plain(c.in); got != c.want {
			t.Errorf("Plain(%q) = %q, want %q", c.in, got, c.want)
		}
	}
}

func TestPlainUndoesRender(t *testing.T) {
	for _, text := range []string{
		"hello", "a\nb\n\nc", "@ann #tag https://www.elm.example/a/very/long/address/that/is/cut & <more>", "日本語\n\n「引用」",
	} {
		if got := Plain(Render(text, known)); got != text {
			t.Errorf("got %q, want %q", got, text)
		}
	}
}

func TestExcerpt(t *testing.T) {
	for _, c := range []struct {
		in   string
		n    int
		want string
	}{
		{"short", 10, "short"},
		{"a\n\nb", 10, "a b"},
		{"the quick brown fox jumps", 20, "the quick brown fox…"},
		{"the quick brown fox jumps", 18, "the quick brown…"},
		{"日本語日本語日本語", 5, "日本語日…"},
		{"👨‍👩‍👧‍👦👨‍👩‍👧‍👦👨‍👩‍👧‍👦", 2, "👨‍👩‍👧‍👦…"},
		{"well, yes", 6, "well…"},
		{strings.Repeat("a", 1<<20), 3, "aa…"},
	} {
		if got := Excerpt(c.in, c.n); got != c.want {
			t.Errorf("Excerpt(%.30q, %d) = %q, want %q", c.in, c.n, got, c.want)
		}
	}
}
