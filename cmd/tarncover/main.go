// Command tarncover holds what the tests reach against the floor of each package.
//
//	tarncover coverage/profile.out coverage.floors          fails where a package is under its floor
//	tarncover -raise coverage/profile.out coverage.floors   writes floors that are higher than before
//
// A floor is a share of statements in percent. Floors only rise: -raise keeps
// one that is higher than what was measured, and so does a reviewer.
package main

import (
	"bufio"
	"errors"
	"flag"
	"fmt"
	"io"
	"maps"
	"math"
	"os"
	"path"
	"slices"
	"strconv"
	"strings"
)

func main() {
	raise := flag.Bool("raise", false, "write the floors that were reached")
	flag.Parse()
	if flag.NArg() != 2 {
		fmt.Fprintln(os.Stderr, "usage: tarncover [-raise] PROFILE FLOORS")
		os.Exit(2)
	}
	if err := run(flag.Arg(0), flag.Arg(1), *raise); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(profileName, floorsName string, raise bool) error {
	reached, err := parseFile(profileName, readProfile)
	if err != nil {
		return err
	}
	floors, err := parseFile(floorsName, readFloors)
	if err != nil && !(raise && errors.Is(err, os.ErrNotExist)) {
		return err
	}
	if raise {
		return os.WriteFile(floorsName, []byte(format(raised(reached, floors))), 0o644)
	}
	return check(reached, floors)
}

func parseFile(name string, parse func(io.Reader) (map[string]float64, error)) (map[string]float64, error) {
	file, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer func() { _ = file.Close() }() // it was only read
	values, err := parse(file)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return values, nil
}

// readProfile reads the share of statements, in percent, that a profile says
// were reached in each package. A block that several test binaries report was
// reached when one of them reached it.
func readProfile(r io.Reader) (map[string]float64, error) {
	type block struct {
		statements int
		reached    bool
	}
	blocks := map[string]block{}
	for lines := bufio.NewScanner(r); lines.Scan(); {
		line := lines.Text()
		if strings.HasPrefix(line, "mode:") {
			continue
		}
		fields := strings.Fields(line)
		if len(fields) != 3 {
			return nil, fmt.Errorf("not a line of a profile: %q", line)
		}
		statements, err := strconv.Atoi(fields[1])
		if err != nil {
			return nil, err
		}
		blocks[fields[0]] = block{statements, blocks[fields[0]].reached || fields[2] != "0"}
	}
	all, reached := map[string]int{}, map[string]int{}
	for position, b := range blocks {
		file, _, _ := strings.Cut(position, ":")
		all[path.Dir(file)] += b.statements
		if b.reached {
			reached[path.Dir(file)] += b.statements
		}
	}
	shares := map[string]float64{}
	for name, statements := range all {
		if statements > 0 {
			shares[name] = 100 * float64(reached[name]) / float64(statements)
		}
	}
	return shares, nil
}

// readFloors reads lines of a package and its floor. What follows a # is a
// comment.
func readFloors(r io.Reader) (map[string]float64, error) {
	floors := map[string]float64{}
	for lines := bufio.NewScanner(r); lines.Scan(); {
		text, _, _ := strings.Cut(lines.Text(), "#")
		fields := strings.Fields(text)
		switch len(fields) {
		case 0:
			continue
		case 2:
		default:
			return nil, fmt.Errorf("not a package and its floor: %q", lines.Text())
		}
		floor, err := strconv.ParseFloat(fields[1], 64)
		if err != nil {
			return nil, err
		}
		floors[fields[0]] = floor
	}
	return floors, nil
}

// check names every package that is under its floor, that has none, or that
// has a floor and is gone.
func check(reached, floors map[string]float64) error {
	var faults []error
	for _, name := range slices.Sorted(maps.Keys(reached)) {
		floor, known := floors[name]
		switch {
		case !known:
			faults = append(faults, fmt.Errorf("%s has no floor; it reaches %.1f %%", name, reached[name]))
		case reached[name] < floor:
			faults = append(faults, fmt.Errorf("%s: tests reach %.1f %% of its statements, its floor is %.1f %%", name, reached[name], floor))
		}
	}
	for _, name := range slices.Sorted(maps.Keys(floors)) {
		if _, there := reached[name]; !there {
			faults = append(faults, fmt.Errorf("%s has a floor and is not measured: remove its line", name))
		}
	}
	return errors.Join(faults...)
}

// slack is what a floor leaves below the share that was measured: branches
// that only a race between transactions takes are not reached in every run.
const slack = 0.5

// raised are the floors that follow from what was reached, none lower than
// before.
func raised(reached, floors map[string]float64) map[string]float64 {
	next := map[string]float64{}
	for name, share := range reached {
		floor := math.Floor((share-slack)*10) / 10
		if share == 100 {
			floor = 100
		}
		next[name] = max(floor, floors[name], 0)
	}
	return next
}

func format(floors map[string]float64) string {
	var text strings.Builder
	text.WriteString("# The share of statements, in percent, that the tests reach at least. \"make cover\" fails below; floors only rise.\n")
	for _, name := range slices.Sorted(maps.Keys(floors)) {
		fmt.Fprintf(&text, "%s %.1f\n", name, floors[name])
	}
	return text.String()
}
