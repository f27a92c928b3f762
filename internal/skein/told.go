package skein

// What the server of a post says of its counts is more than what was seen from here, or less: it is shown when it is more.
// The rows that are here stay what is counted (T191).

// LikesShown is how many likes of a post are shown.
func (p *Post) LikesShown() int {
	if t := p.Extra.Told; t != nil {
		return max(p.LikeCount, t.Likes)
	}
	return p.LikeCount
}

// BoostsShown is how many boosts of a post are shown.
func (p *Post) BoostsShown() int {
	if t := p.Extra.Told; t != nil {
		return max(p.BoostCount, t.Boosts)
	}
	return p.BoostCount
}

// RepliesShown is how many answers to a post are shown.
func (p *Post) RepliesShown() int {
	if t := p.Extra.Told; t != nil {
		return max(p.ReplyCount, t.Replies)
	}
	return p.ReplyCount
}

// Correct adds to what was told what people here did since then, or took back: its server says it again only when it is asked
// the next time, and a count that does not follow one's own act seems broken. What is told then takes its place.
func (t *Told) Correct(likes, boosts int) bool {
	if t == nil {
		return false
	}
	t.Likes, t.Boosts = max(t.Likes+likes, 0), max(t.Boosts+boosts, 0)
	return true
}
