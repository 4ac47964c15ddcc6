// Package delta brings a copy of a value in another process up to date by what changed alone.
//
// A Differ compares two values of one type and gives changes: JSON texts, each of which says at what
// place something is different and what is there now. A Copy takes changes in. Structs, maps and lists
// are gone into, all else is replaced as a whole, so that one line of ten thousand costs the text of
// that line. Long maps and lists are cut into changes of a bounded size.
//
// Values are plain data: structs with JSON names, maps with texts as keys, lists, and what JSON knows;
// no type refers to itself.
// What a change holds is taken for hostile: a Copy bounds it, and refuses what does not fit the type.
// What a Copy has given out is never changed again.
//
// Shape is a text that is the same for two programs that can take each other's changes.
package delta
