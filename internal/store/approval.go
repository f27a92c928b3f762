package store

import (
	"errors"

	"skein/internal/skein"
)

const approvalColumns = `id, account_id, kind, asker_id, object_uri, request_uri, post_id, by_id, state, created_at`

func approvalFields(a *skein.Approval) []any {
	return []any{&a.ID, &a.Account, &a.Kind, &a.Asker, &a.Object, &a.Request, &a.Post, &a.By, &a.State, asTime(&a.At)}
}

// InsertApproval stores what somebody is asked for, or gave. One that is there already stays as it is, but learns by which
// post it was asked for; the answer is the one that stands.
func (tx *Tx) InsertApproval(a *skein.Approval) (stands *skein.Approval, isNew bool, err error) {
	a.ID, a.At = tx.NewID(), tx.Now()
	stands, err = one(tx, "approval", approvalFields, `
		INSERT INTO approval (id, site_id, account_id, kind, asker_id, object_uri, request_uri, post_id, by_id, state, created_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
		ON CONFLICT (site_id, post_id, kind, object_uri) DO UPDATE
		SET by_id = CASE WHEN approval.by_id = 0 THEN excluded.by_id ELSE approval.by_id END,
			request_uri = CASE WHEN excluded.request_uri = '' THEN approval.request_uri ELSE excluded.request_uri END
		RETURNING `+approvalColumns,
		a.ID, tx.site, a.Account, string(a.Kind), a.Asker, a.Object, a.Request, a.Post, a.By, string(a.State), ms(a.At))
	if err != nil {
		return nil, false, err
	}
	return stands, stands.ID == a.ID, nil
}

// Approval returns one by its ID.
func (tx *Tx) Approval(id skein.ID) (*skein.Approval, error) {
	return one(tx, "approval", approvalFields, `
		SELECT `+approvalColumns+` FROM approval WHERE site_id = $1 AND id = $2`, tx.site, id)
}

// ApprovalOf returns what became of one act towards a post; nil: it was never asked for.
func (tx *Tx) ApprovalOf(post skein.ID, kind skein.ApprovalKind, object string) (*skein.Approval, error) {
	a, err := one(tx, "approval", approvalFields, `
		SELECT `+approvalColumns+` FROM approval
		WHERE site_id = $1 AND post_id = $2 AND kind = $3 AND object_uri = $4`, tx.site, post, string(kind), object)
	if errors.Is(err, skein.ErrNotFound) {
		return nil, nil
	}
	return a, err
}

// UnseenQuotes counts what somebody may quote a post by, or asks to, and that is not known here, beside one.
func (tx *Tx) UnseenQuotes(post, asker skein.ID, beside string) (int, error) {
	n, _, err := value[int](tx, "unseen quotes", `
		SELECT count(*) FROM approval WHERE site_id = $1 AND asker_id = $2 AND post_id = $3 AND kind = 'quote' AND by_id = 0
			AND state IN ('pending', 'accepted') AND object_uri <> $4`, tx.site, asker, post, beside)
	return n, err
}

// SetApproval moves an approval on from one of some states. It answers false when it is in none of them.
func (tx *Tx) SetApproval(id skein.ID, to skein.ApprovalState, from ...skein.ApprovalState) (bool, error) {
	states := make([]string, len(from))
	for i, s := range from {
		states[i] = string(s)
	}
	n, err := tx.exec("set approval", `
		UPDATE approval SET state = $3 WHERE site_id = $1 AND id = $2 AND state IN TEXTS($4)`,
		tx.site, id, string(to), tx.textList(states))
	return n == 1, err
}

// WithdrawLike forgets that somebody asks for leave to like: a post, or by an activity.
func (tx *Tx) WithdrawLike(asker, post skein.ID, object string) error {
	_, err := tx.exec("withdraw like", `
		DELETE FROM approval WHERE site_id = $1 AND asker_id = $2 AND kind = 'like' AND state = 'pending'
			AND (post_id = $3 AND post_id <> 0 OR object_uri = $4)`, tx.site, asker, post, object)
	return err
}

// PendingApprovals returns what an account is asked for, the latest first; with a post only what is about that.
func (tx *Tx) PendingApprovals(account, post skein.ID, kinds []skein.ApprovalKind, p Page) ([]*skein.Approval, error) {
	names := make([]string, len(kinds))
	for i, k := range kinds {
		names[i] = string(k)
	}
	return pageOf(tx, "pending approvals", approvalFields, p, "id", `
		SELECT `+approvalColumns+` FROM approval
		WHERE site_id = $1 AND account_id = $2 AND state = 'pending' AND kind IN TEXTS($3)
			AND ($4 = CAST(0 AS BIGINT) OR post_id = $4)`, tx.site, account, tx.textList(names), post)
}

// ApprovalsBetween returns what an account gave another, or is asked for by it.
func (tx *Tx) ApprovalsBetween(account, asker skein.ID, kind skein.ApprovalKind, limit int) ([]*skein.Approval, error) {
	return many(tx, "approvals between", approvalFields, `
		SELECT `+approvalColumns+` FROM approval
		WHERE site_id = $1 AND asker_id = $2 AND account_id = $3 AND kind = $4 AND state IN ('pending', 'accepted')
		ORDER BY id LIMIT $5`, tx.site, asker, account, string(kind), limit)
}

// InsertStamp remembers by which stamp a post quotes another.
func (tx *Tx) InsertStamp(uri string, post skein.ID) error {
	_, err := tx.exec("insert stamp", `
		INSERT INTO stamp (site_id, uri, post_id) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING`, tx.site, uri, post)
	return err
}

// StampedPosts returns the posts that quote by a stamp.
func (tx *Tx) StampedPosts(uri string, limit int) ([]skein.ID, error) {
	return column[skein.ID](tx, "posts of stamp", `
		SELECT post_id FROM stamp WHERE site_id = $1 AND uri = $2 ORDER BY post_id LIMIT $3`, tx.site, uri, limit)
}
