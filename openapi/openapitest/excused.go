package openapitest

import (
	"fmt"
	"os"
	"regexp"
	"slices"
	"strings"
)

// quoted is a name in a cell of a table.
var quoted = regexp.MustCompile("`([^`]+)`")

// Excused reads the table of inputs that stands in a text behind a line: operations,
// inputs and the reason. It lists the inputs of each row for each of its operations, as
// Input spells them, in order. The error of a row without a reason names it.
func Excused(path, line string) ([]string, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("read the excuses: %w", err)
	}
	_, table, found := strings.Cut(string(text), "\n"+line+"\n")
	if !found {
		return nil, fmt.Errorf("%s has no line %q", path, line)
	}
	excused := []string{}
	for row := range strings.Lines(strings.TrimLeft(table, "\n")) {
		cells := strings.Split(strings.Trim(strings.TrimSpace(row), "|"), "|")
		if len(cells) < 3 {
			break
		}
		operations, inputs := quoted.FindAllStringSubmatch(cells[0], -1), quoted.FindAllStringSubmatch(cells[1], -1)
		if len(operations) > 0 && (len(inputs) == 0 || strings.TrimSpace(cells[2]) == "") {
			return nil, fmt.Errorf("no inputs or no reason: %s", row)
		}
		for _, operation := range operations {
			for _, input := range inputs {
				excused = append(excused, Input{operation[1], input[1]}.String())
			}
		}
	}
	slices.Sort(excused)
	return excused, nil
}
