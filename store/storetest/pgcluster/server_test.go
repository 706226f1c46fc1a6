package pgcluster_test

import (
	"net/url"
	"strings"
	"testing"

	"tarn/store/storetest/pgcluster"
)

// TestServer starts one cluster for all that concerns databases.
func TestServer(t *testing.T) {
	t.Parallel()
	cluster := start(t, pgcluster.Options{})
	tests := map[string]func(*testing.T, *pgcluster.Server){
		"databases are copies of their own": testCopies,
		"drop database":                     testDropDatabase,
		"create database, name taken":       testNameTaken,
		"database URL":                      testDatabaseURL,
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test(t, cluster.Server)
		})
	}
}

func testCopies(t *testing.T, server *pgcluster.Server) {
	create(t, server, "template", "")
	execute(t, server.DatabaseURL("template"), "CREATE TABLE things (name text)")
	execute(t, server.DatabaseURL("template"), "INSERT INTO things VALUES ('of the template')")
	if err := server.CloseDatabase(t.Context(), "template"); err != nil {
		t.Fatal(err)
	}
	create(t, server, "one", "template")
	create(t, server, "two", "template")

	execute(t, server.DatabaseURL("one"), "INSERT INTO things VALUES ('of one')")

	const names = "SELECT string_agg(name, ', ' ORDER BY name) FROM things"
	if got, want := query(t, server.DatabaseURL("one"), names), "of one, of the template"; got != want {
		t.Errorf("one holds %q, want %q", got, want)
	}
	if got, want := query(t, server.DatabaseURL("two"), names), "of the template"; got != want {
		t.Errorf("two holds %q, want %q", got, want)
	}
}

func testDropDatabase(t *testing.T, server *pgcluster.Server) {
	create(t, server, "doomed", "")
	session := connect(t, server.DatabaseURL("doomed"))

	if err := server.DropDatabase(t.Context(), "doomed"); err != nil {
		t.Fatalf("DropDatabase with a session open: %v", err)
	}
	if err := session.Ping(t.Context()); err == nil {
		t.Error("the session outlived its database")
	}
	if got := query(t, server.AdminURL(), "SELECT count(*)::text FROM pg_database WHERE datname = 'doomed'"); got != "0" {
		t.Errorf("%s databases are called doomed, want 0", got)
	}
	if err := server.DropDatabase(t.Context(), "doomed"); err != nil {
		t.Errorf("DropDatabase of one that is gone: %v", err)
	}
}

func testNameTaken(t *testing.T, server *pgcluster.Server) {
	create(t, server, `odd "name"`, "")
	if err := server.CreateDatabase(t.Context(), `odd "name"`, ""); err == nil {
		t.Error("a second database of the same name was created")
	}
}

func testDatabaseURL(t *testing.T, server *pgcluster.Server) {
	got, err := url.Parse(server.DatabaseURL("other"))
	if err != nil {
		t.Fatal(err)
	}
	want, err := url.Parse(server.AdminURL())
	if err != nil {
		t.Fatal(err)
	}
	if got.Path != "/other" || want.Path != "/postgres" {
		t.Errorf("paths are %q and %q, want /other and /postgres", got.Path, want.Path)
	}
	want.Path = got.Path
	if got.String() != want.String() {
		t.Errorf("DatabaseURL = %s, want only the name to differ: %s", got, want)
	}
}

func TestConnect_Refuses(t *testing.T) {
	t.Parallel()
	tests := map[string]struct{ url, want string }{
		"another scheme": {"mysql://localhost/x", `scheme "mysql"`},
		"no URL":         {"postgres://%zz", "read server URL"},
		"nobody there":   {"postgres://nobody@/x?host=/nonexistent", "connect"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := pgcluster.Connect(t.Context(), test.url)
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("Connect(%q): %v, want an error with %q", test.url, err, test.want)
			}
		})
	}
}

// create creates a database.
func create(t *testing.T, server *pgcluster.Server, name, template string) {
	t.Helper()
	if err := server.CreateDatabase(t.Context(), name, template); err != nil {
		t.Fatal(err)
	}
}

// execute runs a statement on a connection of its own and closes it.
func execute(t *testing.T, url, sql string) {
	t.Helper()
	conn := connect(t, url)
	if _, err := conn.Exec(t.Context(), sql); err != nil {
		t.Fatalf("%s: %v", sql, err)
	}
	if err := conn.Close(t.Context()); err != nil {
		t.Fatal(err)
	}
}
