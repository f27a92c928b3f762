package main

import (
	"slices"
	"strings"
	"testing"
)

// mustHold are the sections of which no P0 attack may be without a test once what it attacks is there; others join them as
// they are built.
const mustHold = "ABCDEFGHIJK"

func TestNoReleaseBlockerIsWithoutATest(t *testing.T) {
	list, err := threats()
	if err != nil {
		t.Fatal(err)
	}
	tests, err := threatTests("../../..")
	if err != nil {
		t.Fatal(err)
	}
	for i, item := range list {
		if item.number != i+1 {
			t.Fatalf("%s stands in line %d of threats.tsv", item.name(), i+1)
		}
		held := strings.Contains(mustHold, item.section) && item.priority == "P0" || slices.Contains([]int{111, 112, 215, 216}, item.number)
		if held && item.absent == "" && len(tests[item.name()]) == 0 {
			t.Errorf("%s (%s) has no test", item.name(), item.title)
		}
		if item.absent != "" && len(tests[item.name()]) > 0 {
			t.Errorf("%s has a test, though threats.tsv says that it is not there: %s", item.name(), item.absent)
		}
		delete(tests, item.name())
	}
	for name := range tests {
		t.Errorf("%s is named in tests, but is no item", name)
	}
}
