package text

import (
	"html"
	"strings"
)

// Emojify puts pictures where clean HTML has the codes of custom emoji, such as :blobcat:. picture returns the address of one,
// empty: there is none, and the code stays. Tags are left as they are.
func Emojify(clean string, picture func(code string) string) string {
	if !strings.Contains(clean, ":") {
		return clean
	}
	var b strings.Builder
	for clean != "" {
		tag := strings.IndexByte(clean, '<')
		words := clean
		if tag >= 0 {
			words = clean[:tag]
		}
		emojify(&b, words, picture)
		if clean = clean[len(words):]; clean != "" {
			end := tagClose(clean)
			b.WriteString(clean[:end])
			clean = clean[end:]
		}
	}
	return b.String()
}

// tagClose is where a tag ends: at the first > that is not within quotes.
func tagClose(s string) int {
	quote := byte(0)
	for i := range len(s) {
		switch c := s[i]; {
		case quote != 0:
			if c == quote {
				quote = 0
			}
		case c == '"' || c == '\'':
			quote = c
		case c == '>':
			return i + 1
		}
	}
	return len(s)
}

func emojify(b *strings.Builder, words string, picture func(code string) string) {
	for {
		start := strings.IndexByte(words, ':')
		if start < 0 {
			b.WriteString(words)
			return
		}
		end := start + 1
		for end < len(words) && isUserByte(words[end]) {
			end++
		}
		src := ""
		if end > start+1 && end < len(words) && words[end] == ':' {
			src = picture(words[start+1 : end])
		}
		if src == "" {
			b.WriteString(words[:end])
			words = words[end:]
			continue
		}
		b.WriteString(words[:start])
		code := words[start : end+1]
		b.WriteString(`<img class="emoji" src="` + html.EscapeString(src) + `" alt="` + code + `" title="` + code + `" loading="lazy">`)
		words = words[end+1:]
	}
}
