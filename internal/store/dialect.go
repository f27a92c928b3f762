package store

import (
	"encoding/json"
	"regexp"
	"strings"

	"skein/internal/skein"
)

// The queries are written once, for both engines. A few words of our own stand for what differs:
//
//	id IN LIST($2)    id is one of a list of IDs (Tx.list)
//	name IN TEXTS($2) name is one of a list of strings (Tx.textList)
//	FROM ROWS($1) r   one row r for each element of a JSON array (toJSON); r.value is the element:
//	                  CAST(r.value->>'id' AS BIGINT), r.value->>'name'
//	MATCHES($1)       the index of posts has what engine.question made of a search
//	SKIP LOCKED       at the end of a subquery that claims rows: leave those that another node holds
var (
	listWord  = regexp.MustCompile(`IN LIST\((\$\d+)\)`)
	textsWord = regexp.MustCompile(`IN TEXTS\((\$\d+)\)`)
	rowsWord  = regexp.MustCompile(`ROWS\((\$\d+)\) (\w+)`)
	matchWord = regexp.MustCompile(`MATCHES\((\$\d+)\)`)

	// SQLite looks at the number behind LIMIT when it plans, and so plans anew at each run; at a sum it does not look.
	limitWord = regexp.MustCompile(`(LIMIT|OFFSET) (\$\d+)`)
)

func (*sqliteEngine) adapt(q string) string {
	q = listWord.ReplaceAllString(q, "IN (SELECT value FROM json_each(${1}))")
	q = textsWord.ReplaceAllString(q, "IN (SELECT value FROM json_each(${1}))")
	q = rowsWord.ReplaceAllString(q, "json_each(${1}) ${2}")
	q = matchWord.ReplaceAllString(q, "post_search MATCH ${1}")
	q = limitWord.ReplaceAllString(q, "${1} (${2} + 0)")
	return strings.ReplaceAll(q, "SKIP LOCKED", "")
}

func (*postgresEngine) adapt(q string) string {
	q = listWord.ReplaceAllString(q, "= ANY(${1}::bigint[])")
	q = textsWord.ReplaceAllString(q, "= ANY(${1}::text[])")
	q = matchWord.ReplaceAllString(q, "words @@ CAST(${1} AS tsquery)")
	q = rowsWord.ReplaceAllString(q, "jsonb_array_elements(${1}::jsonb) AS ${2}(value)")
	return strings.ReplaceAll(q, "SKIP LOCKED", "FOR UPDATE SKIP LOCKED")
}

func (*sqliteEngine) list(ids []skein.ID) any {
	b := make([]byte, 0, 2+20*len(ids))
	b = append(b, '[')
	for i, id := range ids {
		if i > 0 {
			b = append(b, ',')
		}
		b = append(b, id.String()...)
	}
	return string(append(b, ']'))
}

func (*sqliteEngine) texts(list []string) any {
	b, _ := json.Marshal(list) // strings always marshal
	if list == nil {
		return "[]"
	}
	return string(b)
}

func (*postgresEngine) list(ids []skein.ID) any {
	out := make([]int64, len(ids))
	for i, id := range ids {
		out[i] = int64(id)
	}
	return out
}

func (*postgresEngine) texts(list []string) any {
	if list == nil {
		return []string{}
	}
	return list
}
