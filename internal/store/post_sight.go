package store

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"skein/internal/skein"
)

// Stand is how a reader and another account stand to each other, as far as it decides what the reader is shown.
type Stand struct {
	Follows   bool // accepted; only for those of SightFor.Follows
	FollowsMe bool // accepted; only for those of SightFor.Followed
	Blocks    bool
	BlockedBy bool
	Muted     bool
}

// Sight is what one reader has to do with some posts and their authors. What is not in it is not so; more may be in it
// than was asked.
type Sight struct {
	Marks   map[skein.ID]skein.Marks // without Muted
	Threads map[skein.ID]bool        // muted
	Stands  map[skein.ID]Stand
	Domains map[string]bool // blocked peers
}

// SightFor says what is asked.
type SightFor struct {
	Posts    []skein.ID // no boosts, but what they show
	Threads  []skein.ID
	Authors  []skein.ID
	Follows  []skein.ID // those of the authors of whom it matters whether the reader follows them
	Domains  []string   // of the authors
	Polls    []skein.ID // those of the posts that have a poll
	Reacted  []skein.ID // those of them that somebody reacted to with an emoji
	Followed []skein.ID // those of whom it matters whether they follow the reader
}

// The kinds of row in the answer.
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
	sawVote
	sawReaction
	sawFollowed
	sawKinds
)

const (
	// Posts of one page are mostly of the same days, and nobody did much in them: to read all that somebody did there is
	// several times quicker than to look for each post. So is reading whom they block.
	sightSpan  = skein.ID(3*24*time.Hour/time.Millisecond) << 16
	sightLimit = 100 // rows of one kind; when there are more, they are looked for one by one
	sightFew   = 4   // so many are looked for one by one from the start
)

// Sight returns all that decides, beside the posts themselves, what a reader may see of them and how: one query, or a
// second one for readers who did or block very much.
func (tx *Tx) Sight(reader skein.ID, of SightFor) (*Sight, error) {
	s := &Sight{Marks: map[skein.ID]skein.Marks{}, Threads: map[skein.ID]bool{}, Stands: map[skein.ID]Stand{}, Domains: map[string]bool{}}
	q := sightQuery{tx: tx, args: []any{tx.site, reader, ms(tx.Now())}}
	q.marks(of.Posts, len(of.Posts) > sightFew)
	q.threads(of.Threads, len(of.Threads) > sightFew)
	q.stands(of, len(of.Authors) > sightFew)
	if len(of.Follows) > 0 {
		q.add(`SELECT 5, target_id, '' FROM follow WHERE site_id = $1 AND account_id = $2 AND accepted AND target_id IN LIST(`, tx.list(of.Follows), `)`)
	}
	if len(of.Polls) > 0 {
		q.add(`SELECT 10, post_id, CAST(choice AS TEXT) FROM poll_vote WHERE site_id = $1 AND account_id = $2 AND post_id IN LIST(`,
			tx.list(of.Polls), `)`)
	}
	if len(of.Reacted) > 0 {
		q.add(`SELECT 11, post_id, emoji FROM reaction WHERE site_id = $1 AND account_id = $2 AND post_id IN LIST(`,
			tx.list(of.Reacted), `)`)
	}
	if len(of.Followed) > 0 {
		q.add(`SELECT `+strconv.Itoa(sawFollowed)+`, account_id, '' FROM follow WHERE site_id = $1 AND target_id = $2 AND accepted AND account_id IN LIST(`,
			tx.list(of.Followed), `)`)
	}
	more, err := q.run(s)
	if err != nil {
		return nil, err
	}
	q = sightQuery{tx: tx, args: q.args[:3]}
	if more[sawLike] || more[sawBoost] || more[sawBookmark] {
		q.marks(of.Posts, false)
	}
	if more[sawThread] {
		q.threads(of.Threads, false)
	}
	if more[sawBlock] || more[sawBlockedBy] || more[sawMute] || more[sawDomain] {
		q.stands(of, false)
	}
	_, err = q.run(s)
	return s, err
}

// sightQuery is a union of small questions. $1 is the site, $2 the reader, $3 now.
type sightQuery struct {
	tx    *Tx
	parts []string
	args  []any
}

func (q *sightQuery) arg(v any) string {
	q.args = append(q.args, v)
	return "$" + strconv.Itoa(len(q.args))
}

func (q *sightQuery) add(before string, v any, after string) {
	q.parts = append(q.parts, before+q.arg(v)+after)
}

// marks asks what the reader did with posts.
func (q *sightQuery) marks(posts []skein.ID, near bool) {
	if len(posts) == 0 {
		return
	}
	far := posts
	where := make([]string, 0, 2)
	limit := ""
	if near {
		newest := slices.Max(posts)
		oldest := newest
		far = nil
		for _, id := range posts {
			if newest-id < sightSpan {
				oldest = min(oldest, id)
			} else {
				far = append(far, id)
			}
		}
		where = append(where, ` BETWEEN `+q.arg(oldest)+` AND `+q.arg(newest))
		limit = ` LIMIT ` + strconv.Itoa(sightLimit)
	}
	if len(far) > 0 {
		where = append(where, ` IN LIST(`+q.arg(q.tx.list(far))+`)`)
	}
	for i, w := range where {
		l := ""
		if i == 0 {
			l = limit
		}
		q.parts = append(q.parts,
			part(`SELECT 0, post_id, '' FROM post_like WHERE site_id = $1 AND account_id = $2 AND post_id`+w, l),
			part(`SELECT 1, boost_of_id, '' FROM post WHERE site_id = $1 AND author_id = $2 AND boost_of_id <> 0 AND boost_of_id`+w, l),
			part(`SELECT 2, post_id, '' FROM bookmark WHERE site_id = $1 AND account_id = $2 AND post_id`+w, l))
	}
	q.parts = append(q.parts, `SELECT 3, post_id, '' FROM pin WHERE site_id = $1 AND account_id = $2`)
}

// part makes a limited query fit for a union.
func part(query, limit string) string {
	if limit == "" {
		return query
	}
	return `SELECT * FROM (` + query + limit + `) p`
}

// threads asks which conversations the reader muted.
func (q *sightQuery) threads(threads []skein.ID, near bool) {
	if len(threads) == 0 {
		return
	}
	const from = `SELECT 4, thread_id, '' FROM thread_mute WHERE account_id = $2 AND thread_id`
	if near {
		q.parts = append(q.parts, part(from+` BETWEEN `+q.arg(slices.Min(threads))+` AND `+q.arg(slices.Max(threads)),
			` LIMIT `+strconv.Itoa(sightLimit)))
		return
	}
	q.add(from+` IN LIST(`, q.tx.list(threads), `)`)
}

// stands asks who blocks or mutes whom.
func (q *sightQuery) stands(of SightFor, all bool) {
	if len(of.Authors) == 0 {
		return
	}
	limit, in, domains := ` LIMIT `+strconv.Itoa(sightLimit), "", ""
	if !all {
		limit, in = "", ` IN LIST(`+q.arg(q.tx.list(of.Authors))+`)`
	}
	is := func(column string) string {
		if all {
			return ""
		}
		return ` AND ` + column + in
	}
	if !all && len(of.Domains) > 0 {
		domains = ` AND domain IN TEXTS(` + q.arg(q.tx.textList(of.Domains)) + `)`
	}
	q.parts = append(q.parts,
		part(`SELECT 6, target_id, '' FROM block WHERE site_id = $1 AND account_id = $2`+is("target_id"), limit),
		part(`SELECT 7, account_id, '' FROM block WHERE site_id = $1 AND target_id = $2`+is("account_id"), limit),
		part(`SELECT 8, target_id, '' FROM mute WHERE site_id = $1 AND account_id = $2`+is("target_id")+` AND `+muteCounts+`$3)`, limit))
	if len(of.Domains) > 0 {
		q.parts = append(q.parts, part(`SELECT 9, 0, domain FROM domain_block WHERE site_id = $1 AND account_id = $2`+domains, limit))
	}
}

// run asks it all and tells of which kinds there may be more.
func (q *sightQuery) run(s *Sight) (more [sawKinds]bool, err error) {
	if len(q.parts) == 0 {
		return more, nil
	}
	// Each argument must stand somewhere: PostgreSQL asks for the type of all of them.
	q.parts = append(q.parts, `SELECT 0, 0, '' WHERE CAST($1 AS BIGINT) + CAST($2 AS BIGINT) + CAST($3 AS BIGINT) IS NULL`)
	rows, err := q.tx.conn.QueryContext(q.tx.ctx, q.tx.db.text(strings.Join(q.parts, ` UNION ALL `)), q.args...)
	if err != nil {
		return more, fmt.Errorf("read sight: %w", err)
	}
	defer rows.Close()
	var counts [sawKinds]int
	for rows.Next() {
		var kind int
		var n int64
		var text string
		if err := rows.Scan(&kind, &n, &text); err != nil {
			return more, fmt.Errorf("read sight: %w", err)
		}
		if counts[kind]++; counts[kind] >= sightLimit {
			more[kind] = true
		}
		id := skein.ID(n)
		switch kind {
		case sawThread:
			s.Threads[id] = true
		case sawDomain:
			s.Domains[text] = true
		case sawFollow, sawFollowed, sawBlock, sawBlockedBy, sawMute:
			st := s.Stands[id]
			st.Follows = st.Follows || kind == sawFollow
			st.FollowsMe = st.FollowsMe || kind == sawFollowed
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
			switch kind {
			case sawVote:
				choice, err := strconv.Atoi(text)
				if err != nil {
					return more, fmt.Errorf("read vote: %w", err)
				}
				m.Votes = append(m.Votes, choice)
				slices.Sort(m.Votes)
			case sawReaction:
				m.Reactions = append(m.Reactions, text)
			}
			s.Marks[id] = m
		}
	}
	if err := rows.Err(); err != nil {
		return more, fmt.Errorf("read sight: %w", err)
	}
	return more, nil
}
