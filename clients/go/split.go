// Owns splitting instances over calls by count and by bytes. Must not know what an instance is.

package predict

const (
	bodyHead = `{"instances":[`
	bodyTail = `]}`
)

// batch is one call: its body, and the places of its instances among all.
type batch struct {
	indices []int
	body    []byte
}

// splitter fills one batch after the other, each as full as the limits allow.
type splitter struct {
	limits Limits
	held   batch
}

// mostInstanceBytes is the length of the longest instance that a call can take.
func (s *splitter) mostInstanceBytes() int {
	return s.limits.BodyBytes - len(bodyHead) - len(bodyTail)
}

// add takes one instance of at most mostInstanceBytes, and gives the batch before it when that has no room for it.
func (s *splitter) add(index int, instance []byte) (full batch) {
	// One more for the comma.
	if len(s.held.indices) >= s.limits.Instances || len(s.held.body)+1+len(instance)+len(bodyTail) > s.limits.BodyBytes {
		full = s.rest()
	}
	if len(s.held.indices) == 0 {
		s.held.body = append(s.held.body, bodyHead...)
	} else {
		s.held.body = append(s.held.body, ',')
	}
	s.held.body = append(s.held.body, instance...)
	s.held.indices = append(s.held.indices, index)
	return full
}

// rest gives what is held; a batch without indices is none.
func (s *splitter) rest() batch {
	full := s.held
	s.held = batch{}
	if len(full.indices) > 0 {
		full.body = append(full.body, bodyTail...)
	}
	return full
}
