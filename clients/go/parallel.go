// Owns running calls side by side within a bound. Must not know what is called.

package predict

import "sync"

// sideBySide hands what produce emits to at most limit goroutines. The first failure ends all and is returned; emit gives false from
// then on.
func sideBySide(s *scope, limit int, produce func(emit func(batch) bool) error, send func(*scope, batch) error) error {
	inner := s.part()
	defer inner.stop()
	var first error
	var once sync.Once
	fail := func(err error) {
		once.Do(func() { first = err })
		inner.stop()
	}

	batches := make(chan batch)
	var lanes sync.WaitGroup
	lanes.Add(limit)
	for lane := 0; lane < limit; lane++ {
		go func() {
			defer lanes.Done()
			for one := range batches {
				if err := send(inner, one); err != nil {
					fail(err)
					return
				}
			}
		}()
	}

	refused := false
	err := produce(func(one batch) bool {
		select {
		case batches <- one:
			return true
		case <-inner.Done():
			refused = true
			return false
		}
	})
	if err != nil {
		fail(err)
	}
	close(batches)
	lanes.Wait()
	if first == nil && refused {
		return s.over(nil)
	}
	return first
}
