package sheet

import (
	"fmt"

	"github.com/dakoku/dakoku/platform/fault"
)

const reasonMalformed = "MALFORMED"

// What people do about a quotation mark that cannot be taken.
const (
	wayJA = "値に引用符を入れるときは、値全体を引用符で囲み、中の引用符は2つ重ねて(\"\")入力してください。"
	wayEN = "To have a quotation mark in a value, put the whole value in quotation marks and double (\"\") those inside."
)

func empty() error {
	return refuse("COLUMN_MISSING", fault.Text{JA: "CSVが空です。", EN: "The CSV is empty."})
}

func columnTwice() error {
	return refuse("COLUMN_TWICE", fault.Text{
		JA: "CSVの1行目に同じ列が2つあります。", EN: "The first line of the CSV names a column twice.",
	})
}

func tooMany() error {
	return refuse("TOO_MANY_ROWS", fault.Text{
		JA: "CSVは5,000行までです。分けて取り込んでください。", EN: "A CSV has at most 5,000 rows. Import it in parts.",
	})
}

func unclosed(opened, at int) error {
	return malformed(
		fmt.Sprintf("CSVの%d行目の%d列目で始まる引用符(\")が、ファイルの終わりまで閉じていません。", opened, at),
		fmt.Sprintf("The quotation mark that opens in line %d, cell %d of the CSV is not closed to the end of the file.", opened, at))
}

func spaced(line, at int) error {
	return malformed(
		fmt.Sprintf("CSVの%d行目の%d列目は、引用符(\")の前に空白があります。空白を取り除いてください。", line, at),
		fmt.Sprintf("Line %d, cell %d of the CSV has space before its quotation mark. Remove the space.", line, at))
}

func continued(opened, at, closed int) error {
	return malformed(
		fmt.Sprintf("CSVの%d行目の%d列目で始まる引用符(\")が%d行目で閉じ、その後に文字が続いています。", opened, at, closed),
		fmt.Sprintf("The quotation mark that opens in line %d, cell %d of the CSV closes in line %d, and text follows it.", opened, at, closed))
}

// swallowed has a way out of its own: whoever means the value has put its marks as the others are told to.
func swallowed(opened, at, closed int) error {
	return refuse(reasonMalformed, fault.Text{
		JA: fmt.Sprintf("CSVの%d行目の%d列目で始まる引用符(\")が%d行目まで閉じず、間の行が1つの値になっています。余分な引用符を取り除くか、1つの値であれば、その中の改行を取り除いてください。", opened, at, closed),
		EN: fmt.Sprintf("The quotation mark that opens in line %d, cell %d of the CSV closes only in line %d: the lines between are one value. Remove the mark if it is one too many, or, if they are one value, remove the line breaks in it.", opened, at, closed),
	})
}

func malformed(ja, en string) error {
	return refuse(reasonMalformed, fault.Text{JA: ja + wayJA, EN: en + " " + wayEN})
}

func refuse(reason string, text fault.Text) error {
	return fault.Invalid(fault.Field{Path: "csv", Reason: reason, Text: text})
}
