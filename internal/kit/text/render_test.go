package text

import (
	"strings"
	"testing"
	"unicode/utf8"
)

// known resolves ann everywhere and every hashtag.
var known = Resolver{
	Mention: func(user, domain string) (string, string, bool) {
		if !strings.EqualFold(user, "ann") {
			return "", "", false
		}
		if domain == "" {
			domain = "elm.example"
		}
		return "https://" + domain + "/@ann", "ann", true
	},
	Tag: func(name string) string { return "https://elm.example/tags/" + strings.ToLower(name) },
}

func TestRender(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"", ""},
		{" \n ", ""},
		{"hello", "<p>hello</p>"},
		{"a\nb", "<p>a<br />b</p>"},
		{"a\n\nb", "<p>a</p><p>b</p>"},
		{"a\n\n\n\nb\r\nc\rd", "<p>a</p><p>b<br />c<br />d</p>"},
		{"\n\na\n\n", "<p>a</p>"},
		{`<b> & "q" 'r'`, "<p>&lt;b&gt; &amp; &quot;q&quot; &#39;r&#39;</p>"},
		{"@ann", `<p><span class="h-card" translate="no"><a href="https://elm.example/@ann" class="u-url mention">@<span>ann</span></a></span></p>`},
		{"@ann@oak.example hi", `<p><span class="h-card" translate="no"><a href="https://oak.example/@ann" class="u-url mention">@<span>ann</span></a></span> hi</p>`},
		{"@bob@oak.example", "<p>@bob@oak.example</p>"},
		{"#Go", `<p><a href="https://elm.example/tags/go" class="mention hashtag" rel="tag">#<span>Go</span></a></p>`},
		{":blob:", "<p>:blob:</p>"},
		{"https://elm.example/a", `<p><a href="https://elm.example/a" target="_blank" rel="nofollow noopener" translate="no"><span class="invisible">https://</span><span class="">elm.example/a</span><span class="invisible"></span></a></p>`},
		{"https://www.elm.example/a?b=1&c=abcdefghijklmnop", `<p><a href="https://www.elm.example/a?b=1&amp;c=abcdefghijklmnop" target="_blank" rel="nofollow noopener" translate="no"><span class="invisible">https://www.</span><span class="ellipsis">elm.example/a?b=1&amp;c=abcdefghij</span><span class="invisible">klmnop</span></a></p>`},
	} {
		if got := Render(c.text, known); got != c.want {
			t.Errorf("Render(%q)\n got %s\nwant %s", c.text, got, c.want)
		}
	}
	if got, want := Render("@ann #go", Resolver{}), "<p>@ann #go</p>"; got != want {
		t.Errorf("nobody is known: got %s, want %s", got, want)
	}
}

func TestRenderLine(t *testing.T) {
	r := known
	r.Me = true
	got := RenderLine("a\n\nb https://elm.example", r)
	want := `a b <a href="https://elm.example" target="_blank" rel="nofollow noopener me" translate="no">` +
		`<span class="invisible">https://</span><span class="">elm.example</span><span class="invisible"></span></a>`
	if got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestLength(t *testing.T) {
	for _, c := range []struct {
		text string
		want int
	}{
		{"", 0},
		{"hello", 5},
		{"日本語", 3},
		{"cafe\u0301", 4},
		{"👨‍👩‍👧‍👦", 1},
		{"🇩🇪🇫🇷", 2},
		{"👍🏽", 1},
		{"a\r\nb", 3},
		{"각", 1},
		{"क्षि", 1},
		{"https://elm.example/", 23},
		{"https://elm.example/" + strings.Repeat("a", 500), 23},
		{"@ann@elm.example hi", 7},
		{"@ann hi", 7},
		{"#tag", 4},
		{":blob:", 6},
	} {
		if got := Length(c.text); got != c.want {
			t.Errorf("Length(%q) = %d, want %d", c.text, got, c.want)
		}
	}
}

func FuzzRender(f *testing.F) {
	f.Add("@ann #tag https://elm.example/<b>\n\n&amp; :x:")
	f.Add("\"'><script>@ann@x.y\r\r\r")
	f.Fuzz(func(t *testing.T, text string) {
		out := Render(text, known)
		if !utf8.ValidString(out) {
			t.Fatalf("%q: broken UTF-8", text)
		}
		// What we make is what we would keep: only the attributes that the sanitiser adds or leaves out differ.
		if once := Sanitize(out); Sanitize(once) != once || Plain(once) != Plain(out) {
			t.Fatalf("%q: %q against %q", text, out, once)
		}
		if Length(text) > utf8.RuneCountInString(text)*linkLength {
			t.Fatal("longer than it can be")
		}
	})
}
