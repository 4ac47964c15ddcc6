package exchange

import "testing"

func TestJournalForgets(t *testing.T) {
	j := newJournal()
	for range 3 * journalSize {
		j.add(Entry{Kind: Complaint})
	}
	if all := j.Since(0); len(all) > journalSize || all[len(all)-1].N != 3*journalSize {
		t.Errorf("%d entries are kept, the last is %d", len(all), all[len(all)-1].N)
	}
	if late := j.Since(3*journalSize - 2); len(late) != 2 {
		t.Errorf("%d entries after the last but two", len(late))
	}
	if none := j.Since(9 * journalSize); len(none) != 0 {
		t.Errorf("%d entries of the future", len(none))
	}
}
