package text

import (
	"slices"
	"strings"
	"testing"
	"time"
)

func TestWords(t *testing.T) {
	for _, c := range []struct {
		name  string
		text  string
		words []Word
		want  []int
	}{
		{"case", "The SPOILER is here", []Word{{"spoiler", false}, {"Here", true}, {"gone", false}}, []int{0, 1}},
		{"inside another word", "classic", []Word{{"ass", false}, {"ass", true}}, []int{0}},
		{"a whole word at both ends", "cat", []Word{{"cat", true}}, []int{0}},
		{"later, though not at first", "cats cat", []Word{{"cat", true}}, []int{0}},
		{"letters of all scripts are letters", "Straßenbahn, die Bahn; кот, котик", []Word{{"bahn", true}, {"кот", true}, {"котик", true}, {"strassenbahn", true}}, []int{0, 1, 2, 3}},
		{"an umlaut goes on with a word", "überall", []Word{{"berall", true}, {"all", true}}, nil},
		{"ends that are no letters need no border", "I write c++20 and #fooled", []Word{{"c++", true}, {"#foo", true}, {"#foo", false}}, []int{0, 2}},
		{"a regular expression is text", "aaa a.c .*", []Word{{".*", false}, {"a+", false}, {"a.c", true}, {"(a|b)", false}, {"[a-z]", false}}, []int{0, 2}},
		{"widths", "ＦＯＯ bar", []Word{{"foo", true}, {"ｂａｒ", true}}, []int{0, 1}},
		{"several words over lines", "New\n  York", []Word{{"new york", true}}, []int{0}},
		{"hidden joints", "sp\u200boi\u00adler", []Word{{"spoiler", true}}, []int{0}},
		{"one within another", "she sells", []Word{{"he", false}, {"she", false}, {"hers", false}, {"sell", false}}, []int{0, 1, 3}},
		{"nothing", "text", []Word{{"", false}, {"\u200b", false}, {" ", true}}, nil},
		{"no words", "text", nil, nil},
		{"twice the same", "one", []Word{{"one", false}, {"ONE", true}}, []int{0, 1}},
		{"no blanks between words", "今日はネタバレがある", []Word{{"ネタバレ", false}, {"ネタバレ", true}}, []int{0}},
	} {
		if got := NewWords(c.words).In(Fold(c.text)); !slices.Equal(got, c.want) {
			t.Errorf("%s: in %q: %v, want %v", c.name, c.text, got, c.want)
		}
	}
}

// The finder finds what a plain search finds.
func FuzzWords(f *testing.F) {
	f.Add("she sells sea shells", "he", "she", "shells")
	f.Add("aaaaaaaa", "a", "aa", "aaa")
	f.Fuzz(func(t *testing.T, s, a, b, c string) {
		words := []Word{{a, false}, {b, false}, {c, false}}
		s = Fold(s)
		var want []int
		for i, w := range words {
			if folded := Fold(w.Text); folded != "" && strings.Contains(s, folded) {
				want = append(want, i)
			}
		}
		if got := NewWords(words).In(s); !slices.Equal(got, want) {
			t.Errorf("in %q of %+v: %v, want %v", s, words, got, want)
		}
	})
}

// Words that are made to be slow are not: each is within the next one.
func TestT180_WordsAreFoundInOnePass(t *testing.T) {
	var words []Word
	for n := 1; n <= 512; n++ {
		words = append(words, Word{strings.Repeat("a", n), n%2 == 0})
	}
	w := NewWords(words)
	s := strings.Repeat("a", 100_000) + " " + strings.Repeat("ab", 100_000)
	start := time.Now()
	if got := len(w.In(s)); got != 256 {
		t.Errorf("found %d, want 256", got)
	}
	if took := time.Since(start); took > 3*time.Second {
		t.Errorf("took %v", took)
	}
}
