package text

import (
	"fmt"
	"strings"
	"testing"
)

// show writes what Find found, short enough to read in a table.
func show(text string) string {
	var parts []string
	for _, e := range Find(text) {
		s := e.Name
		switch e.Kind {
		case Mention:
			s = "@" + s
			if e.Domain != "" {
				s += "@" + e.Domain
			}
		case Tag:
			s = "#" + s
		case Emoji:
			s = ":" + s + ":"
		}
		parts = append(parts, s)
	}
	return strings.Join(parts, " ")
}

func TestFind(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"@https://elm.example", ""}, // no mention of somebody called https, and the address goes on from the @
		// mentions
		{"@ann", "@ann"},
		{"hi @ann!", "@ann"},
		{"(@ann)", "@ann"},
		{"@ann@elm.example.", "@ann@elm.example"},
		{"@Ann@ELM.example", "@Ann@elm.example"},
		{"@ann@elm.example:8443 hi", "@ann@elm.example:8443"},
		{"@ann@elm.example: hi", "@ann@elm.example"},
		{"@ann@localhost:3000", "@ann@localhost:3000"},
		{"@a.b-c@elm.example", "@a.b-c@elm.example"},
		{"@ann.", "@ann"},
		{"@ann-", "@ann"},
		{"@ann, @bob", "@ann @bob"},
		{"@ann@bücher.example", "@ann@xn--bcher-kva.example"},
		{"@ann@例え.テスト", "@ann@xn--r8jz45g.xn--zckzah"},
		{"ann@elm.example", ""},
		{"é@ann", ""},
		{"https:/@ann", ""},
		{"a=@ann", ""},
		{"@ann@elm@oak", ""},
		{"@ann＠elm", ""},
		{"@usér", ""},
		{"@annさん", "@ann"},
		{"こんにちは@ann", ""},
		{"@", ""},
		{"@@ann", "@ann"},
		{"@ann://", ""},
		{".@ann", "@ann"},
		{"@_", "@_"},
		// hashtags
		{"#tag", "#tag"},
		{"#Tag, #tag2", "#Tag #tag2"},
		{"#123", ""},
		{"#1a", "#1a"},
		{"#a1", "#a1"},
		{"#_", ""},
		{"#___", "#___"},
		{"#a_b", "#a_b"},
		{"#l·l", "#l·l"},
		{"#1·2", "#1·2"},
		{"#tag·", "#tag"},
		{"#·tag", ""},
		{"#日本語タグ", "#日本語タグ"},
		{"#アニメ・マンガ", "#アニメ・マンガ"},
		{"＃ひろい", "#ひろい"},
		{"日本語#タグ", ""},
		{"日本語 #タグ。", "#タグ"},
		{"#שלום עולם", "#שלום"},
		{"#می\u200cخواهم", "#می\u200cخواهم"},
		{"#हिन्दी", "#हिन्दी"},
		{"#ไทยแลนด์", "#ไทยแลนด์"},
		{"a#b", ""},
		{"/#b", ""},
		{")#b", ""},
		{"=#b", ""},
		{"(#b)", "#b"},
		{"#a#b", "#a"},
		{"##b", "#b"},
		{"#tag's", "#tag"},
		{"#c++ #node.js", "#c #node"},
		{"#cafe\u0301", "#cafe\u0301"},
		{"#tag😀", "#tag"},
		{"#taghttps://elm.example", "#tag"},
		{"#1https://elm.example", ""},
		{"&#39;", ""},
		{"#a\u037a", ""},
		// links
		{"https://elm.example", "https://elm.example"},
		{"HTTPS://Elm.Example/A", "HTTPS://Elm.Example/A"},
		{"see https://elm.example/a.", "https://elm.example/a"},
		{"https://elm.example/a?b=c&d=e#f!", "https://elm.example/a?b=c&d=e#f"},
		{"https://elm.example?q=1.", "https://elm.example?q=1"},
		{"(https://elm.example/a)", "https://elm.example/a"},
		{"https://en.example/wiki/Go_(game)", "https://en.example/wiki/Go_(game)"},
		{"(https://en.example/wiki/Go_(game))", "https://en.example/wiki/Go_(game)"},
		{"https://en.example/a_(b_(c))_d", "https://en.example/a_(b_(c))_d"},
		{"https://en.example/a_(b_(c_(d)))", "https://en.example/a_"},
		{"https://en.example/a_(b", "https://en.example/a_"},
		{"https://en.example/()", "https://en.example/"},
		{"[https://elm.example/a]", "https://elm.example/a"},
		{"<https://elm.example/a>", "https://elm.example/a"},
		{`"https://elm.example/a"`, "https://elm.example/a"},
		{"「https://elm.example/a」", "https://elm.example/a"},
		{"https://elm.example/@ann", "https://elm.example/@ann"},
		{"https://elm.example/@ann/1#x", "https://elm.example/@ann/1#x"},
		{"https://elm.example/tags/#go", "https://elm.example/tags/#go"},
		{"https://elm.example/日本", "https://elm.example/日本"},
		{"日本https://elm.example/", "https://elm.example/"},
		{"https://elm.example:8443/a", "https://elm.example:8443/a"},
		{"https://elm.example:", "https://elm.example"},
		{"http://localhost:3000/a", "http://localhost:3000/a"},
		{"http://127.0.0.1/a", "http://127.0.0.1/a"},
		{"https://例え.テスト/道", "https://例え.テスト/道"},
		{"https://bücher.example", "https://bücher.example"},
		{"https://example.comのページ", "https://example.com"},
		{"https://elm", ""},
		{"https://", ""},
		{"https://-elm.example", ""},
		{"https://elm..example", ""},
		{"https://bank.example@evil.example/", ""},
		{"https://u:p@elm.example/", ""},
		{"xhttps://elm.example", ""},
		{"ftp://elm.example javascript:alert(1) elm.example", ""},
		{"http://http://elm.example", "http://elm.example"},
		{"https://elm.example/a,https://oak.example/b", "https://elm.example/a,https://oak.example/b"},
		{"https://elm.example/a https://oak.example/b", "https://elm.example/a https://oak.example/b"},
		{"https://elm.example/%E3%81%82?x=[1]", "https://elm.example/%E3%81%82?x=[1"},
		{"https://my_site.elm.example/", "https://my_site.elm.example/"},
		// emoji
		{":blob:", ":blob:"},
		{"a :blob: b", ":blob:"},
		{":a:", ""},
		{":a_b: :c9:", ":a_b: :c9:"},
		{":blob::cat:", ""},
		{"x:blob:", ""},
		{":blob:x", ""},
		{"日:blob:", ""},
		{"!:blob:!", ":blob:"},
		{"12:30:45", ""},
		{":blob", ""},
		// all of them, and nothing
		{"@ann #tag https://elm.example :blob:", "@ann #tag https://elm.example :blob:"},
		{"https://elm.example/:blob:/#x", "https://elm.example/:blob:/#x"},
		{"", ""},
		{"\xff@ann\xff#tag\xff", "@ann #tag"},
	} {
		if got := show(c.text); got != c.want {
			t.Errorf("Find(%q) = %q, want %q", c.text, got, c.want)
		}
	}
}

func TestFindGivesPlaces(t *testing.T) {
	text := "é @ann@ELM.example:80 ＃Tag https://elm.example/ü :blob:"
	var got []string
	for _, e := range Find(text) {
		got = append(got, text[e.Start:e.End])
	}
	want := []string{"@ann@ELM.example:80", "＃Tag", "https://elm.example/ü", ":blob:"}
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestEmojis(t *testing.T) {
	got := fmt.Sprint(Emojis("hi :blob: :cat: :blob:, x:no: ::no:: :ok:\n:end:"))
	if want := "[blob cat ok end]"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func FuzzFind(f *testing.F) {
	f.Add("@a@b.c #d https://e.f/(g) :hi:")
	f.Add("＃x·・@é http://a.b?c=(d)…")
	f.Fuzz(func(t *testing.T, text string) {
		at := 0
		for _, e := range Find(text) {
			if e.Start < at || e.End <= e.Start || e.End > len(text) {
				t.Fatalf("%q: %+v after %d", text, e, at)
			}
			at = e.End
			if !strings.Contains(text[e.Start:e.End], e.Name) || e.Name == "" {
				t.Fatalf("%q: %+v", text, e)
			}
			if e.Kind == Tag {
				normal, _, ok := Hashtag(e.Name)
				if again, _, still := Hashtag(normal); !ok || !still || again != normal {
					t.Fatalf("%q has the name %q, which becomes %q", e.Name, normal, again)
				}
			}
		}
	})
}
