package messages

import "testing"

func TestPayload(t *testing.T) {
	for text, want := range map[string]string{
		`{"mt":"CallInfo","api":"RCC","src":"m1","user":201,"msg":"r-conn","peer":{"num":"305","a":[1,{"b":"}"}]},"up":true}`: `user=201 msg="r-conn" peer={"num":"305","a":[1,{"b":"}"}]} up=true`,
		` { "mt" : "X" , "a" : null , "t" : "say \"no\", {ok}" } `:                                                            `a=null t="say \"no\", {ok}"`,
		`{"mt":"X"}`:                    "",
		`{}`:                            "",
		`{"mt":"X","a":[1,2`:            `"a":[1,2`,
		`{"mt":"X","a":"b`:              `"a":"b`,
		`{"mt":"X"} {"mt":"Y"}`:         `} {"mt":"Y"}`,
		`{"mt":"X",}`:                   ``,
		`{"mt" "X"}`:                    `{"mt" "X"}`,
		`{mt:1}`:                        `{mt:1}`,
		`[1]`:                           `[1]`,
		`<hidden, 32 chars>`:            `<hidden, 32 chars>`,
		`{"a":1,"b":"c`:                 `a=1 "b":"c`,
		``:                              ``,
		`{"a":`:                         `{"a":`,
		`{"a":{"mt":"inner"},"mt":"X"}`: `a={"mt":"inner"}`,
	} {
		if got := Payload(text, "mt", "api", "src"); got != want {
			t.Errorf("%s\ngot  %s\nwant %s", text, got, want)
		}
	}
}
