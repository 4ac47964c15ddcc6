package keymap

import "testing"

func TestOnLatin(t *testing.T) {
	for r, want := range map[rune]rune{'р': 'h', 'Р': 'H', 'ь': 'm', 'й': 'q', 'я': 'z', 'η': 'h', 'μ': 'm', 'י': 'h', 'צ': 'm'} {
		if got, ok := OnLatin(r); !ok || got != want {
			t.Errorf("%c is %c, want %c", r, got, want)
		}
	}
	for _, r := range []rune{'h', 'é', '日', '1', 'ץ'} {
		if got, ok := OnLatin(r); ok {
			t.Errorf("%c is %c", r, got)
		}
	}
}
