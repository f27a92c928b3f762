package store

import (
	"fmt"

	"skein/internal/skein"
)

// Stand is how a reader and another account stand to each other, as far as it decides what the reader is shown.
type Stand struct {
	Follows   bool // accepted
	Blocks    bool
	BlockedBy bool
	Muted     bool
}

// Sight is what one reader has to do with some posts and their authors. What is not in it is not so.
type Sight struct {
	Marks   map[skein.ID]skein.Marks // without Muted
	Threads map[skein.ID]bool        // muted
	Stands  map[skein.ID]Stand
	Domains map[string]bool // blocked peers
}

// The kinds of row in the answer to Sight.
const (
	sawLike = iota
	sawBoost
	sawBookmark
	sawPin
	sawThread
	sawFollow
	sawBlock
	sawBlockedBy
	sawMute
	sawDomain
)

// SightFor says what is asked.
type SightFor struct {
	Posts   []skein.ID // no boosts, but what they show
	Threads []skein.ID
	Authors []skein.ID
	Domains []string // of authors
}

// Sight returns all that decides, beside the posts themselves, what a reader may see of them and how, in one query.
func (tx *Tx) Sight(reader skein.ID, of SightFor) (*Sight, error) {
	s := &Sight{
		Marks: make(map[skein.ID]skein.Marks), Threads: map[skein.ID]bool{},
		Stands: make(map[skein.ID]Stand, len(of.Authors)), Domains: map[string]bool{},
	}
	rows, err := tx.conn.QueryContext(tx.ctx, tx.db.text(`
		SELECT 0, post_id, '' FROM post_like WHERE site_id = $1 AND account_id = $2 AND post_id IN LIST($3)
		UNION ALL
		SELECT 1, boost_of_id, '' FROM post WHERE site_id = $1 AND author_id = $2 AND boost_of_id IN LIST($3) AND boost_of_id <> 0
		UNION ALL
		SELECT 2, post_id, '' FROM bookmark WHERE site_id = $1 AND account_id = $2 AND post_id IN LIST($3)
		UNION ALL
		SELECT 3, post_id, '' FROM pin WHERE site_id = $1 AND account_id = $2
		UNION ALL
		SELECT 4, thread_id, '' FROM thread_mute WHERE account_id = $2 AND thread_id IN LIST($4)
		UNION ALL
		SELECT 5, target_id, '' FROM follow WHERE site_id = $1 AND account_id = $2 AND target_id IN LIST($5) AND accepted
		UNION ALL
		SELECT 6, target_id, '' FROM block WHERE site_id = $1 AND account_id = $2 AND target_id IN LIST($5)
		UNION ALL
		SELECT 7, account_id, '' FROM block WHERE site_id = $1 AND target_id = $2 AND account_id IN LIST($5)
		UNION ALL
		SELECT 8, target_id, '' FROM mute WHERE site_id = $1 AND account_id = $2 AND target_id IN LIST($5) AND `+muteCounts+`$6)
		UNION ALL
		SELECT 9, 0, domain FROM domain_block WHERE site_id = $1 AND account_id = $2 AND domain IN TEXTS($7)`),
		tx.site, reader, tx.list(of.Posts), tx.list(of.Threads), tx.list(of.Authors), ms(tx.Now()), tx.textList(of.Domains))
	if err != nil {
		return nil, fmt.Errorf("read sight: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var kind int
		var n int64
		var domain string
		if err := rows.Scan(&kind, &n, &domain); err != nil {
			return nil, fmt.Errorf("read sight: %w", err)
		}
		id := skein.ID(n)
		switch kind {
		case sawThread:
			s.Threads[id] = true
		case sawDomain:
			s.Domains[domain] = true
		case sawFollow, sawBlock, sawBlockedBy, sawMute:
			st := s.Stands[id]
			st.Follows = st.Follows || kind == sawFollow
			st.Blocks = st.Blocks || kind == sawBlock
			st.BlockedBy = st.BlockedBy || kind == sawBlockedBy
			st.Muted = st.Muted || kind == sawMute
			s.Stands[id] = st
		default:
			m := s.Marks[id]
			m.Liked = m.Liked || kind == sawLike
			m.Boosted = m.Boosted || kind == sawBoost
			m.Bookmarked = m.Bookmarked || kind == sawBookmark
			m.Pinned = m.Pinned || kind == sawPin
			s.Marks[id] = m
		}
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("read sight: %w", err)
	}
	return s, nil
}
