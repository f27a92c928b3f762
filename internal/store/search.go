package store

import (
	"strconv"
	"strings"
	"unicode"

	"skein/internal/kit/text"
	"skein/internal/skein"
)

// Bounds of what an account is found by, and of how much one search looks at.
const (
	maxWords      = 16
	maxWordLength = 40 // characters
	maxCandidates = 500
	maxTerms      = 5
)

// lastRune stands behind every other in the order of bytes: word >= 'ann' AND word < 'ann'+lastRune is a prefix.
const lastRune = "\U0010FFFF"

// words splits a name into what people look for: letters and digits, without case and accents. Scripts that put no
// space between words are found from each of their first characters on.
func words(s string) []string {
	var list []string
	seen := map[string]bool{}
	add := func(w string) {
		if w != "" && !seen[w] && len(list) < maxWords {
			seen[w] = true
			list = append(list, w)
		}
	}
	for w := range strings.FieldsFuncSeq(text.Folded(s), func(r rune) bool { return !unicode.In(r, unicode.L, unicode.N, unicode.M) }) {
		letters := []rune(w)
		if len(letters) > maxWordLength {
			letters = letters[:maxWordLength]
		}
		add(string(letters))
		for i := 1; i < len(letters) && unicode.In(letters[i], unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Thai); i++ {
			add(string(letters[i:]))
		}
	}
	return list
}

// indexAccount writes the words that an account is found by; one that is gone is not found.
func (tx *Tx) indexAccount(a *skein.Account) error {
	var list []string
	if a.DeletedAt.IsZero() {
		// A name that is as long as peers may make it is not looked at to its end.
		list = words(clip(a.Username) + " " + clip(a.DisplayName))
	}
	arg := tx.textList(list)
	if _, err := tx.exec("forget words of account", `
		DELETE FROM account_word WHERE account_id = $1 AND NOT (word IN TEXTS($2))`, a.ID, arg); err != nil {
		return err
	}
	if len(list) == 0 {
		return nil
	}
	_, err := tx.exec("index account", `
		INSERT INTO account_word (site_id, word, account_id)
		SELECT $1, r.value->>'w', $2 FROM ROWS($3) r WHERE TRUE ON CONFLICT DO NOTHING`, tx.site, a.ID, wordRows(list))
	return err
}

func clip(s string) string {
	if len(s) > 512 {
		return s[:512]
	}
	return s
}

func wordRows(list []string) string {
	type row struct {
		W string `json:"w"`
	}
	rows := make([]row, len(list))
	for i, w := range list {
		rows[i].W = w
	}
	return object(rows)
}

// AccountQuery says which accounts are looked for.
type AccountQuery struct {
	Text      string // words of a name, or a handle
	Viewer    skein.ID
	Following bool // only those that the viewer follows
	Limit     int
	Offset    int
}

// SearchAccounts finds accounts by the beginnings of the words of their names, or by the beginning of a handle: those that
// the viewer follows first, then those with many followers. Who is gone, not let in, or blocked either way is not found;
// who is limited only by those who follow. How much is looked at is bounded, whatever is asked for.
func (tx *Tx) SearchAccounts(q AccountQuery) ([]*skein.Account, error) {
	asked, domain := strings.TrimPrefix(strings.TrimSpace(clip(q.Text)), "@"), ""
	name := asked
	if !strings.ContainsAny(asked, " \t") {
		name, domain, _ = strings.Cut(asked, "@")
	}
	terms := words(name)
	if len(terms) == 0 {
		return nil, nil
	}
	terms = terms[:min(len(terms), maxTerms)]
	longest := 0
	for i, t := range terms {
		if len(t) > len(terms[longest]) {
			longest = i
		}
	}
	terms[0], terms[longest] = terms[longest], terms[0]

	args := []any{tx.site, terms[0], terms[0] + lastRune, q.Viewer, strings.ToLower(name)}
	arg := func(v any) string {
		args = append(args, v)
		return "$" + strconv.Itoa(len(args))
	}
	var b strings.Builder
	b.WriteString(`
		WITH found (id) AS (
			SELECT w.account_id FROM follow f JOIN account_word w ON w.account_id = f.target_id
			WHERE f.site_id = $1 AND f.account_id = $4 AND f.accepted AND w.word >= $2 AND w.word < $3`)
	if !q.Following {
		b.WriteString(`
			UNION
			SELECT account_id FROM (
				SELECT account_id FROM account_word WHERE site_id = $1 AND word >= $2 AND word < $3
				ORDER BY word, account_id LIMIT ` + strconv.Itoa(maxCandidates) + `) near`)
	}
	b.WriteString(`
		)
		SELECT ` + accountColumns + ` FROM (
		SELECT account.id AS id, mine.id IS NOT NULL AS known, account.username_lower = $5 AS exact,
			account.follower_count AS followers
		FROM (SELECT DISTINCT id FROM found) f JOIN account ON account.id = f.id
		LEFT JOIN follow mine ON mine.site_id = $1 AND mine.account_id = $4 AND mine.target_id = account.id AND mine.accepted
		WHERE account.site_id = $1 AND account.suspended_at = 0 AND account.deleted_at = 0
			AND NOT (account.local AND account.kind = 'application')
			AND (account.silenced_at = 0 OR mine.id IS NOT NULL OR account.id = $4)
			AND NOT (account.local AND EXISTS (SELECT 1 FROM person WHERE person.account_id = account.id
				AND (person.confirmed_at = 0 OR person.approved_at = 0)))
			AND NOT EXISTS (SELECT 1 FROM block WHERE block.site_id = $1 AND block.account_id = $4 AND block.target_id = account.id)
			AND NOT EXISTS (SELECT 1 FROM block WHERE block.site_id = $1 AND block.account_id = account.id AND block.target_id = $4)
			AND NOT EXISTS (SELECT 1 FROM domain_block d WHERE d.site_id = $1 AND d.account_id = $4 AND d.domain = account.domain)`)
	if domain != "" {
		d := arg(strings.ToLower(domain))
		b.WriteString(" AND substr(account.domain, 1, length(" + d + ")) = " + d)
	}
	for _, t := range terms[1:] {
		b.WriteString(" AND EXISTS (SELECT 1 FROM account_word w WHERE w.account_id = account.id AND w.word >= " + arg(t) +
			" AND w.word < " + arg(t+lastRune) + ")")
	}
	b.WriteString(`
		ORDER BY known DESC, exact DESC, followers DESC, id DESC
		LIMIT ` + arg(q.Limit) + ` OFFSET ` + arg(min(q.Offset, maxCandidates)) + `
		) hit JOIN account ON account.id = hit.id
		ORDER BY hit.known DESC, hit.exact DESC, hit.followers DESC, hit.id DESC`)
	return many(tx, "found accounts", accountFields, b.String(), args...)
}
