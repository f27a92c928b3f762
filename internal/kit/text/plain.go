package text

// Plain turns HTML into plain text.
func Plain(s string) string { return s }

// Excerpt shortens.
func Excerpt(s string, n int) string { return s }
