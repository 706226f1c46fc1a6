package tools_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"os/exec"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// rooms are the packages and what of ours each may import; docs/architecture.md
// draws them. A room stands for itself and everything below it.
var rooms = map[string][]string{
	"billing": {}, "gen": {}, "openapi": {}, "fault": {}, "clock": {}, "seed": {},
	"store":  {"billing", "fault", "clock"},
	"jobs":   {"store", "fault", "clock"},
	"wire":   {"gen", "store", "billing"},
	"audit":  {"wire", "store", "fault", "clock"},
	"engine": {"store", "billing", "audit", "jobs", "fault", "clock"},
	"web":    {"openapi"},
	"bench":  {"server", "engine", "jobs", "store", "clock"},
	"server": {"gen", "wire", "engine", "billing", "audit", "jobs", "store", "openapi", "web", "fault", "clock"},
}

// guarded are modules that only some rooms may import.
var guarded = map[string][]string{
	"gorm.io":                  {"store"},
	"github.com/glebarez":      {"store"},
	"github.com/jackc/pgx":     {"store", "bench"},
	"github.com/labstack/echo": {"gen", "server", "web", "cmd", "bench"},
}

// listed is what "go list" says of a package.
type listed struct {
	ImportPath string
	Imports    []string
}

// TestRooms_ImportOnlyWhatTheyMay walks the packages of the module.
func TestRooms_ImportOnlyWhatTheyMay(t *testing.T) {
	t.Parallel()
	output, err := exec.CommandContext(t.Context(), "go", "list", "-json=ImportPath,Imports", "./...").Output()
	require.NoError(t, err)
	seen := 0
	for decoder := json.NewDecoder(bytes.NewReader(output)); ; seen++ {
		var p listed
		if err := decoder.Decode(&p); errors.Is(err, io.EOF) {
			break
		} else {
			require.NoError(t, err)
		}
		checkImports(t, p)
	}
	require.Greater(t, seen, len(rooms), "go list found fewer packages than there are rooms")
}

func checkImports(t *testing.T, p listed) {
	t.Helper()
	room := roomOf(p.ImportPath)
	if room == "" || strings.HasSuffix(p.ImportPath, "test") || strings.Contains(p.ImportPath, "/storetest/") {
		return // the module's root, and packages that only tests import
	}
	for _, imported := range p.Imports {
		for module, allowed := range guarded {
			if strings.HasPrefix(imported, module) && !slices.Contains(allowed, room) {
				t.Errorf("%s imports %s, which is for %v only", p.ImportPath, imported, allowed)
			}
		}
		target := roomOf(imported)
		if room == "cmd" || target == "" || target == room {
			continue
		}
		if _, known := rooms[room]; !known {
			t.Errorf("%s is in no room: say in rules_test.go what %q may import", p.ImportPath, room)
		}
		if !slices.Contains(rooms[room], target) {
			t.Errorf("%s imports %s: %q may import %v only", p.ImportPath, imported, room, rooms[room])
		}
	}
}

// roomOf is the first folder of one of our packages; empty for others.
func roomOf(path string) string {
	below, ours := strings.CutPrefix(path, "tarn/")
	if !ours {
		return ""
	}
	room, _, _ := strings.Cut(below, "/")
	return room
}
