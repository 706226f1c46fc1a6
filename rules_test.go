package tools_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"os"
	"os/exec"
	"regexp"
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
	"store":     {"billing", "clock", "compat"},
	"form":      {"nullable", "store", "billing/iso", "billing/money", "fault", "clock"},
	"jobs":      {"store", "fault", "clock"},
	"metering":  {"form", "store", "billing", "fault"},
	"wire":      {"nullable", "metering", "gen", "store", "billing"},
	"audit":     {"nullable", "wire", "encode", "compat", "store"},
	"locale":    {"billing"},
	"render":    {"locale", "billing"},
	"notify":    {"wire", "metering", "encode", "compat", "form", "billing/vat", "store", "jobs", "fault", "clock"},
	"engine":    {"nullable", "notify", "wallets", "payments", "alerting", "invoicing", "metering", "form", "store", "billing", "audit", "jobs", "fault", "clock"},
	"wallets":   {"notify", "wallets/ledger", "alerting", "invoicing", "metering", "form", "store", "billing", "audit", "jobs", "fault"},
	"invoicing": {"notify", "wallets/ledger", "metering", "form", "store", "billing", "audit", "jobs", "fault", "render"},
	"payments":  {"nullable", "notify", "invoicing", "form", "store", "billing", "audit", "jobs", "fault", "render"},
	"alerting":  {"notify", "invoicing", "metering", "form", "store", "billing", "audit", "jobs", "fault"},
	"web":       {"locale"},
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
	"server":      {"nullable", "server/edge", "gen", "wire", "notify", "engine", "payments", "wallets", "alerting", "invoicing", "metering", "form", "billing", "audit", "jobs", "store", "openapi", "web", "locale", "fault", "clock", "compat"},
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

// TestRooms_ImportOnlyWhatTheyMay walks the packages of the module. What a room may
// import is what it needs: an arrow that nothing goes along is none.
func TestRooms_ImportOnlyWhatTheyMay(t *testing.T) {
	t.Parallel()
	output, err := exec.CommandContext(t.Context(), "go", "list", "-json=ImportPath,Imports", "./...").Output()
	require.NoError(t, err)
	seen, used := 0, map[string][]string{}
	for decoder := json.NewDecoder(bytes.NewReader(output)); ; seen++ {
		var p listed
		if err := decoder.Decode(&p); errors.Is(err, io.EOF) {
			break
		} else {
			require.NoError(t, err)
		}
		checkImports(t, p, used)
	}
	require.Greater(t, seen, len(rooms), "go list found fewer packages than there are rooms")
	for room, allowed := range rooms {
		for _, each := range allowed {
			if !slices.ContainsFunc(used[room], func(target string) bool { return below(target, []string{each}) }) {
				t.Errorf("%q imports nothing of %s: take it out of rules_test.go", room, each)
			}
		}
	}
}

// checkImports holds a package against the rules, and notes what its room uses of others.
func checkImports(t *testing.T, p listed, used map[string][]string) {
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
		used[room] = append(used[room], target)
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

// arrow is a line of the document's drawing: a room, or several, and what they may import.
var arrow = regexp.MustCompile(`(?m)^([a-z/, ]+?) +→ (.+)$`)

// entry is a line of the document's list of rooms.
var entry = regexp.MustCompile(`(?m)^([a-z]+(?:/[a-z]+)*)/? +\S`)

// TestRooms_AreThoseOfTheDocument holds the list of rooms and the arrows in the
// architecture against the rules.
func TestRooms_AreThoseOfTheDocument(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("docs/architecture.md")
	require.NoError(t, err)
	blocks := strings.SplitN(string(text), "\n```\n", 5)
	require.Len(t, blocks, 5)
	listed, drawing := blocks[1], blocks[3]

	drawn := map[string][]string{}
	for _, line := range arrow.FindAllStringSubmatch(drawing, -1) {
		for room := range strings.SplitSeq(line[1], ", ") {
			require.NotContains(t, drawn, room)
			drawn[room] = strings.Split(line[2], ", ")
		}
	}
	ruled := map[string][]string{"cmd": {"everything"}}
	for room, allowed := range rooms {
		if len(allowed) == 0 && room != "cmd" {
			allowed = []string{"nothing of ours"}
		}
		ruled[room] = append(ruled[room], allowed...)
	}
	for room := range ruled {
		require.ElementsMatch(t, ruled[room], drawn[room], room)
	}
	require.Len(t, drawn, len(ruled))

	var entries []string
	for _, line := range entry.FindAllStringSubmatch(listed, -1) {
		entries = append(entries, line[1])
	}
	for room := range rooms {
		require.True(t, slices.ContainsFunc(entries, func(each string) bool { return below(each, []string{room}) }), "%s has no entry in the list of rooms", room)
	}
}
