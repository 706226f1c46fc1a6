package payments_test

import (
	"testing"

	"tarn/store/storetest"
)

func TestMain(m *testing.M) { storetest.Main(m) }
