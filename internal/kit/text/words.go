package text

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// Word is a text that is looked for as it stands, whatever its case. Whole: only where no letter, digit or mark goes on
// before or behind it.
type Word struct {
	Text  string
	Whole bool
}

// Words finds which of many words stand in a text, in one pass over it, however many there are and however they are made
// (Aho and Corasick, 1975): nobody's words are a pattern that could cost more (T180). Make it with NewWords.
type Words struct {
	list  []Word // folded
	loose wordTree
	whole wordTree
}

// wordTree finds words that begin alike on one way. Node 0 is the root.
type wordTree struct {
	nodes []wordNode
	first [256]int32 // edges of the root
}

type wordNode struct {
	edges []wordEdge
	fail  int32   // the longest other beginning of a word that this one ends with
	more  int32   // the next node on the way of fails at which words end; 0: none
	ends  []int32 // words that end here
}

type wordEdge struct {
	b  byte
	to int32
}

// NewWords makes a finder. Words that Fold makes nothing of are never found.
func NewWords(list []Word) *Words {
	w := &Words{list: make([]Word, len(list))}
	for i, word := range list {
		word.Text = Fold(word.Text)
		w.list[i] = word
		switch {
		case word.Text == "":
		case word.Whole:
			w.whole.add(word.Text, int32(i))
		default:
			w.loose.add(word.Text, int32(i))
		}
	}
	w.loose.link()
	w.whole.link()
	return w
}

func (t *wordTree) add(word string, k int32) {
	if t.nodes == nil {
		t.nodes = make([]wordNode, 1)
	}
	at := int32(0)
	for j := range len(word) {
		next := t.edge(at, word[j])
		if next == 0 {
			next = int32(len(t.nodes))
			t.nodes = append(t.nodes, wordNode{})
			if at == 0 {
				t.first[word[j]] = next
			} else {
				t.nodes[at].edges = append(t.nodes[at].edges, wordEdge{word[j], next})
			}
		}
		at = next
	}
	t.nodes[at].ends = append(t.nodes[at].ends, k)
}

// link says what each node falls back on. Breadth first: what a node falls back on is done before it.
func (t *wordTree) link() {
	queue := make([]int32, 0, len(t.nodes))
	for _, to := range t.first {
		if to != 0 {
			queue = append(queue, to)
		}
	}
	for len(queue) > 0 {
		at := queue[0]
		queue = queue[1:]
		for _, e := range t.nodes[at].edges {
			fail := t.step(t.nodes[at].fail, e.b)
			t.nodes[e.to].fail = fail
			if t.nodes[e.to].more = fail; len(t.nodes[fail].ends) == 0 {
				t.nodes[e.to].more = t.nodes[fail].more
			}
			queue = append(queue, e.to)
		}
	}
}

func (t *wordTree) edge(at int32, b byte) int32 {
	if at == 0 {
		return t.first[b]
	}
	for _, e := range t.nodes[at].edges {
		if e.b == b {
			return e.to
		}
	}
	return 0
}

func (t *wordTree) step(at int32, b byte) int32 {
	for {
		if to := t.edge(at, b); to != 0 || at == 0 {
			return to
		}
		at = t.nodes[at].fail
	}
}

// Weight is about how many bytes the finder takes.
func (w *Words) Weight() int {
	return 2400 + 100*(len(w.loose.nodes)+len(w.whole.nodes)) + 40*len(w.list)
}

// In returns the numbers of the words that stand in a text which Fold made, in the order of the list.
func (w *Words) In(folded string) []int {
	found := map[int32]bool(nil)
	add := func(k int32) {
		if found == nil {
			found = map[int32]bool{}
		}
		found[k] = true
	}
	w.inside(folded, add)
	w.apart(folded, add)
	if found == nil {
		return nil
	}
	out := make([]int, 0, len(found))
	for k := range found {
		out = append(out, int(k))
	}
	slices.Sort(out)
	return out
}

// inside finds the words that may stand anywhere.
func (w *Words) inside(folded string, add func(int32)) {
	t := &w.loose
	if t.nodes == nil {
		return
	}
	var done []bool // nodes whose words, and all shorter ones that they end with, are found
	at := int32(0)
	for i := range len(folded) {
		at = t.step(at, folded[i])
		node := at
		if len(t.nodes[node].ends) == 0 {
			node = t.nodes[node].more
		}
		for ; node != 0; node = t.nodes[node].more {
			if done == nil {
				done = make([]bool, len(t.nodes))
			}
			if done[node] {
				break
			}
			done[node] = true
			for _, k := range t.nodes[node].ends {
				add(k)
			}
		}
	}
}

// apart finds the words that must stand alone.
func (w *Words) apart(folded string, add func(int32)) {
	t := &w.whole
	if t.nodes == nil {
		return
	}
	// Of nodes whose words are found, where the search goes on: they are passed by, or words that end with one another would
	// be walked through at every letter. 0 ends it; other nodes have none.
	const none = -1
	var past []int32
	next := func(node int32) int32 {
		for node != 0 && past[node] != none {
			to := past[node]
			if to != 0 && past[to] != none {
				past[node] = past[to]
			}
			node = to
		}
		return node
	}
	at := int32(0)
	for i := range len(folded) {
		at = t.step(at, folded[i])
		node := at
		if len(t.nodes[node].ends) == 0 {
			node = t.nodes[node].more
		}
		if node == 0 || goesOn(folded, i+1) { // all that end here end with the same letter
			continue
		}
		if past == nil {
			past = make([]int32, len(t.nodes))
			for n := range past {
				past[n] = none
			}
		}
		for node = next(node); node != 0; node = next(t.nodes[node].more) {
			ends := t.nodes[node].ends
			if goesOn(folded, i+1-len(w.list[ends[0]].Text)) {
				continue
			}
			past[node] = t.nodes[node].more
			for _, k := range ends {
				add(k)
			}
		}
	}
}

// goesOn tells whether a word goes on over a place in a text. An end that is no letter itself, as that of "c++", needs no
// border (https://www.unicode.org/reports/tr18/#Simple_Word_Boundaries).
func goesOn(s string, at int) bool {
	if at == 0 || at == len(s) {
		return false
	}
	before, _ := utf8.DecodeLastRuneInString(s[:at])
	after, _ := utf8.DecodeRuneInString(s[at:])
	return inWord(before) && inWord(after)
}

func inWord(r rune) bool {
	return unicode.In(r, unicode.L, unicode.M, unicode.Nd, unicode.Pc)
}

// Fold makes texts comparable for a search: NFKC and folded case, without what cannot be seen, and with one blank for all
// white space.
func Fold(s string) string {
	ascii := true
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			ascii = false
			break
		}
	}
	if ascii {
		return narrow(strings.ToLower(s))
	}
	return narrow(norm.NFKC.String(fold.String(norm.NFKC.String(fold.String(norm.NFD.String(s))))))
}

// narrow drops what cannot be seen and makes one blank of all white space between words.
func narrow(s string) string {
	b := make([]byte, 0, len(s))
	blank := false
	for _, r := range s {
		switch {
		case r == '\u00ad' || r >= '\u200b' && r <= '\u200f' || r >= '\u202a' && r <= '\u202e' || r >= '\u2060' && r <= '\u2064' ||
			r >= '\ufe00' && r <= '\ufe0f' || r == '\ufeff':
		case unicode.IsSpace(r) || unicode.IsControl(r):
			blank = len(b) > 0
		default:
			if blank {
				b, blank = append(b, ' '), false
			}
			b = utf8.AppendRune(b, r)
		}
	}
	return string(slices.Clip(b))
}
