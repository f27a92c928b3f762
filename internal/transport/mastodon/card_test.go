package mastodon

import (
	"bytes"
	"encoding/json"
	"testing"
	"time"

	"skein/internal/core/social"
	"skein/internal/skein"
)

func TestPreviewCard(t *testing.T) {
	site := &skein.Site{ID: 1, Base: "https://elm.example", Domain: "elm.example"}
	c := &skein.Card{ID: 7, Ready: true, URL: "https://news.example/a", Host: "news.example", Data: skein.CardData{
		URL: "https://news.example/a", Title: `A "story"`, Description: "About", Kind: skein.CardLink, Language: "en", AuthorName: "Ann",
		AuthorURL: "https://news.example/ann", Provider: "The News", ProviderURL: "https://news.example", Width: 1200, Height: 630,
		Image: "https://news.example/i.jpg", ImageText: "A hill", PublishedAt: time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)}}
	golden(t, "card", mustEncode(previewCard(site, &social.CardView{Card: c}, skein.Viewer{Site: 1})))
	ann := &skein.Account{ID: 9, Site: 1, Local: true, Username: "ann", DisplayName: "Ann Author", URL: "https://elm.example/@ann", URI: "https://elm.example/ap/users/9"}
	golden(t, "card_author", mustEncode(previewCard(site, &social.CardView{Card: c, Author: ann}, skein.Viewer{Site: 1, Account: 9})))
	// What is put together by hand is what the encoder makes.
	p := &skein.Post{ID: 5, Author: 9, Site: 1, URI: "https://elm.example/5", CreatedAt: time.Unix(0, 0), Extra: skein.PostExtra{Card: 7}}
	v := &social.View{Post: p, Author: ann, Card: &social.CardView{Card: c, Author: ann}}
	for _, who := range []skein.Viewer{{Site: 1}, {Site: 1, Account: 9}} {
		if got, want := newPainter().appendStatus(nil, site, v, who), mustEncode(status(site, v, who)); !bytes.Equal(got, want) {
			t.Errorf("got  %s\nwant %s", got, want)
		}
	}
	var m map[string]json.RawMessage
	if err := json.Unmarshal(mustEncode(status(site, v, skein.Viewer{Site: 1})), &m); err != nil || !bytes.Contains(m["card"], []byte("The News")) {
		t.Errorf("the card of a status is %s (%v)", m["card"], err)
	}
}
