package store

import "skein/internal/skein"

const collectionColumns = `id, account_id, local, uri, url, name, description, language, tag, sensitive, discoverable,
	created_at, updated_at`

func collectionFields(c *skein.Collection) []any {
	return []any{&c.ID, &c.Account, &c.Local, &c.URI, &c.URL, &c.Name, &c.Description, &c.Language, &c.Tag, &c.Sensitive,
		&c.Discoverable, asTime(&c.CreatedAt), asTime(&c.UpdatedAt)}
}

const itemColumns = `id, collection_id, account_id, uri, authorization_uri, request_uri, state, created_at`

func itemFields(i *skein.CollectionItem) []any {
	return []any{&i.ID, &i.Collection, &i.Account, &i.URI, &i.Authorization, &i.Request, &i.State, asTime(&i.CreatedAt)}
}

// SetCollection stores a collection, or changes the one of that URI, whose owner and ID stay.
func (tx *Tx) SetCollection(c *skein.Collection) error {
	if c.ID == 0 {
		c.ID = tx.NewID()
	}
	stands, err := one(tx, "collection", collectionFields, `
		INSERT INTO collection (id, site_id, account_id, local, uri, url, name, description, language, tag, sensitive,
			discoverable, created_at, updated_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)
		ON CONFLICT (site_id, uri) DO UPDATE SET url = excluded.url, name = excluded.name, description = excluded.description,
			language = excluded.language, tag = excluded.tag, sensitive = excluded.sensitive,
			discoverable = excluded.discoverable, updated_at = excluded.updated_at
		RETURNING `+collectionColumns,
		c.ID, tx.site, c.Account, c.Local, c.URI, c.URL, c.Name, c.Description, c.Language, c.Tag, c.Sensitive, c.Discoverable,
		ms(c.CreatedAt), ms(c.UpdatedAt))
	if err != nil {
		return err
	}
	*c = *stands
	return tx.indexCollection(c)
}

// Collection returns a collection.
func (tx *Tx) Collection(id skein.ID) (*skein.Collection, error) {
	return one(tx, "collection", collectionFields, `
		SELECT `+collectionColumns+` FROM collection WHERE site_id = $1 AND id = $2`, tx.site, id)
}

// CollectionByURI returns a collection by its ActivityPub id.
func (tx *Tx) CollectionByURI(uri string) (*skein.Collection, error) {
	return one(tx, "collection", collectionFields, `
		SELECT `+collectionColumns+` FROM collection WHERE site_id = $1 AND uri = $2`, tx.site, uri)
}

// CollectionsByLink returns those of the addresses that are collections which the site knows, by their ActivityPub ids or their
// pages.
func (tx *Tx) CollectionsByLink(links []string) ([]skein.ID, error) {
	if len(links) == 0 {
		return nil, nil
	}
	return column[skein.ID](tx, "linked collections", `
		SELECT id FROM collection WHERE site_id = $1 AND uri IN TEXTS($2)
		UNION SELECT id FROM collection WHERE site_id = $1 AND url IN TEXTS($2) ORDER BY 1`, tx.site, tx.textList(links))
}

// CollectionsByID returns those of the collections that there are, in no order.
func (tx *Tx) CollectionsByID(ids []skein.ID) ([]*skein.Collection, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	return many(tx, "collections", collectionFields, `
		SELECT `+collectionColumns+` FROM collection WHERE id IN LIST($2) AND site_id = $1`, tx.site, tx.list(ids))
}

// CollectionsOf returns an account's collections, the latest first; with listed only those that are for everybody to find.
// They are few, and paged by their place, as clients page them.
func (tx *Tx) CollectionsOf(account skein.ID, listed bool, skip, limit int) ([]*skein.Collection, error) {
	where := ""
	if listed {
		where = ` AND discoverable`
	}
	return many(tx, "collections", collectionFields, `
		SELECT `+collectionColumns+` FROM collection WHERE site_id = $1 AND account_id = $2`+where+`
		ORDER BY id DESC LIMIT $3 OFFSET $4`, tx.site, account, limit, skip)
}

// CollectionsWith returns the collections that an account is in, or is to be in, the latest first.
func (tx *Tx) CollectionsWith(account skein.ID, skip, limit int) ([]*skein.Collection, error) {
	return many(tx, "collections with account", collectionFields, `
		SELECT `+collectionColumns+` FROM collection WHERE site_id = $1 AND id IN (
			SELECT collection_id FROM collection_item
			WHERE site_id = $1 AND account_id = $2 AND state IN ('pending', 'accepted')
			ORDER BY id DESC LIMIT $3 OFFSET $4)
		ORDER BY id DESC`, tx.site, account, limit, skip)
}

// DeleteCollection removes a collection with its items.
func (tx *Tx) DeleteCollection(id skein.ID) (bool, error) {
	if _, err := tx.exec("remove items", `DELETE FROM collection_item WHERE site_id = $1 AND collection_id = $2`, tx.site, id); err != nil {
		return false, err
	}
	n, err := tx.exec("remove collection", `DELETE FROM collection WHERE site_id = $1 AND id = $2`, tx.site, id)
	return n == 1, err
}

// CollectionItems returns the items of some collections, in their order.
func (tx *Tx) CollectionItems(collections []skein.ID) ([]*skein.CollectionItem, error) {
	if len(collections) == 0 {
		return nil, nil
	}
	return many(tx, "items", itemFields, `
		SELECT `+itemColumns+` FROM collection_item
		WHERE collection_id IN LIST($2) AND site_id = $1 ORDER BY created_at, id`, tx.site, tx.list(collections))
}

// CollectionItem returns an item.
func (tx *Tx) CollectionItem(id skein.ID) (*skein.CollectionItem, error) {
	return one(tx, "item", itemFields, `SELECT `+itemColumns+` FROM collection_item WHERE site_id = $1 AND id = $2`, tx.site, id)
}

// ItemsByAuthorization returns the items of an account by the URI of its stamp.
func (tx *Tx) ItemsByAuthorization(account skein.ID, uri string) ([]*skein.CollectionItem, error) {
	return many(tx, "items of stamp", itemFields, `
		SELECT `+itemColumns+` FROM collection_item
		WHERE site_id = $1 AND account_id = $2 AND authorization_uri = $3`, tx.site, account, uri)
}

// InsertItem puts an account into a collection. One that is there stays as it is: the answer is the one that stands.
func (tx *Tx) InsertItem(i *skein.CollectionItem) (stands *skein.CollectionItem, isNew bool, err error) {
	if i.ID == 0 {
		i.ID = tx.NewID()
	}
	if i.CreatedAt.IsZero() {
		i.CreatedAt = tx.Now()
	}
	stands, err = one(tx, "item", itemFields, `
		INSERT INTO collection_item (id, site_id, collection_id, account_id, uri, authorization_uri, request_uri, state, created_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
		ON CONFLICT (collection_id, account_id) DO UPDATE SET state = collection_item.state
		RETURNING `+itemColumns,
		i.ID, tx.site, i.Collection, i.Account, i.URI, i.Authorization, i.Request, string(i.State), ms(i.CreatedAt))
	if err != nil {
		return nil, false, err
	}
	return stands, stands.ID == i.ID, nil
}

// UpdateItem stores what changes of an item.
func (tx *Tx) UpdateItem(i *skein.CollectionItem) error {
	_, err := tx.exec("update item", `
		UPDATE collection_item SET uri = $3, authorization_uri = $4, request_uri = $5, state = $6, created_at = $7
		WHERE site_id = $1 AND id = $2`, tx.site, i.ID, i.URI, i.Authorization, i.Request, string(i.State), ms(i.CreatedAt))
	return err
}

// DeleteItem takes an account out of a collection.
func (tx *Tx) DeleteItem(id skein.ID) (bool, error) {
	n, err := tx.exec("remove item", `DELETE FROM collection_item WHERE site_id = $1 AND id = $2`, tx.site, id)
	return n == 1, err
}
