package main

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

const profile = `mode: atomic
tarn/a/x.go:1.1,2.2 3 0
tarn/a/x.go:3.1,4.2 1 0
tarn/b/y.go:1.1,2.2 2 5
tarn/a/x.go:1.1,2.2 3 1
`

// A block that one test binary reached counts once, however many others did not.
func TestRun_ComparesPackagesWithTheirFloors(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ floors, refusal string }{
		"reached":        {"tarn/a 75\ntarn/b 100 # all of it\n", ""},
		"under":          {"tarn/a 75.1\ntarn/b 100\n", "tarn/a: tests reach 75.0 % of its statements, its floor is 75.1 %"},
		"new package":    {"tarn/a 75\n", "tarn/b has no floor; it reaches 100.0 %"},
		"gone":           {"tarn/a 75\ntarn/b 9\ntarn/c 1\n", "tarn/c has a floor and is not measured: remove its line"},
		"not a floor":    {"tarn/a\n", `not a package and its floor: "tarn/a"`},
		"not a number":   {"tarn/a x\n", "invalid syntax"},
		"no floors file": {"", "no such file"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			profileName, floorsName := files(t, profile, c.floors)
			err := run(profileName, floorsName, false)
			if c.refusal == "" {
				require.NoError(t, err)
				return
			}
			require.ErrorContains(t, err, c.refusal)
		})
	}
}

func TestRun_RaisesFloorsAndNeverLowersThem(t *testing.T) {
	t.Parallel()
	profileName, floorsName := files(t, profile, "tarn/a 80\ntarn/gone 9\n")
	require.NoError(t, run(profileName, floorsName, true))
	floors, err := parseFile(floorsName, readFloors)
	require.NoError(t, err)
	require.Equal(t, map[string]float64{"tarn/a": 80, "tarn/b": 100}, floors)

	require.NoError(t, os.Remove(floorsName))
	require.NoError(t, run(profileName, floorsName, true))
	floors, err = parseFile(floorsName, readFloors)
	require.NoError(t, err)
	require.Equal(t, map[string]float64{"tarn/a": 74.5, "tarn/b": 100}, floors)
}

func TestRun_RefusesWhatIsNoProfile(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"mode: atomic\nhello\n", "tarn/a/x.go:1.1,2.2 many 1\n"} {
		profileName, floorsName := files(t, text, "tarn/a 1\n")
		require.Error(t, run(profileName, floorsName, false))
	}
}

// files writes a profile and, unless they are empty, floors.
func files(t *testing.T, profile, floors string) (profileName, floorsName string) {
	t.Helper()
	profileName, floorsName = filepath.Join(t.TempDir(), "profile"), filepath.Join(t.TempDir(), "floors")
	require.NoError(t, os.WriteFile(profileName, []byte(profile), 0o600))
	if floors != "" {
		require.NoError(t, os.WriteFile(floorsName, []byte(floors), 0o600))
	}
	return profileName, floorsName
}
