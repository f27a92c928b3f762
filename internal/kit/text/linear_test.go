package text

import (
	"strings"
	"testing"
	"time"
)

// TestT92_Linear feeds what made parsers of others slow, and compares the time of twice as much with that of as much.
func TestT92_Linear(t *testing.T) {
	pieces := []string{
		"@", "#", "＃", "a-", "@a-", "@a@a", "@a@a.", "#a#", "#a·", "http://", "http://a.b/(", "http://a.b/((",
		"http://a.b/.", "http://a.b?.", "http://a.", "https://a.b@", "(", "((a", ":a", ":aa:", "::", "\n", "\n\na", " ",
		"<", "<a", "<a ", "<a b", "<a href=\"http://a.b\">", "<p>", "<b><p>", "</p>", "<ul><li>", "<math>", "<!--", "<script>",
		"<a href='", "&", "&amp", "<svg><style>", "<img alt=a src=http://a.b>", "<ruby><rt>", "e\u0301", "\u0301", "👩\u200d",
		"🇩", "क\u094d", "\u200d", "é", "\xff", "<div>", "<li>", "<h1><a>", "<annotation>", "<math><annotation encoding=text/plain>",
	}
	calls := map[string]func(string){
		"Find":        func(s string) { Find(s) },
		"Render":      func(s string) { Render(s, known) },
		"Length":      func(s string) { Length(s) },
		"Sanitize":    func(s string) { Sanitize(s) },
		"Plain":       func(s string) { Plain(s) },
		"DisplayName": func(s string) { DisplayName(s, 1<<30) },
		"Emojis":      func(s string) { Emojis(s) },
		"Excerpt":     func(s string) { Excerpt(s, 1<<30) },
	}
	for name, call := range calls {
		size := 1 << 17
		if name == "Find" || name == "Sanitize" {
			size = 1 << 19 // the other calls stand on these two, or are as plain as can be
		}
		for _, piece := range pieces {
			half := strings.Repeat(piece, size/len(piece))
			whole := half + half
			// The best of several tries: what else runs on the machine only ever adds time.
			ratio := 0.0
			for try := range 6 {
				a, b := best(call, half), best(call, whole)
				if r := float64(b) / float64(a); try == 0 || r < ratio {
					ratio = r
				}
				if ratio < 2.6 || b < 2*time.Millisecond {
					ratio = min(ratio, 2.5)
					break
				}
			}
			if ratio >= 2.6 {
				t.Errorf("%s(%q...): twice the text takes %.1f times as long", name, piece, ratio)
			}
		}
	}
}

func best(call func(string), s string) time.Duration {
	least := time.Hour
	for range 2 {
		start := time.Now()
		call(s)
		least = min(least, time.Since(start))
	}
	return least
}

func BenchmarkFind(b *testing.B) {
	text := strings.Repeat("Hello @ann@elm.example, see https://elm.example/a_(b)?c=d #Tag :blob: und so weiter. ", 6)
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		Find(text)
	}
}

func BenchmarkSanitize(b *testing.B) {
	html := Render(strings.Repeat("Hello @ann, see https://elm.example/a_(b)?c=d #Tag und so weiter.\n\n", 6), known)
	b.SetBytes(int64(len(html)))
	for b.Loop() {
		Sanitize(html)
	}
}
