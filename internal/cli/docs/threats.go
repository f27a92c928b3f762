package main

import (
	"bufio"
	"bytes"
	_ "embed"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// threatList is every known attack: number, priority, section, what it is, and what it attacks as long as that is not built.
//
//go:embed threats.tsv
var threatList string

var threatSections = map[string]string{
	"A": "Outbound fetches", "B": "Inbound signatures", "C": "Identity and origin of objects", "D": "JSON and encodings",
	"E": "Resource exhaustion", "F": "Media", "G": "HTML, Unicode, browser", "H": "OAuth, sessions, accounts",
	"I": "Private content must not leak", "J": "Blocks, mutes, moderation", "K": "Lifecycle", "L": "Sites are separate",
	"M": "Encrypted messages", "N": "Operations",
}

type threat struct {
	number                           int
	priority, section, title, absent string
}

func (t threat) name() string { return "T" + strconv.Itoa(t.number) }

func threats() ([]threat, error) {
	var list []threat
	for line := range strings.Lines(threatList) {
		part := strings.Split(strings.TrimRight(line, "\n"), "\t")
		if len(part) < 4 || threatSections[part[2]] == "" {
			return nil, fmt.Errorf("threats.tsv: %q", line)
		}
		n, err := strconv.Atoi(part[0])
		if err != nil {
			return nil, fmt.Errorf("threats.tsv: %q: %w", line, err)
		}
		t := threat{number: n, priority: part[1], section: part[2], title: part[3]}
		if len(part) > 4 {
			t.absent = part[4]
		}
		list = append(list, t)
	}
	return list, nil
}

var (
	goTest     = regexp.MustCompile(`(?m)^func (Test((?:T\d+_)+)\w+)`)
	scriptTest = regexp.MustCompile(`(?m)\b(?:test|it)\(\s*['"` + "`" + `](((?:T\d+[ ,:]+)+)[^'"` + "`" + `]*)`)
	threatName = regexp.MustCompile(`T0*(\d+)`)
)

// threatTests finds the tests that are named after a threat.
func threatTests(root string) (map[string][]string, error) {
	found := map[string][]string{}
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && path != root && (d.Name() == "node_modules" || d.Name() == "dist" || strings.HasPrefix(d.Name(), ".")):
			return filepath.SkipDir
		case d.IsDir():
			return nil
		}
		pattern := scriptTest
		if strings.HasSuffix(path, "_test.go") {
			pattern = goTest
		} else if !strings.HasSuffix(path, ".test.mjs") && !strings.HasSuffix(path, ".test.ts") {
			return nil
		}
		b, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		dir, err := filepath.Rel(root, filepath.Dir(path))
		if err != nil {
			return err
		}
		for _, m := range pattern.FindAllSubmatch(b, -1) {
			for _, t := range threatName.FindAllSubmatch(m[2], -1) {
				name := "T" + string(t[1])
				found[name] = append(found[name], "`"+string(m[1])+"` ("+filepath.ToSlash(dir)+")")
			}
		}
		return nil
	})
	return found, err
}

// writeThreats writes the table of attacks, and which tests keep them out.
func writeThreats(w *bytes.Buffer, root string) error {
	list, err := threats()
	if err != nil {
		return err
	}
	tests, err := threatTests(root)
	if err != nil {
		return err
	}
	out := bufio.NewWriter(w)
	fmt.Fprint(out, "# Attacks and their tests\n\nMade by `make docs` from the names of the tests: do not edit. P0 stops a release, P1 comes before 1.0, P2 hardens.\n"+
		"\"Not there\" means that what is attacked is not built yet.\n")
	section := ""
	for _, t := range list {
		if t.section != section {
			section = t.section
			fmt.Fprintf(out, "\n## %s. %s\n\n| item | | attack | state | tests |\n| --- | --- | --- | --- | --- |\n", section, threatSections[section])
		}
		state, names := "**open**", ""
		if found := tests[t.name()]; len(found) > 0 {
			state = "tested"
			slices.Sort(found)
			names = strings.Join(slices.Compact(found), "<br>")
		} else if t.absent != "" {
			state = "not there: " + t.absent
		}
		fmt.Fprintf(out, "| %s | %s | %s | %s | %s |\n", t.name(), t.priority, t.title, state, names)
	}
	return out.Flush()
}
