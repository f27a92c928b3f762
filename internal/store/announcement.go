package store

import (
	"time"

	"skein/internal/skein"
)

const announcementColumns = `id, text, html, mentions, tags, emojis, posts, all_day, starts_at, ends_at, scheduled_at,
	published_at, updated_at`

func announcementFields(a *skein.Announcement) []any {
	return []any{&a.ID, &a.Text, &a.HTML, asJSON(&a.Mentions), asJSON(&a.Tags), asJSON(&a.Emojis), asJSON(&a.Posts), &a.AllDay,
		asTime(&a.StartsAt), asTime(&a.EndsAt), asTime(&a.ScheduledAt), asTime(&a.PublishedAt), asTime(&a.UpdatedAt)}
}

// Announcements returns what the site announces, published or not, the latest first.
func (tx *Tx) Announcements() ([]*skein.Announcement, error) {
	return many(tx, "announcements", announcementFields, `
		SELECT `+announcementColumns+` FROM announcement WHERE site_id = $1 ORDER BY id DESC LIMIT $2`,
		tx.site, skein.MaxAnnouncements)
}

// Announcement returns one of them.
func (tx *Tx) Announcement(id skein.ID) (*skein.Announcement, error) {
	return one(tx, "announcement", announcementFields, `
		SELECT `+announcementColumns+` FROM announcement WHERE site_id = $1 AND id = $2`, tx.site, id)
}

// InsertAnnouncement adds one, and tells whether there was room.
func (tx *Tx) InsertAnnouncement(a *skein.Announcement) (bool, error) {
	n, err := tx.exec("insert announcement", `
		INSERT INTO announcement (site_id, `+announcementColumns+`)
		SELECT $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14
		WHERE (SELECT count(*) FROM announcement WHERE site_id = $1) < $15`,
		tx.site, a.ID, a.Text, a.HTML, toJSON(a.Mentions), toJSON(a.Tags), toJSON(a.Emojis), toJSON(a.Posts), a.AllDay,
		ms(a.StartsAt), ms(a.EndsAt), ms(a.ScheduledAt), ms(a.PublishedAt), ms(a.UpdatedAt), skein.MaxAnnouncements)
	return n == 1, err
}

// PublishAnnouncement shows one to everybody.
func (tx *Tx) PublishAnnouncement(id skein.ID, at time.Time) error {
	_, err := tx.exec("publish announcement", `
		UPDATE announcement SET published_at = $3, updated_at = $3 WHERE site_id = $1 AND id = $2 AND published_at = 0`,
		tx.site, id, ms(at))
	return err
}

// DeleteAnnouncement removes one with all that hangs on it, and tells whether it was there.
func (tx *Tx) DeleteAnnouncement(id skein.ID) (bool, error) {
	n, err := tx.exec("delete announcement", `DELETE FROM announcement WHERE site_id = $1 AND id = $2`, tx.site, id)
	if err != nil || n == 0 {
		return false, err
	}
	for _, q := range []string{
		`DELETE FROM announcement_read WHERE site_id = $1 AND announcement_id = $2`,
		`DELETE FROM announcement_reaction WHERE site_id = $1 AND announcement_id = $2`,
	} {
		if _, err := tx.exec("delete announcement", q, tx.site, id); err != nil {
			return false, err
		}
	}
	return true, nil
}

// ReadAnnouncement notes that an account has read one.
func (tx *Tx) ReadAnnouncement(account, id skein.ID) error {
	_, err := tx.exec("read announcement", `
		INSERT INTO announcement_read (site_id, account_id, announcement_id) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING`,
		tx.site, account, id)
	return err
}

// AnnouncementsRead returns which of some announcements an account has read.
func (tx *Tx) AnnouncementsRead(account skein.ID, ids []skein.ID) ([]skein.ID, error) {
	return column[skein.ID](tx, "announcements read", `
		SELECT announcement_id FROM announcement_read WHERE site_id = $1 AND account_id = $2 AND announcement_id IN LIST($3)`,
		tx.site, account, tx.list(ids))
}

// AnnouncementReaction is an emoji at an announcement.
type AnnouncementReaction struct {
	Announcement skein.ID
	Name         string
	Count        int
	Mine         bool
}

// AnnouncementReactions counts the reactions to some announcements by emoji, the oldest first.
func (tx *Tx) AnnouncementReactions(account skein.ID, ids []skein.ID) ([]*AnnouncementReaction, error) {
	return many(tx, "reactions to announcements", func(r *AnnouncementReaction) []any {
		return []any{&r.Announcement, &r.Name, &r.Count, &r.Mine}
	}, `
		SELECT announcement_id, name, count(*), max(CASE WHEN account_id = $2 THEN 1 ELSE 0 END) = 1
		FROM announcement_reaction
		WHERE site_id = $1 AND announcement_id IN LIST($3)
		GROUP BY announcement_id, name
		ORDER BY announcement_id, min(id)`, tx.site, account, tx.list(ids))
}

// LockAnnouncement keeps others from changing what hangs on an announcement until the transaction ends.
func (tx *Tx) LockAnnouncement(id skein.ID) error {
	n, err := tx.exec("lock announcement", `UPDATE announcement SET updated_at = updated_at WHERE site_id = $1 AND id = $2`,
		tx.site, id)
	if err == nil && n == 0 {
		err = skein.ErrNotFound
	}
	return err
}

// InsertAnnouncementReaction adds an account's emoji, and tells whether it is new.
func (tx *Tx) InsertAnnouncementReaction(account, id skein.ID, name string) (bool, error) {
	n, err := tx.exec("react to announcement", `
		INSERT INTO announcement_reaction (id, site_id, announcement_id, account_id, name) VALUES ($1, $2, $3, $4, $5)
		ON CONFLICT DO NOTHING`, tx.NewID(), tx.site, id, account, name)
	return n == 1, err
}

// DeleteAnnouncementReaction takes it back, and tells whether it was there.
func (tx *Tx) DeleteAnnouncementReaction(account, id skein.ID, name string) (bool, error) {
	n, err := tx.exec("take reaction to announcement back", `
		DELETE FROM announcement_reaction
		WHERE site_id = $1 AND announcement_id = $2 AND account_id = $3 AND name = $4`, tx.site, id, account, name)
	return n == 1, err
}
