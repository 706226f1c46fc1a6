package named

import "sync"

// remembered is how many verdicts are kept. Most texts are always the same; the
// few that grow with what is looked for must not fill the memory.
const remembered = 4096

// verdicts are what was found out about texts: whether they keep to their tenant
// takes longer to tell than to bind them. A text never changes its verdict.
//
//nolint:gochecknoglobals // what is found out about texts once
var verdicts memory

// memory remembers verdicts by texts. When it is full it forgets all of them.
type memory struct {
	mu    sync.RWMutex
	known map[string]error
}

// verdict is that of a text, found out by judge if it is not known.
func (m *memory) verdict(text string, judge func() error) error {
	m.mu.RLock()
	err, known := m.known[text]
	m.mu.RUnlock()
	if known {
		return err
	}
	err = judge()
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.known == nil || len(m.known) >= remembered {
		m.known = map[string]error{}
	}
	m.known[text] = err
	return err
}
