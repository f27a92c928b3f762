package text

import (
	"strings"
	"testing"
	"unicode/utf8"
)

func TestT126_DisplayName(t *testing.T) {
	for _, c := range []struct{ what, in, want string }{
		{"plain", "Ann Elm", "Ann Elm"},
		{"spaces", "  Ann \t\n Elm\u00a0\u3000x  ", "Ann Elm x"},
		{"control characters", "A\x00n\x1bn\u0085x", "Ann x"},
		{"overrides of direction", "a\u202eb\u2066c\u2069d\u200ee\u061cf", "abcdef"},
		{"right to left", "آنا אנה", "آنا אנה"},
		{"zalgo", "a" + strings.Repeat("\u0301", 500) + "b", "a\u0301\u0301\u0301\u0301b"},
		{"zalgo of many kinds", "a\u0300\u0316\u0334\u0489\u0301\u0302", "a\u0300\u0316\u0334\u0489"},
		{"marks without a letter", "\u0301\u0302ann", "ann"},
		{"joiners in heaps", "a" + strings.Repeat("\u200d", 100) + "b\u200d", "a\u200db"},
		{"zero widths", "a\u200bb\ufeffc\u2060d\u00ade", "abcde"},
		{"fillers", "\u3164\u115f\u1160\uffa0\u2800ann", "ann"},
		{"nothing left", "\u3164\u200b \u202e", ""},
		{"object replacement", "a\ufffcb", "ab"},
		{"tag characters", "a\U000E0061\U000E0062b", "ab"},
		{"flag of a region", "x🏴\U000E0067\U000E0062\U000E0065\U000E006E\U000E0067\U000E007F!", "x🏴\U000E0067\U000E0062\U000E0065\U000E006E\U000E0067\U000E007F!"},
		{"emoji", "👩‍👩‍👧 ❤️ 🇩🇪 👍🏽", "👩‍👩‍👧 ❤️ 🇩🇪 👍🏽"},
		{"selectors in heaps", "❤\ufe0f\ufe0f\ufe0f\ufe0f", "❤\ufe0f"},
		{"Persian", "می\u200cخواهم", "می\u200cخواهم"},
		{"Vietnamese taken apart", "e\u0323\u0302", "e\u0323\u0302"},
		{"private use", "a\ue000b", "ab"},
		{"broken UTF-8", "a\xffb", "ab"},
	} {
		if got := DisplayName(c.in, 100); got != c.want {
			t.Errorf("%s: got %q, want %q", c.what, got, c.want)
		}
	}
}

func TestT82_DisplayNameIsCut(t *testing.T) {
	if got := DisplayName(strings.Repeat("👩‍👩‍👧", 100), 30); Graphemes(got) != 30 {
		t.Errorf("%d characters are left", Graphemes(got))
	}
	if got := DisplayName(strings.Repeat("x", 1<<20), 30); len(got) != 30 {
		t.Errorf("%d bytes are left", len(got))
	}
	if got := DisplayName("ab cd", 3); got != "ab" {
		t.Errorf("got %q", got)
	}
}

func TestCleanKeepsLines(t *testing.T) {
	if got, want := Clean(" a\r\n\r\nb\u202e\tc \u2029d", 100), "a\n\nb c \nd"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func FuzzDisplayName(f *testing.F) {
	f.Add("a\u0301\u200d\u202e🏴\U000E0067 x")
	f.Fuzz(func(t *testing.T, s string) {
		for _, got := range []string{DisplayName(s, 30), Clean(s, 30)} {
			if !utf8.ValidString(got) || Graphemes(got) > 30 || strings.ContainsAny(got, "\x00\u202e\u2066\u200b") {
				t.Fatalf("%q gives %q", s, got)
			}
		}
		if once := DisplayName(s, 30); DisplayName(once, 30) != once {
			t.Fatalf("%q: %q then %q", s, once, DisplayName(once, 30))
		}
	})
}

func TestT127_Confusable(t *testing.T) {
	for _, pair := range [][2]string{
		{"Admin", "admin"}, {"admin", "adrnin"}, {"admin", "adm1n"}, {"paypal", "paypa1"}, {"Paypal", "PaypaI"},
		{"google", "g00gle"}, {"wave", "vvave"}, {"a_b", "a__b"}, {"ann", "_ann_"}, {"mimi", "rnlrnl"},
	} {
		if Confusable(pair[0]) != Confusable(pair[1]) {
			t.Errorf("%s and %s are told apart", pair[0], pair[1])
		}
	}
	for _, pair := range [][2]string{{"ann", "anna"}, {"a_b", "ab"}, {"bob", "rob"}, {"user2", "user3"}} {
		if Confusable(pair[0]) == Confusable(pair[1]) {
			t.Errorf("%s and %s are taken for each other", pair[0], pair[1])
		}
	}
	for _, name := range []string{"admin", "ADMIN", "_adm1n_", "adrnin", "root", "postmaster", "r00t", "no__reply"} {
		if !Reserved(name) {
			t.Errorf("%s is free", name)
		}
	}
	for _, name := range []string{"ann", "adam", "roots", "mia"} {
		if Reserved(name) {
			t.Errorf("%s is reserved", name)
		}
	}
}

func TestValidUsername(t *testing.T) {
	for _, name := range []string{"a", "Ann_1", "_ann", strings.Repeat("a", 30), "1"} {
		if !ValidUsername(name) {
			t.Errorf("%q is refused", name)
		}
	}
	for _, name := range []string{"", "a.b", "a-b", "é", "раypal", "a b", "a@b", strings.Repeat("a", 31), "_", "__", "a\n", "ａ"} {
		if ValidUsername(name) {
			t.Errorf("%q is taken", name)
		}
	}
}

func TestT127_ShownDomain(t *testing.T) {
	for in, want := range map[string]string{
		"elm.example":              "elm.example",
		"ELM.example:8443":         "elm.example:8443",
		"xn--bcher-kva.example":    "bücher.example",
		"xn--r8jz45g.xn--zckzah":   "例え.テスト",
		"xn--pypal-4ve.example":    "xn--pypal-4ve.example", // раypal: Cyrillic among Latin
		"xn--80ak6aa92e.com":       "xn--80ak6aa92e.com",    // аррӏе: nothing but look-alikes
		"xn--e1afmkfd.xn--p1ai":    "пример.рф",
		"xn--.example":             "xn--.example",
		"xn--99999999999.example":  "xn--99999999999.example",
		"a.xn--bcher-kva.xn--p1ai": "a.bücher.рф",
	} {
		if got := ShownDomain(in); got != want {
			t.Errorf("ShownDomain(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestHashtag(t *testing.T) {
	for _, c := range []struct{ in, normal, display string }{
		{"Go", "go", "Go"},
		{"#Go", "go", "Go"},
		{"＃ＧＯ", "go", "ＧＯ"},
		{"Straße", "strasse", "Straße"},
		{"ﾃｽﾄ", "テスト", "ﾃｽﾄ"},
		{"cafe\u0301", "café", "café"},
		{"ΣΊΣΥΦΟΣ", "σίσυφοσ", "ΣΊΣΥΦΟΣ"},
		{"日本語", "日本語", "日本語"},
		{"l·l", "l·l", "l·l"},
		{"a_1", "a_1", "a_1"},
	} {
		normal, display, ok := Hashtag(c.in)
		if !ok || normal != c.normal || display != c.display {
			t.Errorf("Hashtag(%q) = %q, %q, %v; want %q, %q", c.in, normal, display, ok, c.normal, c.display)
		}
		if again, _, _ := Hashtag(normal); again != normal {
			t.Errorf("%q becomes %q", normal, again)
		}
	}
	for _, in := range []string{"", "#", "123", "a b", "a-b", "a/b", "·a", "<b>", "a\n", "😀", strings.Repeat("a", 3000)} {
		if normal, _, ok := Hashtag(in); ok {
			t.Errorf("Hashtag(%.20q) = %q", in, normal)
		}
	}
}

func TestLanguage(t *testing.T) {
	for in, want := range map[string]string{
		"en": "en", "pt-br": "pt-BR", "zh-Hant-TW": "zh-Hant-TW", "zh_CN": "zh-CN", "tok": "tok", "jbo": "jbo", "EN": "en",
		"kab": "kab", "sr-latn": "sr-Latn", "de-CH": "de-CH",
	} {
		if got, ok := Language(in); !ok || got != want {
			t.Errorf("Language(%q) = %q, %v; want %q", in, got, ok, want)
		}
	}
	for _, in := range []string{"", "und", "xx-", "e", "english language", "-", "en-", "qqqq9", strings.Repeat("en-", 100), "<b>", "en\n"} {
		if got, ok := Language(in); ok {
			t.Errorf("Language(%.20q) = %q", in, got)
		}
	}
}
