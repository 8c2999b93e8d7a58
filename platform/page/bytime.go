package page

import "time"

// Lists by time are many; things of one time are told apart by their ids.

// TokenByTime says that a list by time and id goes on behind the thing of this time
// and id.
func (l List) TokenByTime(at time.Time, id string) (string, error) {
	return l.Token(at.UTC().Format(time.RFC3339Nano), id)
}

// ReadByTime gives the time and the id of a token of this very list; an empty token,
// which asks for the first page, gives the zero time and no id. Anything else is an
// InvalidArgument fault with the reason PAGE_TOKEN_INVALID.
func (l List) ReadByTime(token string) (at time.Time, id string, err error) {
	values, err := l.Read(token, 2)
	if err != nil || values == nil {
		return time.Time{}, "", err
	}
	if at, err = Moment(values[0]); err != nil {
		return time.Time{}, "", err
	}
	if id, err = ID(values[1]); err != nil {
		return time.Time{}, "", err
	}
	return at, id, nil
}
