package skein

import (
	"fmt"
	"testing"
)

// Every rule against every visibility and every way to stand to the author: what may be read, and what may be done.
func TestMay(t *testing.T) {
	const author, reader = ID(1), ID(2)
	stands := []struct {
		name  string
		facts Facts
		// reads says which of public, unlisted, followers, direct the viewer may read.
		reads [4]bool
	}{
		{"a visitor", Facts{}, [4]bool{true, true, false, false}},
		{"a stranger", Facts{Viewer: reader}, [4]bool{true, true, false, false}},
		{"a follower", Facts{Viewer: reader, Follows: true}, [4]bool{true, true, true, false}},
		{"somebody addressed", Facts{Viewer: reader, Mentioned: true}, [4]bool{true, true, true, true}},
		{"a follower who is addressed", Facts{Viewer: reader, Follows: true, Mentioned: true}, [4]bool{true, true, true, true}},
		{"somebody whom the author blocks", Facts{Viewer: reader, BlockedBy: true}, [4]bool{}},
		{"a follower whom the author blocks", Facts{Viewer: reader, Follows: true, Mentioned: true, BlockedBy: true}, [4]bool{}},
		{"somebody who blocks the author", Facts{Viewer: reader, Blocks: true}, [4]bool{true, true, false, false}},
		{"a follower of somebody gone", Facts{Viewer: reader, Follows: true, Mentioned: true, AuthorGone: true}, [4]bool{}},
		{"a visitor who claims to follow", Facts{Follows: true, Mentioned: true}, [4]bool{true, true, false, false}},
		{"the author", Facts{Viewer: author}, [4]bool{true, true, true, true}},
		{"the author, gone", Facts{Viewer: author, AuthorGone: true}, [4]bool{}},
	}
	actions := []Action{Read, Reply, Boost, Like, Bookmark, Pin, Edit, Delete, MuteThread}
	for _, s := range stands {
		for v := Public; v <= Direct; v++ {
			for _, boost := range []bool{false, true} {
				p := &Post{ID: 9, Author: author, Visibility: v}
				if boost {
					p.BoostOf = 8
				}
				for _, a := range actions {
					err := May(a, p, s.facts)
					what := fmt.Sprintf("%s, visibility %d, boost %v, action %d", s.name, v, boost, a)
					if !s.reads[v] {
						if KindOf(err) != NotFound || err != ErrNotFound {
							t.Errorf("%s: %v, want the same answer as for what is not there", what, err)
						}
						continue
					}
					want := Kind(-1) // allowed
					own := s.facts.Viewer == author
					switch {
					case a == Read:
					case s.facts.Viewer == 0:
						want = Unauthorized
					case a == Boost && v == Followers && !own, a == Boost && v == Direct:
						want = NotFound
					case a == Pin && (!own || boost || v == Direct):
						want = Invalid
					case (a == Edit || a == Delete) && !own:
						want = NotFound
					}
					if want < 0 && err != nil || want >= 0 && (err == nil || KindOf(err) != want) {
						t.Errorf("%s: %v, want kind %d", what, err, want)
					}
				}
			}
		}
	}
}

// T162: a boost never widens who may read; nobody boosts what is only for followers but its author.
func TestT162_BoostKeepsAudience(t *testing.T) {
	p := &Post{Author: 1, Visibility: Followers}
	if err := May(Boost, p, Facts{Viewer: 2, Follows: true}); KindOf(err) != NotFound {
		t.Errorf("a follower boosts: %v", err)
	}
	if err := May(Boost, p, Facts{Viewer: 1}); err != nil {
		t.Errorf("the author boosts: %v", err)
	}
}

func TestShownLeavesOutBlockedAndMuted(t *testing.T) {
	p := &Post{Author: 1}
	for _, c := range []struct {
		name  string
		facts Facts
		muted bool
		want  bool
	}{
		{"a stranger", Facts{Viewer: 2}, false, true},
		{"who is muted", Facts{Viewer: 2}, true, false},
		{"whom the reader blocks", Facts{Viewer: 2, Blocks: true}, false, false},
		{"who blocks the reader", Facts{Viewer: 2, BlockedBy: true}, false, false},
	} {
		if got := Shown(p, c.facts, c.muted); got != c.want {
			t.Errorf("%s: shown = %v", c.name, got)
		}
	}
}

func TestListed(t *testing.T) {
	for _, c := range []struct {
		name string
		post Post
		want bool
	}{
		{"public", Post{Author: 1}, true},
		{"unlisted", Post{Author: 1, Visibility: Unlisted}, false},
		{"a boost", Post{Author: 1, BoostOf: 3}, false},
		{"a reply to somebody", Post{Author: 1, ReplyTo: 3, ReplyToAuthor: 2}, false},
		{"a reply to oneself", Post{Author: 1, ReplyTo: 3, ReplyToAuthor: 1}, true},
		{"a reply to something unknown", Post{Author: 1, ReplyToURI: "https://oak.example/1"}, false},
	} {
		if got := c.post.Listed(); got != c.want {
			t.Errorf("%s: listed = %v", c.name, got)
		}
	}
}
