package text

import (
	"runtime/debug"
	"strings"
	"syscall"
	"testing"
	"time"
)

// TestT92_Linear feeds what made parsers of others slow. Twice the text may take 2.6 times as long. It is measured over two
// doublings, 2.6 * 2.6, since over one the growing cost of fresh memory alone comes near; what is quadratic takes 16.
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
	// The collector would run during some calls and not during others; and memory used before is cheaper than fresh
	// memory, which favours the shorter text. So all is given back first, and every call takes fresh memory.
	defer debug.SetGCPercent(debug.SetGCPercent(-1))
	for name, call := range calls {
		size := 1 << 18
		if name == "Find" || name == "Sanitize" {
			size = 1 << 20 // the other calls stand on these two, or are as plain as can be
		}
		for _, piece := range pieces {
			quarter := strings.Repeat(piece, size/4/len(piece))
			whole := strings.Repeat(quarter, 4)
			debug.FreeOSMemory()
			// The best of several tries counts: what else runs on the machine only ever adds time. What takes next to
			// none is not looked at closer: even the quickest scan, begun anew at each piece, would take longer.
			ratio := 0.0
			for least, most, try := time.Hour, time.Hour, 0; try < 12; try++ {
				if most = min(most, took(call, whole)); most < 10*time.Millisecond {
					ratio = 0
					break
				}
				least = min(least, took(call, quarter))
				if ratio = float64(most) / float64(least); ratio < 2.6*2.6 {
					break
				}
			}
			if ratio >= 2.6*2.6 {
				t.Errorf("%s(%q...): four times the text takes %.1f times as long", name, piece, ratio)
			}
		}
	}
}

// took is the processor time of a call. The time of day would not do: what is short enough runs in one piece, what is
// twice as long is interrupted by others on the machine.
func took(call func(string), s string) time.Duration {
	start := spent()
	call(s)
	return spent() - start
}

func spent() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		panic(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
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
