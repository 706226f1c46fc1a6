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
// draws them. A package lives in the room with the longest name that it is
// below, so a folder of a room can be a room of its own. What a room may import
// stands for itself and everything below it.
var rooms = map[string][]string{
	"billing": {}, "nullable": {}, "openapi": {}, "fault": {}, "clock": {}, "seed": {}, "compat": {},
	"gen":       {"nullable"},
	"encode":    {"compat", "openapi"},
	"store":     {"billing", "fault", "clock", "compat"},
	"form":      {"nullable", "store", "billing/iso", "fault", "clock"},
	"jobs":      {"store", "fault", "clock"},
	"metering":  {"form", "store", "billing", "fault"},
	"wire":      {"nullable", "metering", "gen", "store", "billing"},
	"audit":     {"nullable", "wire", "encode", "compat", "store", "fault", "clock"},
	"locale":    {"billing"},
	"render":    {"locale", "billing"},
	"notify":    {"wire", "metering", "encode", "compat", "form", "billing/vat", "store", "jobs", "fault", "clock"},
	"engine":    {"nullable", "notify", "wallets", "payments", "alerting", "invoicing", "metering", "form", "store", "billing", "audit", "jobs", "fault", "clock"},
	"wallets":   {"nullable", "notify", "wallets/ledger", "alerting", "invoicing", "metering", "form", "store", "billing", "audit", "jobs", "fault"},
	"invoicing": {"nullable", "notify", "wallets/ledger", "metering", "form", "store", "billing", "audit", "jobs", "fault", "render"},
	"payments":  {"nullable", "notify", "invoicing", "form", "store", "billing", "audit", "jobs", "fault", "render"},
	"alerting":  {"notify", "invoicing", "metering", "form", "store", "billing", "audit", "jobs", "fault"},
	"web":       {"openapi", "locale"},
	"cmd":       nil, // everything
	"bench":     {"gen", "nullable", "server", "engine", "notify", "jobs", "store", "clock"},
	// What checks tarn takes nothing from it, and what drives it for that knows its API alone.
	"bench/monthend":       {"bench/monthend/check", "store/storetest", "clock"},
	"bench/monthend/check": {},
	// Invoices and wallets move money both, and neither can be below the other for it.
	"wallets/ledger": {"notify", "store", "billing", "audit", "jobs", "fault"},
	// Whoever listens is a client of a server somewhere.
	"notify/listen": {"notify", "clock"},
	// The edge knows no rule and no handler.
	"server/edge": {"openapi", "billing/usage", "audit", "store", "encode", "compat", "fault", "clock"},
	"server":      {"nullable", "server/edge", "gen", "wire", "notify", "engine", "payments", "wallets", "alerting", "invoicing", "metering", "form", "billing", "audit", "jobs", "store", "openapi", "web", "locale", "fault", "clock", "encode", "compat"},
}

// guarded are modules that only some rooms may import.
var guarded = map[string][]string{
	"gorm.io":                  {"store"},
	"github.com/glebarez":      {"store"},
	"github.com/jackc/pgx":     {"store", "bench"},
	"github.com/labstack/echo": {"gen", "server", "web", "cmd", "bench"},
	"codeberg.org/go-pdf":      {"render"},
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
	if !strings.HasPrefix(p.ImportPath, "tarn/") || strings.HasSuffix(p.ImportPath, "test") || strings.Contains(p.ImportPath, "/storetest/") {
		return // the module's root, and packages that only tests import
	}
	if room == "" {
		t.Errorf("%s is in no room: say in rules_test.go what it may import", p.ImportPath)
	}
	for _, imported := range p.Imports {
		for module, allowed := range guarded {
			if strings.HasPrefix(imported, module) && !below(room, allowed) {
				t.Errorf("%s imports %s, which is for %v only", p.ImportPath, imported, allowed)
			}
		}
		target, ours := strings.CutPrefix(imported, "tarn/")
		if !ours || room == "cmd" || roomOf(imported) == room {
			continue
		}
		if !below(target, rooms[room]) {
			t.Errorf("%s imports %s: %q may import %v only", p.ImportPath, imported, room, rooms[room])
		}
	}
}

// roomOf is the room of one of our packages; empty for others, and for those
// that are in none.
func roomOf(path string) string {
	path, ours := strings.CutPrefix(path, "tarn/")
	room := ""
	for name := range rooms {
		if ours && below(path, []string{name}) && len(name) > len(room) {
			room = name
		}
	}
	return room
}

// below reports whether a folder is one of the others, or below one of them.
func below(folder string, others []string) bool {
	return slices.ContainsFunc(others, func(other string) bool {
		return folder == other || strings.HasPrefix(folder, other+"/")
	})
}

// TestRoomOf_IsTheLongestThatFits finds the rooms of packages that exist.
func TestRoomOf_IsTheLongestThatFits(t *testing.T) {
	t.Parallel()
	for path, room := range map[string]string{
		"tarn/store": "store", "tarn/store/storetest": "store", "tarn/storeroom": "", "tarn": "", "fmt": "", "tarn/billing/iso": "billing", "tarn/server/edge": "server/edge", "tarn/server/servertest": "server",
	} {
		require.Equal(t, room, roomOf(path), path)
	}
}
