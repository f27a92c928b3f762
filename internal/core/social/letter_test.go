package social

import (
	"testing"

	"skein/internal/skein"
)

// Letters are what two people write to each other alone; a third, a visitor and another site's person have no part in them.
func TestLetters(t *testing.T) {
	inTown(t, func(t *testing.T, w *town) {
		ann, bob, cat := w.person("ann"), w.person("bob"), w.person("cat")
		w.follow(bob, ann) // letters of strangers wait among the requests; an answer to one's own never does
		w.follow(ann, cat)
		send := func(from, to skein.Viewer, words string) skein.ID {
			t.Helper()
			v, err := w.SendLetter(t.Context(), from, to.Account, Draft{Text: words})
			if err != nil {
				t.Fatal(err)
			}
			w.spread(v.Post.ID)
			return v.Post.ID
		}
		one := send(ann, bob, "one")
		two := send(bob, ann, "two")
		send(cat, ann, "from cat")
		send(ann, ann, "to myself")
		read := func(who, with skein.Viewer) *Letters {
			t.Helper()
			l, err := w.Letters(t.Context(), who, with.Account, Page{Limit: 10})
			if err != nil {
				t.Fatal(err)
			}
			return l
		}
		l := read(ann, bob)
		if len(l.Posts) != 2 || l.Posts[0].Post.ID != two || l.Posts[1].Post.ID != one || l.Posts[0].Post.ReplyTo != one || len(l.New) != 1 {
			t.Errorf("ann reads %d letters, new in %v", len(l.Posts), l.New)
		}
		if err := w.ReadLetters(t.Context(), ann, bob.Account); err != nil {
			t.Fatal(err)
		}
		if l := read(ann, bob); len(l.New) != 0 {
			t.Errorf("read, and still new: %v", l.New)
		}
		if l := read(ann, cat); len(l.New) != 1 || len(l.Posts) != 1 {
			t.Errorf("cat's: %d, new in %v", len(l.Posts), l.New)
		}
		if l := read(ann, ann); len(l.Posts) != 1 {
			t.Errorf("to herself: %d", len(l.Posts))
		}
		if l := read(cat, bob); len(l.Posts) != 0 {
			t.Errorf("a third reads %d", len(l.Posts))
		}
		if page, err := w.Letters(t.Context(), ann, bob.Account, Page{Max: two, Limit: 10}); err != nil || len(page.Posts) != 1 || page.Posts[0].Post.ID != one {
			t.Errorf("older: %v", err)
		}
		for _, stranger := range []skein.Viewer{{Site: ann.Site}, {Site: ann.Site + 1000, Account: ann.Account}} {
			if _, err := w.Letters(t.Context(), stranger, bob.Account, Page{Limit: 1}); err == nil {
				t.Errorf("%+v reads letters", stranger)
			}
			if _, err := w.SendLetter(t.Context(), stranger, bob.Account, Draft{Text: "x"}); err == nil {
				t.Errorf("%+v sends letters", stranger)
			}
		}
	})
}
