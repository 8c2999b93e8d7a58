// Package phrase finds a punch in the words of a message.
//
// It knows a company's phrases (打刻キーワード) and trigger words (引き金となる言葉), how writing differs without
// differing in meaning (width, case, kana, variation selectors), and where a phrase may stand: on the boundaries
// of what a reader sees as one character, so that a man is not found inside a family.
//
// It refuses to know who wrote the message, what the punch does to the day, and what a sentence means: 「出勤しません」
// has the phrase 出勤 in it. It uses no regular expressions: the time it takes is bounded by the length of the text.
package phrase
