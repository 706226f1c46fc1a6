package spectool

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"time"
)

// serverCommand is the package of the server below the root.
const serverCommand = "cmd/tarn"

// startTime is how long a server may take to be there.
const startTime = time.Minute

// What a server says when it starts.
var (
	saidAddress = regexp.MustCompile(`API\s+(http://\S+)`)
	saidKey     = regexp.MustCompile(`API key\s+(\S+)`)
)

// goCommand is a go command that is executed in dir.
func goCommand(ctx context.Context, dir string, args ...string) *exec.Cmd {
	command := exec.CommandContext(ctx, "go", args...)
	command.Dir = dir
	endTogether(command)
	return command
}

// serves builds the server of the tree at root, starts it on an empty database,
// and asks for its health and for one operation of the contract. A tree without
// a server has nothing to serve.
func serves(ctx context.Context, root string, coverage CoverageReport) error {
	if _, err := os.Stat(filepath.Join(root, filepath.FromSlash(serverCommand))); err != nil {
		return nil
	}
	folder, err := os.MkdirTemp("", "tarn-serves-")
	if err != nil {
		return fmt.Errorf("start the server: %w", err)
	}
	defer func() { _ = os.RemoveAll(folder) }()
	binary := filepath.Join(folder, "tarn")
	if err := runGo(ctx, root, "build", "-o", binary, "./"+serverCommand); err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, startTime)
	defer cancel()
	command := exec.CommandContext(ctx, binary, "serve", "--listen", "127.0.0.1:0")
	command.Dir = folder
	endTogether(command)
	command.Env = slices.DeleteFunc(os.Environ(), func(variable string) bool { return strings.HasPrefix(variable, "TARN_") })
	command.Env = append(command.Env, "TARN_DATABASE_URL=:memory:")
	output, err := command.StdoutPipe()
	if err != nil {
		return fmt.Errorf("start the server: %w", err)
	}
	var complaints strings.Builder
	command.Stderr = &complaints
	if err := command.Start(); err != nil {
		return fmt.Errorf("start the server: %w", err)
	}
	err = asks(ctx, output, coverage)
	cancel()
	_ = command.Wait() // it was ended
	if err != nil {
		return fmt.Errorf("the server does not serve: %w\n%s", err, complaints.String())
	}
	return nil
}

// asks waits for the server's greeting and sends it two requests.
func asks(ctx context.Context, output io.Reader, coverage CoverageReport) error {
	base, key := "", ""
	for lines := bufio.NewScanner(output); base == "" || key == ""; {
		if !lines.Scan() {
			return errors.New("it ended before it was ready")
		}
		if found := saidAddress.FindStringSubmatch(lines.Text()); found != nil {
			base = found[1]
		}
		if found := saidKey.FindStringSubmatch(lines.Text()); found != nil {
			key = found[1]
		}
	}
	root, _, _ := strings.Cut(base, "/api/")
	if err := expectOK(ctx, root+"/health", ""); err != nil {
		return err
	}
	for _, h := range coverage.Handlers {
		list := h.Operation.Method == http.MethodGet && !strings.Contains(h.Operation.Path, "{")
		if list && h.State == Implemented && h.Operation.Tag == "customers" {
			return expectOK(ctx, base+h.Operation.Path, key)
		}
	}
	return nil
}

// expectOK sends a GET that must be answered with 200.
func expectOK(ctx context.Context, url, key string) error {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return err
	}
	if key != "" {
		request.Header.Set("Authorization", "Bearer "+key)
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return err
	}
	defer func() { _ = response.Body.Close() }()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		return err
	}
	if response.StatusCode != http.StatusOK {
		return fmt.Errorf("GET %s: %s: %s", url, response.Status, body)
	}
	return nil
}
