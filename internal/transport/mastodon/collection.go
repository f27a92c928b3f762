package mastodon

import (
	"strconv"
	"strings"
	"time"

	"skein/internal/core/social"
	"skein/internal/skein"
)

// Collection is a list of accounts that somebody recommends. https://docs.joinmastodon.org/entities/Collection/
type Collection struct {
	ID           string           `json:"id"`
	URI          string           `json:"uri"`
	URL          string           `json:"url"`
	Name         string           `json:"name"`
	Description  *string          `json:"description"`
	Language     *string          `json:"language"`
	AccountID    string           `json:"account_id"`
	Local        bool             `json:"local"`
	Sensitive    bool             `json:"sensitive"`
	Discoverable bool             `json:"discoverable"`
	ItemCount    int              `json:"item_count"`
	CreatedAt    stamp            `json:"created_at"`
	UpdatedAt    stamp            `json:"updated_at"`
	Tag          *ShallowTag      `json:"tag"`
	Items        []CollectionItem `json:"items"`
}

// CollectionItem is an account in a collection. https://docs.joinmastodon.org/entities/CollectionItem/
type CollectionItem struct {
	ID        string `json:"id"`
	State     string `json:"state"`
	CreatedAt stamp  `json:"created_at"`
	AccountID string `json:"account_id,omitempty"` // only while it is asked for, or agreed to
}

func collectionItem(i *skein.CollectionItem) CollectionItem {
	out := CollectionItem{ID: i.ID.String(), State: string(i.State), CreatedAt: stamp(i.CreatedAt)}
	if i.State == skein.CollectionPending || i.State == skein.CollectionAccepted {
		out.AccountID = i.Account.String()
	}
	return out
}

func collection(site *skein.Site, v *social.CollectionView) *Collection {
	c := v.Collection
	out := &Collection{ID: c.ID.String(), URI: c.URI, URL: c.URL, Name: c.Name, Description: orNull(c.Description), Language: orNull(c.Language),
		AccountID: c.Account.String(), Local: c.Local, Sensitive: c.Sensitive, Discoverable: c.Discoverable, ItemCount: len(v.Accounts),
		CreatedAt: stamp(c.CreatedAt), UpdatedAt: stamp(c.UpdatedAt), Items: []CollectionItem{}}
	if c.Tag != "" {
		out.Tag = &ShallowTag{Name: c.Tag, URL: tagURL(site, c.Tag)}
	}
	for _, i := range v.Items {
		out.Items = append(out.Items, collectionItem(i))
	}
	return out
}

// wrapped is {collection: ...}, collectionList {collections: [...]}.
type (
	wrapped struct {
		Collection *Collection `json:"collection"`
	}
	collectionList struct {
		Collections []*Collection `json:"collections"`
	}
	collectionWithAccounts struct {
		Collection *Collection `json:"collection"`
		Accounts   []*Account  `json:"accounts"` // its owner first
	}
	wrappedItem struct {
		Item CollectionItem `json:"collection_item"`
	}
)

func (c *call) collections(list []*social.CollectionView) collectionList {
	return collectionList{collectionsOf(c.site, list)}
}

func collectionsOf(site *skein.Site, list []*social.CollectionView) []*Collection {
	out := make([]*Collection, len(list))
	for i, v := range list {
		out[i] = collection(site, v)
	}
	return out
}

// alphaPath is where the collections stood before they were released, and still answer: clients are told to go elsewhere.
func alphaPath(path string) (string, bool) {
	rest, ok := strings.CutPrefix(path, "/api/v1_alpha/")
	if !ok || !strings.HasPrefix(rest, "collections") && !(strings.HasPrefix(rest, "accounts/") && strings.HasSuffix(rest, "collections")) {
		return path, false
	}
	return "/api/v1/" + rest, true
}

// alphaEnded is when the collections were released.
var alphaEnded = time.Date(2026, 6, 1, 0, 0, 0, 0, time.UTC)

type collectionForm struct {
	Name         *string    `form:"name"`
	Description  *string    `form:"description"`
	Language     *string    `form:"language"`
	Tag          *string    `form:"tag_name"`
	Sensitive    *bool      `form:"sensitive"`
	Discoverable *bool      `form:"discoverable"`
	Accounts     []skein.ID `form:"account_ids"`
}

func (f *collectionForm) draft() social.CollectionDraft {
	return social.CollectionDraft{Name: f.Name, Description: f.Description, Language: f.Language, Tag: f.Tag, Sensitive: f.Sensitive,
		Discoverable: f.Discoverable}
}

// createCollection: https://docs.joinmastodon.org/methods/collections/#create
func (a *API) createCollection(c *call) (wrapped, error) {
	in, err := decode[collectionForm](c)
	if err != nil {
		return wrapped{}, err
	}
	d := in.draft()
	d.Accounts = in.Accounts
	v, err := a.Social.CreateCollection(c, c.who, d)
	if err != nil {
		return wrapped{}, err
	}
	return wrapped{collection(c.site, v)}, nil
}

// collection: https://docs.joinmastodon.org/methods/collections/#get
func (a *API) collection(c *call) (*collectionWithAccounts, error) {
	id, err := c.id()
	if err != nil {
		return nil, err
	}
	v, err := a.Social.Collection(c, c.who, id)
	if err != nil {
		return nil, err
	}
	out := &collectionWithAccounts{collection(c.site, v), []*Account{account(c.site, v.Owner)}}
	for _, acc := range v.Accounts {
		if acc.ID != v.Owner.ID {
			out.Accounts = append(out.Accounts, account(c.site, acc))
		}
	}
	return out, nil
}

// updateCollection: https://docs.joinmastodon.org/methods/collections/#update
func (a *API) updateCollection(c *call) (wrapped, error) {
	id, err := c.id()
	if err != nil {
		return wrapped{}, err
	}
	in, err := decode[collectionForm](c)
	if err != nil {
		return wrapped{}, err
	}
	v, err := a.Social.UpdateCollection(c, c.who, id, in.draft())
	if err != nil {
		return wrapped{}, err
	}
	return wrapped{collection(c.site, v)}, nil
}

// done answers 200 with nothing, as Mastodon does to what removes something of a collection.
func done(f func(*API, *call) error) handler {
	return func(a *API, c *call) error {
		if err := f(a, c); err != nil {
			return err
		}
		c.send(nil)
		return nil
	}
}

func (a *API) deleteCollection(c *call) error {
	id, err := c.id()
	if err != nil {
		return err
	}
	return a.Social.DeleteCollection(c, c.who, id)
}

// collectAccount: https://docs.joinmastodon.org/methods/collections/#add-item
func (a *API) collectAccount(c *call) (wrappedItem, error) {
	id, err := c.id()
	if err != nil {
		return wrappedItem{}, err
	}
	acc, err := c.one("account_id")
	if err != nil {
		return wrappedItem{}, err
	}
	if acc == 0 {
		return wrappedItem{}, missing("account_id")
	}
	item, err := a.Social.AddToCollection(c, c.who, id, acc)
	if err != nil {
		return wrappedItem{}, err
	}
	return wrappedItem{collectionItem(item)}, nil
}

// itemOf reads the two IDs of a path.
func (c *call) itemOf() (collection, item skein.ID, err error) {
	if collection, err = c.id(); err != nil {
		return 0, 0, err
	}
	item, ok := skein.ParseID(c.params[1])
	if !ok {
		return 0, 0, skein.ErrNotFound
	}
	return collection, item, nil
}

func (a *API) uncollect(c *call) error {
	of, item, err := c.itemOf()
	if err != nil {
		return err
	}
	return a.Social.RemoveFromCollection(c, c.who, of, item)
}

func (a *API) leaveCollection(c *call) error {
	of, item, err := c.itemOf()
	if err != nil {
		return err
	}
	return a.Social.LeaveCollection(c, c.who, of, item)
}

// offsetPage reads a page by its place, and writes the Link header once it is known how long it is.
func (c *call) offsetPage(usual, most int) (skip, limit int, link func(n int), err error) {
	if limit, err = c.limit(usual, most); err != nil {
		return 0, 0, nil, err
	}
	if skip, err = c.number("offset", 0); err != nil {
		return 0, 0, nil, err
	}
	skip = min(max(skip, 0), 10_000)
	return skip, limit, func(n int) {
		var links []string
		to := func(offset int, rel string) {
			links = append(links, "<"+c.site.URL(c.r.URL.EscapedPath())+"?limit="+strconv.Itoa(limit)+"&offset="+strconv.Itoa(offset)+`>; rel="`+rel+`"`)
		}
		if n == limit {
			to(skip+limit, "next")
		}
		if skip > 0 {
			to(max(skip-limit, 0), "prev")
		}
		if len(links) > 0 {
			c.w.Header().Set("Link", strings.Join(links, ", "))
		}
	}, nil
}

// accountCollections: https://docs.joinmastodon.org/methods/collections/#index
func (a *API) accountCollections(c *call) (collectionList, error) {
	id, err := c.id()
	if err != nil {
		return collectionList{}, err
	}
	skip, limit, link, err := c.offsetPage(40, 100)
	if err != nil {
		return collectionList{}, err
	}
	list, err := a.Social.CollectionsOf(c, c.who, id, skip, limit)
	if err != nil {
		return collectionList{}, err
	}
	link(len(list))
	return c.collections(list), nil
}

// inCollections is only for oneself.
func (a *API) inCollections(c *call) (collectionList, error) {
	id, err := c.id()
	if err != nil {
		return collectionList{}, err
	}
	if id != c.who.Account {
		if _, err := a.Social.Account(c, c.who, id); err != nil {
			return collectionList{}, err
		}
		return collectionList{}, errDenied
	}
	skip, limit, link, err := c.offsetPage(40, 80)
	if err != nil {
		return collectionList{}, err
	}
	list, err := a.Social.CollectionsWith(c, c.who, skip, limit)
	if err != nil {
		return collectionList{}, err
	}
	link(len(list))
	return c.collections(list), nil
}

// consentToFeature is what an account says to the reader who wants to put it into a collection; empty: what it says to everybody.
func (a *API) consentToFeature(c *call, acc *skein.Account) (string, error) {
	if c.who.Visitor() || acc.ID != c.who.Account && !social.FeatureDepends(acc) {
		return "", nil
	}
	said, err := a.Social.ConsentToFeature(c, c.who, acc)
	return consentName[said], err
}

// featureApproval says who may put an account into a collection. What depends on who asks, profiles say beside it.
func featureApproval(a *skein.Account) FeatureApproval {
	out := FeatureApproval{Automatic: []string{}, Manual: []string{}, CurrentUser: "denied"}
	if a.Gone() || a.MovedTo != 0 {
		return out
	}
	if !a.Local && a.Extra.Feature == nil {
		out.CurrentUser = "missing" // its server does not know the question
		return out
	}
	words := social.FeatureWords(a)
	for _, l := range []struct {
		from []string
		to   *[]string
		name string
	}{{words.Manual, &out.Manual, "manual"}, {words.Auto, &out.Automatic, "automatic"}} {
		for _, w := range l.from {
			switch w {
			case skein.WhoPublic:
				out.CurrentUser = l.name
			case skein.WhoFollowers, skein.WhoFollowing:
			case skein.WhoAuthor:
				continue
			default:
				w = "unsupported_policy"
			}
			*l.to = append(*l.to, w)
		}
	}
	return out
}
