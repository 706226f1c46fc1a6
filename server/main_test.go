package server_test

import (
	"testing"

	"tarn/server/servertest"
)

func TestMain(m *testing.M) { servertest.Main(m) }
