package text

import "testing"

func TestOutLink(t *testing.T) {
	for _, c := range []struct{ html, want string }{
		{`<p>no link</p>`, ""},
		{`<p><span class="h-card"><a href="https://a.example/@ann" class="u-url mention">@ann</a></span> see <a href="https://news.example/1?a=1&amp;b=2" rel="nofollow">x</a> <a href="https://two.example/">y</a></p>`, "https://news.example/1?a=1&b=2"},
		{`<p><a href="https://a.example/tags/x" class="mention hashtag" rel="tag">#x</a></p>`, ""},
		{`<p><a href="https://a.example/tags/x" rel="tag">#x</a></p>`, ""},
		{`<p class="quote-inline">RE: <a href="https://a.example/1"><span>a</span><br></a></p><p><a href="https://b.example/">b</a></p>`, "https://b.example/"},
		{`<p><a href="magnet:?xt=1">m</a><a href="https://u:p@evil.example/">e</a><a href="HTTPS://b.example/">b</a></p>`, "HTTPS://b.example/"},
	} {
		if got := OutLink(c.html); got != c.want {
			t.Errorf("%s: got %q, want %q", c.html, got, c.want)
		}
	}
}
