package social

import (
	"slices"

	"skein/internal/kit/text"
	"skein/internal/skein"
	"skein/internal/store"
)

// Bounds of what a post shows of the collections that it links to.
const (
	maxLinks  = 20 // that are looked at
	maxLinked = 4
)

// linked returns the collections that the HTML of a post links to, as far as the site knows them.
func linked(tx *store.Tx, html string) ([]skein.ID, error) {
	list, err := tx.CollectionsByLink(text.Links(html, maxLinks))
	return list[:min(len(list), maxLinked)], err
}

// linkAgain brings what an edited post links to up to date.
func linkAgain(tx *store.Tx, p *skein.Post) error {
	list, err := linked(tx, p.HTML)
	if err != nil || slices.Equal(list, p.Extra.Collections) {
		return err
	}
	_, err = tx.ChangePost(p.ID, func(p *skein.Post) bool {
		p.Extra.Collections = list
		return true
	})
	return err
}

// linkedCollections loads the collections that posts link to, as the viewer may see them: nothing is asked when there are none.
func (r *reader) linkedCollections(posts map[skein.ID]*skein.Post) (map[skein.ID]*CollectionView, error) {
	var ids []skein.ID
	for _, p := range posts {
		ids = append(ids, p.Extra.Collections...)
	}
	if len(ids) == 0 {
		return nil, nil
	}
	rows, err := r.tx.CollectionsByID(once(ids))
	if err != nil {
		return nil, err
	}
	list, err := r.collections(rows)
	found := make(map[skein.ID]*CollectionView, len(list))
	for _, v := range list {
		found[v.ID] = v
	}
	return found, err
}
