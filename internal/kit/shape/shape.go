// Package shape describes what JSON looks like, in a few words for each value, and judges documents by it: the same
// description serves tests, and the schemas of an OpenAPI document. What is described, it leaves to others.
//
// A book of shapes is a text. A line at the margin names a shape, indented lines are its fields:
//
//	Post
//		id: id
//		title: string|null
//		answers?: Answer[] @2.1
//		mine~: bool
//		kind: 'note'|'page'
//		sizes: {width: int, height: int}{}
//		...Dated
//
// A name with ? may be missing. One with ~ is there for readers who are signed in, and for nobody else. [] is a list, {} is
// an object with any keys. @ says since which version the field exists. Three dots take in another shape's fields. What
// follows # is a remark, and becomes the description of the field or of the shape.
package shape

import (
	"fmt"
	"strings"
)

// Kind is what a type is made of.
type Kind int

// The kinds of types.
const (
	Simple  Kind = iota // Name is one of Simples
	Literal             // exactly Name
	Named               // a shape of the book
	List                // of Of
	Map                 // any keys, values are Of
	Object              // Fields
	Union               // one of Any
)

// Simples are the types that are not made of others, with what they are.
var Simples = map[string]string{
	"string": "any text",
	"id":     "a whole number as text",
	"int":    "a whole number",
	"float":  "a number",
	"bool":   "true or false",
	"true":   "true",
	"null":   "null",
	"time":   "a moment as 2006-01-02T15:04:05.000Z",
	"date":   "a day as 2006-01-02",
	"url":    "an absolute URL",
	"html":   "HTML",
	"any":    "anything",
	"file":   "a file, sent as a part of a form",
}

// Type is the type of a value.
type Type struct {
	Kind   Kind
	Name   string
	Of     *Type
	Any    []*Type
	Fields []Field
}

// Field is one field of an object.
type Field struct {
	Name     string
	Type     *Type
	Optional bool   // may be missing
	Signed   bool   // there for readers who are signed in, and only for them
	Since    string // the version that brought it
	Remark   string
}

// Shape is an object with a name.
type Shape struct {
	Name   string
	Remark string
	Fields []Field
}

// Book holds shapes by name.
type Book struct {
	Shapes []*Shape // in the order of the text
	byName map[string]*Shape
}

// Shape returns the shape with that name, or nil.
func (b *Book) Shape(name string) *Shape { return b.byName[name] }

// Parse reads a book. All names in it must be of the book, or of an earlier one whose shapes this one may use.
func Parse(text string, earlier ...*Book) (*Book, error) {
	b := &Book{byName: map[string]*Shape{}}
	for _, e := range earlier {
		for name, s := range e.byName {
			b.byName[name] = s
		}
	}
	includes := map[*Shape][]string{}
	var at *Shape
	for i, line := range strings.Split(text, "\n") {
		fault := func(err error) error { return fmt.Errorf("line %d: %w", i+1, err) }
		body, remark, _ := strings.Cut(line, " #")
		if strings.HasPrefix(line, "#") || strings.TrimSpace(body) == "" {
			continue
		}
		remark = strings.TrimSpace(remark)
		if line[0] != '\t' && line[0] != ' ' {
			at = &Shape{Name: strings.TrimSpace(body), Remark: remark}
			if b.byName[at.Name] != nil {
				return nil, fault(fmt.Errorf("a second %s", at.Name))
			}
			b.byName[at.Name] = at
			b.Shapes = append(b.Shapes, at)
			continue
		}
		if at == nil {
			return nil, fault(fmt.Errorf("a field of nothing"))
		}
		body = strings.TrimSpace(body)
		if from, ok := strings.CutPrefix(body, "..."); ok {
			includes[at] = append(includes[at], from)
			// The fields are put in once all shapes are known; until then one marks the place.
			at.Fields = append(at.Fields, Field{Name: body})
			continue
		}
		p := &parser{rest: body}
		f, err := p.field()
		if err == nil && p.rest != "" {
			err = fmt.Errorf("what is %q?", p.rest)
		}
		if err != nil {
			return nil, fault(err)
		}
		f.Remark = remark
		at.Fields = append(at.Fields, f)
	}
	for _, s := range b.Shapes {
		if err := b.fill(s, includes, 0); err != nil {
			return nil, err
		}
	}
	for _, s := range b.Shapes {
		seen := map[string]bool{}
		for _, f := range s.Fields {
			if seen[f.Name] {
				return nil, fmt.Errorf("%s has two fields %s", s.Name, f.Name)
			}
			seen[f.Name] = true
			if err := b.known(f.Type); err != nil {
				return nil, fmt.Errorf("%s.%s: %w", s.Name, f.Name, err)
			}
		}
	}
	return b, nil
}

// fill puts the fields of included shapes where the three dots stand.
func (b *Book) fill(s *Shape, includes map[*Shape][]string, depth int) error {
	if len(includes[s]) == 0 {
		return nil
	}
	if depth > 8 {
		return fmt.Errorf("%s takes itself in", s.Name)
	}
	var fields []Field
	for _, f := range s.Fields {
		name, ok := strings.CutPrefix(f.Name, "...")
		if !ok {
			fields = append(fields, f)
			continue
		}
		from := b.byName[name]
		if from == nil {
			return fmt.Errorf("%s takes in %s, which is not known", s.Name, name)
		}
		if err := b.fill(from, includes, depth+1); err != nil {
			return err
		}
		fields = append(fields, from.Fields...)
	}
	s.Fields = fields
	delete(includes, s)
	return nil
}

func (b *Book) known(t *Type) error {
	switch t.Kind {
	case Named:
		if b.byName[t.Name] == nil {
			return fmt.Errorf("%s is not known", t.Name)
		}
	case List, Map:
		return b.known(t.Of)
	case Union:
		for _, a := range t.Any {
			if err := b.known(a); err != nil {
				return err
			}
		}
	case Object:
		for _, f := range t.Fields {
			if err := b.known(f.Type); err != nil {
				return err
			}
		}
	}
	return nil
}

// Type reads a type, as in Post[] or {count: int}.
func (b *Book) Type(text string) (*Type, error) {
	p := &parser{rest: text}
	t, err := p.union()
	if err == nil && p.rest != "" {
		err = fmt.Errorf("what is %q?", p.rest)
	}
	if err == nil {
		err = b.known(t)
	}
	if err != nil {
		return nil, fmt.Errorf("type %q: %w", text, err)
	}
	return t, nil
}

type parser struct{ rest string }

func (p *parser) blank() { p.rest = strings.TrimLeft(p.rest, " ") }

func (p *parser) take(token string) bool {
	p.blank()
	rest, ok := strings.CutPrefix(p.rest, token)
	if ok {
		p.rest = rest
	}
	return ok
}

// word takes what comes before one of the ends.
func (p *parser) word(ends string) string {
	p.blank()
	i := strings.IndexAny(p.rest, ends)
	if i < 0 {
		i = len(p.rest)
	}
	w := p.rest[:i]
	p.rest = p.rest[i:]
	return w
}

func (p *parser) field() (Field, error) {
	var f Field
	if p.take("'") { // for names that hold a colon
		f.Name = p.word("'")
		p.take("'")
	} else {
		f.Name = p.word("?~: ")
	}
	if f.Name == "" {
		return f, fmt.Errorf("a field without a name")
	}
	switch {
	case p.take("?"):
		f.Optional = true
	case p.take("~"):
		f.Signed = true
	}
	if !p.take(":") {
		return f, fmt.Errorf("%s has no type", f.Name)
	}
	var err error
	if f.Type, err = p.union(); err != nil {
		return f, err
	}
	if p.take("@") {
		f.Since = p.word(",} ")
	}
	p.blank()
	return f, nil
}

func (p *parser) union() (*Type, error) {
	t, err := p.one()
	if err != nil || !strings.HasPrefix(p.rest, "|") {
		return t, err
	}
	u := &Type{Kind: Union, Any: []*Type{t}}
	for p.take("|") {
		if t, err = p.one(); err != nil {
			return nil, err
		}
		u.Any = append(u.Any, t)
	}
	return u, nil
}

func (p *parser) one() (*Type, error) {
	var t *Type
	switch {
	case p.take("'"):
		t = &Type{Kind: Literal, Name: p.word("'")}
		if !p.take("'") {
			return nil, fmt.Errorf("a quote is not closed")
		}
	case p.take("("):
		var err error
		if t, err = p.union(); err != nil {
			return nil, err
		}
		if !p.take(")") {
			return nil, fmt.Errorf("a bracket is not closed")
		}
	case p.take("{"):
		t = &Type{Kind: Object}
		for !p.take("}") {
			f, err := p.field()
			if err != nil {
				return nil, err
			}
			t.Fields = append(t.Fields, f)
			p.take(",")
		}
	default:
		name := p.word("[]{}|@,:()' ")
		for p.take("::") { // V1::Filter
			name += "::" + p.word("[]{}|@,:()' ")
		}
		switch simple := strings.ToLower(name); {
		case name == "":
			return nil, fmt.Errorf("a type is missing before %q", p.rest)
		case Simples[simple] != "":
			t = &Type{Kind: Simple, Name: simple}
		default:
			t = &Type{Kind: Named, Name: name}
		}
	}
	for {
		switch {
		case strings.HasPrefix(p.rest, "[]"):
			t = &Type{Kind: List, Of: t}
		case strings.HasPrefix(p.rest, "{}"):
			t = &Type{Kind: Map, Of: t}
		default:
			return t, nil
		}
		p.rest = p.rest[2:]
	}
}

// String writes the type as it is read.
func (t *Type) String() string {
	switch t.Kind {
	case Literal:
		return "'" + t.Name + "'"
	case List:
		return bracketed(t.Of) + "[]"
	case Map:
		return bracketed(t.Of) + "{}"
	case Union:
		parts := make([]string, len(t.Any))
		for i, a := range t.Any {
			parts[i] = a.String()
		}
		return strings.Join(parts, "|")
	case Object:
		parts := make([]string, len(t.Fields))
		for i, f := range t.Fields {
			mark := ""
			switch {
			case f.Optional:
				mark = "?"
			case f.Signed:
				mark = "~"
			}
			parts[i] = f.Name + mark + ": " + f.Type.String()
		}
		return "{" + strings.Join(parts, ", ") + "}"
	}
	return t.Name
}

func bracketed(t *Type) string {
	if t.Kind == Union {
		return "(" + t.String() + ")"
	}
	return t.String()
}
