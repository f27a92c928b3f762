package text

import (
	"slices"
	"strings"
	"testing"
)

func TestTermsOfManyLanguages(t *testing.T) {
	for _, c := range []struct {
		text string
		want string
	}{
		{"Hello, World!", "hello world"},
		{"ÉCOLE e\u0301te\u0301 Straße Ørsted Łódź", "ecole ete strasse orsted lodz"},
		{"O'Brien's snake_case", "o brien s snake case"},
		{"Ωμέγας ΟΔΟΣ", "ωμεγασ οδοσ"},
		{"Ёлка ЙОД", "елка иод"},
		{"ＦＵＬＬ　ｗｉｄｔｈ ﾄｳｷｮｳ", "full width トウ ウキ キョ ョウ"},
		{"東京都に住む", "東京 京都 都に に住 住む"},
		{"東京tower", "東京 tower"},
		{"ガギ か\u3099", "ガギ が"},
		{"한국어 검색", "한국 국어 검색"},
		{"ภาษาไทย", "ภา าษ ษา าไ ไท ทย"},
		{"كِتَابٌ أحمد", "كتاب احمد"},
		{"שָׁלוֹם", "שלום"},
		{"हिन्दी में", "हिन्दी में"},
		{"co\u00ADoperate zero\u200Bwidth", "cooperate zerowidth"},
		{"café☕naïve", "cafe naive"},
		{"人々 データー", "人々 デー ータ ター"},
		{"", ""}, {"\xff\x00 !", ""},
	} {
		if got := strings.Join(Terms(c.text, 100), " "); got != c.want {
			t.Errorf("terms of %q: got %q, want %q", c.text, got, c.want)
		}
	}
	if got, want := Singles("東京 tokyo 東", 10), []string{"東", "京"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestTermsAreBounded(t *testing.T) {
	if got := Terms(strings.Repeat("a", 1<<20), 10); len(got) != 1 || len(got[0]) != maxTerm {
		t.Errorf("a word of a megabyte gives %d terms, the first of %d bytes", len(got), len(got[0]))
	}
	if got := Terms(strings.Repeat("a b ", 1<<20), 7); len(got) != 7 {
		t.Errorf("got %d terms, want 7", len(got))
	}
	if got := Terms(strings.Repeat("東", 1<<20), 9); len(got) != 9 {
		t.Errorf("got %d terms, want 9", len(got))
	}
}
