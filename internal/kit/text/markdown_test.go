package text

import (
	"strings"
	"testing"
	"time"
)

func TestMarkdown(t *testing.T) {
	for _, test := range []struct{ in, want string }{
		{"", ""},
		{"one\ntwo\n\nthree", "<p>one<br />two</p><p>three</p>"},
		{"A **bold** and *soft* _word_ in snake_case_name", "<p>A <strong>bold</strong> and <em>soft</em> <em>word</em> in snake_case_name</p>"},
		{"# Title\ntext", "<h1>Title</h1><p>text</p>"},
		{"###### Six", "<h5>Six</h5>"},
		{"#tag is no title", `<p>#tag is no title</p>`},
		{"- a\n- *b*\n  more\n\n1. x\n2. y", "<ul><li>a</li><li><em>b</em><br />more</li></ul><ol><li>x</li><li>y</li></ol>"},
		{"> said\n> so", "<blockquote><p>said<br />so</p></blockquote>"},
		{"```go\nif a < b {\n```\nafter", "<pre><code>if a &lt; b {</code></pre><p>after</p>"},
		{"`a*b*` <b>", "<p><code>a*b*</code> &lt;b&gt;</p>"},
		{"[here](https://a.example/x_y_z) and [no](javascript:alert(1))", `<p><a href="https://a.example/x_y_z">here</a> and [no](javascript:alert(1))</p>`},
		{"![](https://a.example/p.png)", `<p><a href="https://a.example/p.png">https://a.example/p.png</a></p>`},
		{`\*not\* ** open`, "<p>*not* ** open</p>"},
		{"---\ntext", "<p>text</p>"},
	} {
		if got := Markdown(test.in); got != test.want {
			t.Errorf("%q: got %s, want %s", test.in, got, test.want)
		}
	}
	// An address stays whole whatever is in it.
	if got := Markdown("see https://a.example/x_y_z*q*"); !strings.Contains(got, `href="https://a.example/x_y_z`) || strings.Contains(got, "<em>") {
		t.Errorf("got %s", got)
	}
}

// Open marks without end cost no more than their length.
func TestMarkdownIsLinear(t *testing.T) {
	for _, piece := range []string{"*", "**a ", "[", "[x](", "`", "_a", "\\", "> ", "- ", "```\n", "![", "1. "} {
		began := time.Now()
		Markdown(strings.Repeat(piece, 200_000/len(piece)))
		if took := time.Since(began); took > 3*time.Second {
			t.Errorf("%q: took %s", piece, took)
		}
	}
}

func FuzzMarkdown(f *testing.F) {
	for _, seed := range []string{"# T\n\n- a\n- b **c**", "> q\n```\nx\n```", "[a](https://b.example) `c` \\* _d_", "1. x\n   y\n***\n"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, s string) {
		once := Sanitize(Markdown(s))
		if again := Sanitize(once); again != once {
			t.Errorf("%q: %q is not clean", s, once)
		}
	})
}
