package social

import (
	"fmt"
	"testing"

	"skein/internal/skein"
	"skein/internal/store"
)

// ann
// ├─ bob        (1)
// │  ├─ cat     (2)
// │  └─ bob     (3: answers himself)
// └─ ann        (4: answers herself)
//
//	└─ cat     (5)
func TestThreadOrder(t *testing.T) {
	inTown(t, func(t *testing.T, w *town) {
		ann, bob, cat := w.person("ann"), w.person("bob"), w.person("cat")
		re := func(who skein.Viewer, text string, to *View) *View {
			d := Draft{Text: text}
			if to != nil {
				d.ReplyTo = to.Post.ID
			}
			return w.write(who, d)
		}
		root := re(ann, "0", nil)
		one := re(bob, "1", root)
		two := re(cat, "2", one)
		three := re(bob, "3", one)
		four := re(ann, "4", root)
		five := re(cat, "5", four)
		for _, c := range []struct {
			at       *View
			up, down []string
		}{
			{root, nil, []string{"3", "4", "1", "2", "5"}},
			{one, []string{"0"}, []string{"3", "2"}},
			{two, []string{"0", "1"}, nil},
			{three, []string{"0", "1"}, nil},
			{five, []string{"0", "4"}, nil},
		} {
			for name, who := range map[string]skein.Viewer{"a visitor": {Site: w.site}, "cat": cat} {
				up, down, err := w.Thread(t.Context(), who, c.at.Post.ID)
				if err != nil {
					t.Fatal(err)
				}
				wantTexts(t, name+" above "+c.at.Post.Text, texts(up), c.up...)
				wantTexts(t, name+" below "+c.at.Post.Text, texts(down), c.down...)
			}
		}
		if _, err := w.DeletePost(t.Context(), bob, one.Post.ID); err != nil {
			t.Fatal(err)
		}
		up, _, err := w.Thread(t.Context(), cat, two.Post.ID)
		if err != nil || len(up) != 0 {
			t.Errorf("above what was deleted: %q, %v", texts(up), err)
		}
		w.blocks(cat.Account, ann.Account)
		up, _, _ = w.Thread(t.Context(), cat, five.Post.ID)
		wantTexts(t, "above, without whom cat blocks", texts(up))
	})
}

func TestThreadLimits(t *testing.T) {
	inTown(t, func(t *testing.T, w *town) {
		ann, bob := w.person("ann"), w.person("bob")
		var ids []skein.ID
		w.update(w.site, func(tx *store.Tx) error {
			add := func(to skein.ID) error {
				p := &skein.Post{ID: tx.NewID(), Author: ann.Account, Local: true, URI: fmt.Sprint("u", len(ids)), ReplyTo: to, CreatedAt: tx.Now()}
				if to != 0 {
					p.ReplyToAuthor, p.Thread = ann.Account, ids[0]
				}
				ids = append(ids, p.ID)
				_, err := tx.InsertPost(p)
				return err
			}
			for i := range 50 { // a line
				to := skein.ID(0)
				if i > 0 {
					to = ids[i-1]
				}
				if err := add(to); err != nil {
					return err
				}
			}
			for range 70 { // a brush on its end
				if err := add(ids[49]); err != nil {
					return err
				}
			}
			return nil
		})
		visitor := skein.Viewer{Site: w.site}
		for _, c := range []struct {
			name     string
			who      skein.Viewer
			at       int
			up, down int
		}{
			{"a visitor at the root", visitor, 0, 0, 20},
			{"a visitor at the end", visitor, 49, 40, 60},
			{"a person at the root", bob, 0, 0, 119},
			{"a person at the end", bob, 49, 49, 70},
		} {
			up, down, err := w.Thread(t.Context(), c.who, ids[c.at])
			if err != nil || len(up) != c.up || len(down) != c.down {
				t.Errorf("%s: %d above, %d below, %v", c.name, len(up), len(down), err)
			}
		}
	})
}

// A parent that comes after its answers takes them into its thread.
func TestOrphansFindTheirParent(t *testing.T) {
	inTown(t, func(t *testing.T, w *town) {
		ann, bob := w.person("ann"), w.person("bob")
		cat, dan := w.peer("cat", "fern.example"), w.peer("dan", "oak.example")
		receive := func(who skein.ID, uri, to string, v skein.Visibility) *skein.Post {
			t.Helper()
			p, err := w.ReceivePost(t.Context(), w.site, who, Incoming{URI: uri, HTML: "<p>" + uri + "</p>", ReplyToURI: to, Relevant: true, Visibility: v,
				Tags: []skein.Tag{{Name: "moss"}}})
			if err != nil {
				t.Fatal(err)
			}
			return p
		}
		const root, mid, leaf = "https://fern.example/root", "https://fern.example/mid", "https://oak.example/leaf"
		l := receive(dan, leaf, mid, 0)
		quiet := receive(dan, leaf+"2", mid, skein.Followers)
		m := receive(cat, mid, root, 0)
		below := w.write(bob, Draft{Text: "below", ReplyTo: l.ID})
		if _, err := w.MuteThread(t.Context(), ann, l.ID); err != nil {
			t.Fatal(err)
		}
		r := receive(cat, root, "", 0)
		if got := w.stored(l.ID); got.ReplyTo != m.ID || got.ReplyToAuthor != cat || got.ReplyToURI != "" || got.Thread != r.ID {
			t.Errorf("leaf: %+v", got)
		}
		if got := w.stored(m.ID); got.ReplyTo != r.ID || got.Thread != r.ID || got.ReplyCount != 1 || !got.Listed() {
			t.Errorf("middle: %+v", got)
		}
		if got := w.stored(below.Post.ID); got.Thread != r.ID {
			t.Errorf("below: %+v", got)
		}
		if got := w.stored(quiet.ID); got.ReplyTo != m.ID {
			t.Errorf("quiet: %+v", got)
		}
		if got := w.stored(r.ID); got.ReplyCount != 1 {
			t.Errorf("root: %+v", got)
		}
		if v, err := w.Post(t.Context(), ann, r.ID); err != nil || !v.Marks.Muted {
			t.Errorf("the mute of a part is not one of the whole: %+v, %v", v, err)
		}
		list, err := w.Tag(t.Context(), skein.Viewer{Site: w.site}, TagFilter{Tag: "moss"}, Page{Limit: 9})
		if err != nil || len(list) != 2 { // the root, and its author's answer to it
			t.Errorf("hashtag: %q, %v", texts(list), err)
		}
		for range 2 {
			if err := w.AdoptOrphans(t.Context(), w.site, r.ID); err != nil {
				t.Fatal(err)
			}
		}
		if got := w.stored(r.ID); got.ReplyCount != 1 {
			t.Errorf("adopted twice: %+v", got)
		}
	})
}

// Two posts that name each other as parent make no circle.
func TestThreadWithoutCircles(t *testing.T) {
	inTown(t, func(t *testing.T, w *town) {
		cat := w.peer("cat", "fern.example")
		const a, b = "https://fern.example/a", "https://fern.example/b"
		var ids []skein.ID
		for _, in := range []Incoming{{URI: a, ReplyToURI: b}, {URI: b, ReplyToURI: a}, {URI: "https://fern.example/c", ReplyToURI: "https://fern.example/c"}} {
			in.Relevant = true
			p, err := w.ReceivePost(t.Context(), w.site, cat, in)
			if err != nil {
				t.Fatal(err)
			}
			ids = append(ids, p.ID)
		}
		for i, want := range []int{0, 1, 0} {
			up, down, err := w.Thread(t.Context(), skein.Viewer{Site: w.site}, ids[i])
			if err != nil || len(up) != want || len(up)+len(down) > 1 {
				t.Errorf("post %d: %d above, %d below, %v", i, len(up), len(down), err)
			}
		}
	})
}
