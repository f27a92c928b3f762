package preview

import (
	"encoding/json"
	"html"
	"strings"
)

// article is what JSON-LD says of an article (schema.org).
type article struct {
	title, description, image, publisher, author, authorURL, language, published string
}

// articles reads a script: one thing, a list, or a graph of things. What is no article is left out.
func articles(raw []byte) []article {
	s := strings.TrimSpace(string(raw))
	s = strings.TrimPrefix(strings.TrimSuffix(s, "//]]>"), "//<![CDATA[")
	var v any
	d := json.NewDecoder(strings.NewReader(s))
	if d.Decode(&v) != nil {
		return nil
	}
	var out []article
	add := func(v any) {
		if m, ok := v.(map[string]any); ok && isArticle(m["@type"]) && len(out) < 8 {
			out = append(out, readArticle(m))
		}
	}
	each(v, func(v any) {
		add(v)
		if m, ok := v.(map[string]any); ok {
			each(m["@graph"], add)
			each(m["mainEntity"], add)
		}
	})
	return out
}

func each(v any, fn func(any)) {
	switch v := v.(type) {
	case []any:
		for _, e := range v[:min(len(v), 50)] {
			fn(e)
		}
	case nil:
	default:
		fn(v)
	}
}

func isArticle(v any) bool {
	is := false
	each(v, func(v any) {
		s, _ := v.(string)
		switch strings.TrimPrefix(s, "http://schema.org/") {
		case "Article", "NewsArticle", "BlogPosting", "ReportageNewsArticle", "AnalysisNewsArticle", "OpinionNewsArticle",
			"ReviewNewsArticle", "BackgroundNewsArticle", "LiveBlogPosting", "SocialMediaPosting", "TechArticle", "ScholarlyArticle":
			is = true
		}
	})
	return is
}

func readArticle(m map[string]any) article {
	a := article{title: str(m["headline"]), description: str(m["description"]), language: str(m["inLanguage"]),
		published: str(m["datePublished"])}
	a.publisher, _ = person(m["publisher"])
	a.author, a.authorURL = person(m["author"])
	each(m["image"], func(v any) {
		if a.image == "" {
			a.image = str(v)
			if o, ok := v.(map[string]any); ok {
				a.image = str(o["url"])
			}
		}
	})
	return a
}

// person reads somebody's name and page: those of several, joined.
func person(v any) (name, page string) {
	var names []string
	each(v, func(v any) {
		n := str(v)
		if o, ok := v.(map[string]any); ok {
			n = str(o["name"])
			if page == "" {
				page = str(o["url"])
			}
		}
		if n != "" && len(names) < 4 {
			names = append(names, n)
		}
	})
	return strings.Join(names, ", "), page
}

// str reads a text. Many escape it for HTML, which it is not.
func str(v any) string {
	s, _ := v.(string)
	if len(s) > 8192 {
		s = strings.ToValidUTF8(s[:8192], "")
	}
	return strings.TrimSpace(html.UnescapeString(s))
}
