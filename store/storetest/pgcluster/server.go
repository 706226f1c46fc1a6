package pgcluster

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"
)

// Server is a PostgreSQL server on which databases may be created. It is safe
// for concurrent use.
type Server struct {
	admin *url.URL
	pool  *sql.DB
}

// Use connects to the server at an address, or starts a private one where that is empty,
// for as long as the work takes.
func Use(ctx context.Context, url string, private Options, work func(*Server) error) error {
	if url != "" {
		server, err := Connect(ctx, url)
		if err != nil {
			return err
		}
		return errors.Join(work(server), server.Close())
	}
	cluster, err := Start(ctx, private)
	if err != nil {
		return err
	}
	return errors.Join(work(cluster.Server), cluster.Stop())
}

// Connect returns the server behind adminURL, a postgres:// URL of an existing
// database and a role that may create databases. It fails when the URL cannot
// be read or the server does not answer.
func Connect(ctx context.Context, adminURL string) (*Server, error) {
	admin, err := url.Parse(adminURL)
	if err != nil {
		return nil, fmt.Errorf("pgcluster: read server URL: %w", err)
	}
	if admin.Scheme != "postgres" && admin.Scheme != "postgresql" {
		return nil, fmt.Errorf("pgcluster: server URL has scheme %q, want postgres", admin.Scheme)
	}
	config, err := pgx.ParseConfig(adminURL)
	if err != nil {
		return nil, fmt.Errorf("pgcluster: read server URL: %w", err)
	}
	pool := stdlib.OpenDB(*config)
	if err := pool.PingContext(ctx); err != nil {
		return nil, fmt.Errorf("pgcluster: connect: %w", errors.Join(err, pool.Close()))
	}
	return &Server{admin: admin, pool: pool}, nil
}

// AdminURL returns the URL of the database from which others are created.
func (s *Server) AdminURL() string {
	return s.admin.String()
}

// DatabaseURL returns the URL of the database of that name, which need not
// exist, with the role and the settings of AdminURL.
func (s *Server) DatabaseURL(name string) string {
	u := *s.admin
	u.Path = "/" + name
	return u.String()
}

// CreateDatabase creates the database name as a copy of the database template,
// or as an empty one when template is "". It fails when name exists, and when
// somebody stays connected to the template for more than five seconds.
//
// The files are copied rather than logged page by page, which takes half as
// long on a server that does not wait for its disk, and no longer on others.
func (s *Server) CreateDatabase(ctx context.Context, name, template string) error {
	if template == "" {
		// Unlike template1, nobody can be connected to template0.
		template = "template0"
	}
	query := "CREATE DATABASE " + quote(name) + " TEMPLATE " + quote(template) + " STRATEGY file_copy"
	if _, err := s.pool.ExecContext(ctx, query); err != nil {
		return fmt.Errorf("pgcluster: create database %s: %w", name, err)
	}
	return nil
}

// CloseDatabase forbids new connections to the database name, so that it can be
// copied at any time and is never changed again.
func (s *Server) CloseDatabase(ctx context.Context, name string) error {
	query := "ALTER DATABASE " + quote(name) + " ALLOW_CONNECTIONS false"
	if _, err := s.pool.ExecContext(ctx, query); err != nil {
		return fmt.Errorf("pgcluster: close database %s: %w", name, err)
	}
	return nil
}

// DropDatabase drops the database name and ends the sessions that use it. It is
// not an error when the database does not exist.
func (s *Server) DropDatabase(ctx context.Context, name string) error {
	query := "DROP DATABASE IF EXISTS " + quote(name) + " WITH (FORCE)"
	if _, err := s.pool.ExecContext(ctx, query); err != nil {
		return fmt.Errorf("pgcluster: drop database %s: %w", name, err)
	}
	return nil
}

// Close closes the connections to the server, which itself goes on running.
func (s *Server) Close() error {
	if err := s.pool.Close(); err != nil {
		return fmt.Errorf("pgcluster: close connections: %w", err)
	}
	return nil
}

// quote writes a name as an SQL identifier.
func quote(name string) string {
	return pgx.Identifier{name}.Sanitize()
}
