package federation

import (
	"fmt"
	"strings"
	"testing"

	"skein/internal/core/social"
	"skein/internal/skein"
	"skein/internal/store"
)

// TestOutgoingReaction keeps the shapes of reactions in golden files (FEP-c0e0).
func TestOutgoingReaction(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	cat, ash := w.stranger("cat", "ash.test"), "https://ash.test/inbox"
	theirs, err := w.Social.ReceivePost(ctx, w.site.ID, cat.ID, social.Incoming{URI: "https://ash.test/notes/1", HTML: "hi", CreatedAt: w.clock(), Relevant: true})
	if err != nil {
		t.Fatal(err)
	}
	err = w.DB.Update(ctx, w.site.ID, func(tx *store.Tx) error {
		return tx.PutEmoji(&skein.Emoji{Code: "blob", URL: "https://elm.test/blob.png"})
	})
	if err != nil {
		t.Fatal(err)
	}
	for name, emoji := range map[string]string{"emoji_react": "🎉", "emoji_react_custom": ":blob:"} {
		if _, err := w.Social.ReactEmoji(ctx, w.viewer(w.ann), theirs.ID, emoji); err != nil {
			t.Fatal(err)
		}
		sent := w.only(name, ash)
		number := lastID(sent)
		w.golden(name, sent, number, "REACTION")
		if _, err := w.Social.UnreactEmoji(ctx, w.viewer(w.ann), theirs.ID, emoji); err != nil {
			t.Fatal(err)
		}
		w.golden("undo_"+name, w.only("undone "+name, ash), number, "REACTION")
	}
}

// Reactions in the shapes of other programs; a heart of Misskey is a like, and what is no emoji is not a reaction.
func TestReactionsAreRead(t *testing.T) {
	for name, c := range map[string]struct {
		activity, want string
		likes          int
	}{
		"Pleroma":              {`"type":"EmojiReact","content":"🔥"`, "🔥 1", 0},
		"Akkoma, custom":       {`"type":"EmojiReact","content":":blob:","tag":[{"type":"Emoji","id":"$/emoji/blob","name":":blob:","icon":{"type":"Image","url":"$/blob.png"}}]`, "blob@OAK 1", 0},
		"Misskey":              {`"type":"Like","content":"👍","_misskey_reaction":"👍"`, "👍 1", 0},
		"Misskey, custom":      {`"type":"Like","content":":blob@oak.test:","_misskey_reaction":":blob@oak.test:","tag":[{"type":"Emoji","name":":blob@oak.test:","icon":{"url":"$/blob.png"}}]`, "blob@OAK 1", 0},
		"Misskey's heart":      {`"type":"Like","content":"❤","_misskey_reaction":"❤"`, "", 1},
		"a plain like":         {`"type":"Like"`, "", 1},
		"a like with a word":   {`"type":"Like","content":"nice"`, "", 1},
		"no picture":           {`"type":"EmojiReact","content":":blob:"`, "", 0},
		"a picture of no kind": {`"type":"EmojiReact","content":":blob:","tag":{"type":"Emoji","name":":blob:","icon":{"url":"javascript:alert(1)"}}`, "", 0},
		"a word":               {`"type":"EmojiReact","content":"<script>"`, "", 0},
		"our emoji, unknown":   {`"type":"EmojiReact","content":":blob:","tag":{"type":"Emoji","id":"https://elm.test/e","name":":blob:","icon":{"url":"https://elm.test/b.png"}}`, "", 0},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			oak := w.peer("oak.test", "127.0.0.11")
			oak.actor("bob")
			v, err := w.Social.CreatePost(t.Context(), w.viewer(w.ann), social.Draft{Text: "hi"})
			if err != nil {
				t.Fatal(err)
			}
			check := func(what, want string, likes int) {
				t.Helper()
				p := w.stored(v.Post.URI)
				var list []string
				for _, r := range p.Extra.Reactions {
					list = append(list, fmt.Sprint(strings.ReplaceAll(r.Emoji, oak.host, "OAK"), " ", r.Count))
				}
				if got := strings.Join(list, ","); got != want || p.LikeCount != likes {
					t.Errorf("%s: %q and %d likes; want %q and %d", what, got, p.LikeCount, want, likes)
				}
			}
			object := fmt.Sprintf(`"object":%q`, v.Post.URI)
			one := `{"id":"$/r/1",` + c.activity + `,` + object + `}`
			whole := strings.Replace(one, `{`, `{"actor":"$/users/bob",`, 1)
			undo := func(id, object string) { oak.send("bob", `{"id":"`+id+`","type":"Undo","object":`+object+`}`) }
			oak.send("bob", one)
			check("done", c.want, c.likes)
			undo("$/u/1", whole)
			check("undone", "", 0)
			undo("$/u/2", strings.Replace(whole, "/r/1", "/r/2", 1)) // T184: before it comes
			oak.send("bob", strings.Replace(one, "/r/1", "/r/2", 1))
			check("undone before", "", 0)
			oak.send("bob", strings.Replace(one, "/r/1", "/r/3", 1))
			undo("$/u/3", `"$/r/3"`)
			check("undone by id", "", 0)
		})
	}
}
