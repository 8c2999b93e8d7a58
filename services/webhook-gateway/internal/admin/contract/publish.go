package contract

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
)

// export is the one operation whose answer is no JSON.
const export = "AttendanceAdminService_ExportAttendance"

// object is a JSON object.
type object = map[string]any

// Publish makes the OpenAPI 3.0 document that clients are generated from out of
// the OpenAPI 2.0 document of the generator, and adds what the generator does
// not know: the title, how callers identify themselves, which operations need no
// identity, that the report is CSV. Services that have no path are left out, and
// so are messages that no operation names.
func Publish(openapi []byte) ([]byte, error) {
	c, err := Load(openapi)
	if err != nil {
		return nil, err
	}
	var old object
	if err := json.Unmarshal(openapi, &old); err != nil {
		return nil, err
	}
	paths := object{}
	for path, methods := range fieldsOf(old["paths"]) {
		one := c.alike(path)
		operations := fieldsOf(paths[one])
		if operations == nil {
			operations = object{}
		}
		for method, op := range fieldsOf(methods) {
			known, _ := c.Find(strings.ToUpper(method), path)
			operations[method] = renamed(operation3(op.(object), known), path, one)
		}
		paths[one] = operations
	}
	doc := object{
		"openapi": "3.0.3", "paths": paths, "tags": c.tags(old["tags"]),
		"info":       object{"title": "Dakoku administration", "version": "v1"},
		"security":   []any{object{"apiKey": []any{}}, object{"session": []any{}}},
		"components": object{"schemas": schemas(old["definitions"]), "securitySchemes": callers()},
	}
	prune(doc)
	return json.MarshalIndent(doc, "", "  ")
}

// callers is how a caller identifies itself.
func callers() object {
	return object{
		"apiKey": object{"type": "http", "scheme": "bearer", "description": "dkk_…"},
		"session": object{"type": "apiKey", "in": "cookie", "name": "__Host-dakoku",
			"description": "Over http on the same machine the cookie is called dakoku."},
	}
}

// tags keeps the services that have a path.
func (c *Contract) tags(found any) []any {
	var kept []any
	list, _ := found.([]any)
	for _, tag := range list {
		if slices.ContainsFunc(c.list, func(op *Operation) bool { return op.Service == tag.(object)["name"] }) {
			kept = append(kept, tag)
		}
	}
	return kept
}

// operation3 is an operation in the words of OpenAPI 3.0.
func operation3(old object, known *Operation) object {
	op := object{"operationId": old["operationId"], "tags": old["tags"], "summary": old["summary"]}
	if known.Permission == "public" {
		op["security"] = []any{}
	}
	var parameters []any
	list, _ := old["parameters"].([]any)
	for _, p := range list {
		parameter := p.(object)
		if parameter["in"] == "body" {
			op["requestBody"] = described(parameter, object{"required": true, "content": inJSON(parameter["schema"])})
			continue
		}
		parameters = append(parameters, described(parameter, object{
			"name": parameter["name"], "in": parameter["in"], "required": parameter["required"], "schema": bare(parameter),
		}))
	}
	if len(parameters) > 0 {
		op["parameters"] = parameters
	}
	responses := object{}
	for status, r := range fieldsOf(old["responses"]) {
		response := r.(object)
		content := inJSON(response["schema"])
		if status == "200" && known.ID == export {
			content = object{"text/csv": object{"schema": object{"type": "string"}}}
		}
		responses[status] = object{"description": response["description"], "content": content}
	}
	op["responses"] = responses
	return op
}

func inJSON(schema any) object {
	return object{"application/json": object{"schema": moved(schema)}}
}

// described copies the description, where there is one.
func described(from, to object) object {
	if text, ok := from["description"]; ok {
		to["description"] = text
	}
	return to
}

// bare is the schema of a parameter, without what describes the parameter.
func bare(parameter object) object {
	schema := object{}
	for key, value := range parameter {
		if !slices.Contains([]string{"name", "in", "required", "description", "collectionFormat"}, key) {
			schema[key] = moved(value)
		}
	}
	return schema
}

func schemas(definitions any) object {
	list := object{}
	for name, schema := range fieldsOf(definitions) {
		list[name] = moved(schema)
	}
	return list
}

// moved copies a schema with its references to where OpenAPI 3.0 keeps schemas.
func moved(schema any) any {
	switch old := schema.(type) {
	case object:
		fresh := object{}
		for key, value := range old {
			fresh[key] = moved(value)
			if ref, ok := value.(string); ok && key == "$ref" {
				fresh[key] = strings.Replace(ref, "#/definitions/", "#/components/schemas/", 1)
			}
		}
		return fresh
	case []any:
		fresh := make([]any, 0, len(old))
		for _, value := range old {
			fresh = append(fresh, moved(value))
		}
		return fresh
	}
	return schema
}

// prune leaves out the schemas that nothing outside of them refers to.
func prune(doc object) {
	all, kept := doc["components"].(object)["schemas"].(object), object{}
	var keep func(any)
	keep = func(part any) {
		switch value := part.(type) {
		case object:
			for key, inner := range value {
				name := strings.TrimPrefix(fmt.Sprint(inner), "#/components/schemas/")
				if schema, found := all[name]; found && key == "$ref" && kept[name] == nil {
					kept[name] = schema
					keep(schema)
				}
				keep(inner)
			}
		case []any:
			for _, inner := range value {
				keep(inner)
			}
		}
	}
	keep(doc["paths"])
	doc["components"].(object)["schemas"] = kept
}

// fieldsOf are the members of what is an object in a document that Load has read.
func fieldsOf(part any) object {
	fields, _ := part.(object)
	return fields
}
