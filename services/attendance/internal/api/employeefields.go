package api

import (
	"fmt"
	"net/mail"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"google.golang.org/protobuf/reflect/protoreflect"

	"github.com/dakoku/dakoku/platform/fault"
	"github.com/dakoku/dakoku/platform/glyph"
	"github.com/dakoku/dakoku/platform/rpc"
	attendancev1 "github.com/dakoku/dakoku/proto/gen/dakoku/attendance/v1"
	"github.com/dakoku/dakoku/services/attendance/internal/store"
)

// employeeFields are the fields that can be changed, as a mask names them.
func employeeFields() []string {
	return []string{"employee_number", "display_name", "email", "department", "state"}
}

// maskFields reads an update mask; an empty one means the fields that are filled, as AIP-134 has it. Fields that the
// server sets are passed over: a client that sends back what it read means no change of them.
func maskFields(paths []string, from *attendancev1.Employee) ([]string, error) {
	if len(paths) == 0 {
		return filledFields(from), nil
	}
	var fields []string
	for _, path := range paths {
		switch {
		case slices.Contains(employeeFields(), path):
			fields = append(fields, path)
		case !slices.Contains([]string{"name", "etag", "create_time"}, path):
			return nil, fault.Invalid(invalid("updateMask", "UNKNOWN_FIELD", "更新できない項目です: "+path, "This field cannot be updated: "+path))
		}
	}
	return fields, nil
}

func filledFields(from *attendancev1.Employee) []string {
	return slices.DeleteFunc(employeeFields(), func(name string) bool {
		message := from.ProtoReflect()
		return !message.Has(message.Descriptor().Fields().ByName(protoreflect.Name(name)))
	})
}

// confine refuses to put somebody where the caller does not reach: nobody is pushed off into another department.
func confine(c rpc.Caller, department string) error {
	if len(c.Departments) == 0 || slices.Contains(c.Departments, department) {
		return nil
	}
	return fault.Invalid(invalid("employee.department", "DEPARTMENT_OUTSIDE",
		"担当する部署を指定してください。", "Name one of the departments that you are responsible for."))
}

// editEmployee puts the fields of a message into a row and names every bad one at once.
func editEmployee(e *store.Employee, from *attendancev1.Employee, fields []string) error {
	var bad []fault.Field
	for _, field := range fields {
		switch field {
		case "employee_number":
			e.Number = strings.TrimSpace(from.GetEmployeeNumber())
			bad = append(bad, checkText("employee.employeeNumber", e.Number, 1, 64)...)
		case "display_name":
			e.DisplayName = strings.TrimSpace(from.GetDisplayName())
			bad = append(bad, checkText("employee.displayName", e.DisplayName, 1, 100)...)
		case "email":
			e.Email = strings.TrimSpace(from.GetEmail())
			bad = append(bad, checkEmail(e.Email)...)
		case "department":
			e.Department = strings.TrimSpace(from.GetDepartment())
			bad = append(bad, checkText("employee.department", e.Department, 0, 100)...)
		case "state":
			bad = append(bad, editState(e, from.GetState())...)
		}
	}
	if bad != nil {
		return fault.Invalid(bad...)
	}
	return nil
}

func editState(e *store.Employee, state attendancev1.Employee_State) []fault.Field {
	switch state {
	case attendancev1.Employee_ACTIVE:
		e.Active = true
	case attendancev1.Employee_INACTIVE:
		e.Active = false
	case attendancev1.Employee_STATE_UNSPECIFIED:
	default:
		return []fault.Field{invalid("employee.state", "UNKNOWN_VALUE", "状態が正しくありません。", "There is no such state.")}
	}
	return nil
}

// checkText judges a text by its least and most characters. It stands here and
// not in the contract, so that all bad fields of an employee are named together.
func checkText(path, text string, least, most int) []fault.Field {
	switch {
	case utf8.RuneCountInString(text) > most:
		return []fault.Field{invalid(path, "TOO_LONG",
			fmt.Sprintf("%d文字以内で入力してください。", most), fmt.Sprintf("At most %d characters.", most))}
	case least > 0 && text == "":
		return []fault.Field{invalid(path, "REQUIRED", "入力してください。", "This field is required.")}
	case strings.ContainsFunc(text, unwritten):
		return []fault.Field{invalid(path, "BAD_CHARACTER", "改行や制御文字は使用できません。", "Line breaks and control characters cannot be used.")}
	case text != "" && !glyph.Any(text):
		return []fault.Field{invalid(path, "BAD_CHARACTER", "目に見える文字を入力してください。", "Give characters that can be seen.")}
	}
	return nil
}

// unwritten are characters that break a line or control what is around them: one that turns the direction of writing
// would let a name reorder the list it stands in.
func unwritten(r rune) bool {
	return unicode.IsControl(r) || unicode.In(r, unicode.Bidi_Control, unicode.Zl, unicode.Zp)
}

func checkEmail(text string) []fault.Field {
	if text == "" {
		return nil
	}
	const longest = 254 // RFC 5321
	if len(text) > longest {
		return []fault.Field{invalid("employee.email", "TOO_LONG", "254文字以内で入力してください。", "At most 254 characters.")}
	}
	if address, err := mail.ParseAddress(text); err != nil || address.Address != text || strings.ContainsFunc(text, unwritten) {
		return []fault.Field{invalid("employee.email", "BAD_EMAIL", "メールアドレスの形式が正しくありません。", "This is not an e-mail address.")}
	}
	return nil
}
