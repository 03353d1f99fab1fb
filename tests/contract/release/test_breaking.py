"""Tests each rule of the break check with a small change to a small document, and changes that break no client."""

import copy
import io
import json
import tempfile
import unittest
from contextlib import redirect_stdout
from pathlib import Path

from breaking import breaks, main

PET = {
    "type": "object",
    "required": ["name"],
    "properties": {
        "name": {"type": "string", "minLength": 1, "maxLength": 20, "pattern": "^[a-z]+$"},
        "kind": {"type": "string", "enum": ["cat", "dog"]},
        "age": {"type": ["integer", "null"], "format": "int32", "minimum": 0, "maximum": 99, "default": 1},
        "owner": {"oneOf": [{"$ref": "#/components/schemas/Owner"}, {"type": "null"}]},
        "parents": {"type": "array", "maxItems": 2, "items": {"$ref": "#/components/schemas/Pet"}},
        "labels": {"type": "object", "additionalProperties": {"type": "string", "maxLength": 9}},
    },
}
NEW_PET = copy.deepcopy(PET)
NEW_PET["properties"]["parents"]["items"] = {}
DOCUMENT = {
    "openapi": "3.1.0",
    "info": {"title": "Pets", "version": "0.3.1"},
    "security": [{"key": []}],
    "paths": {
        "/pets/{id}": {
            "parameters": [{"name": "id", "in": "path", "required": True, "schema": {"type": "string"}}],
            "put": {
                "operationId": "putPet",
                "parameters": [{"name": "dry", "in": "query", "schema": {"type": "boolean"}}],
                "requestBody": {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/NewPet"}}}},
                "responses": {
                    "200": {
                        "headers": {"ETag": {"schema": {"type": "string"}}},
                        "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Pet"}}},
                    },
                    "404": {"description": "None."},
                },
            },
            "get": {"operationId": "getPet", "security": [{}], "responses": {}},
        },
        "/health": {"get": {"operationId": "health", "responses": {"200": {"description": "Well."}}}},
    },
    "components": {
        "securitySchemes": {"key": {"type": "http", "scheme": "bearer", "description": "A key."}},
        "schemas": {
            "Pet": PET,
            "NewPet": NEW_PET,
            "Owner": {
                "oneOf": [{"$ref": "#/components/schemas/Person"}, {"$ref": "#/components/schemas/Shelter"}],
                "discriminator": {
                    "propertyName": "type",
                    "mapping": {"person": "#/components/schemas/Person", "shelter": "#/components/schemas/Shelter"},
                },
            },
            "Person": {"type": "object", "properties": {"type": {"const": "person"}}},
            "Shelter": {"type": "object", "properties": {"type": {"const": "shelter"}}},
        },
    },
}
PUT = "#/paths/~1pets~1{id}/put"
ANSWER, REQUEST, OWNER = (f"#/components/schemas/{name}" for name in ("Pet", "NewPet", "Owner"))


def place(document, pointer):
    for part in pointer.removeprefix("#/").split("/"):
        part = part.replace("~1", "/")
        document = document[int(part)] if isinstance(document, list) else document[part]
    return document


def changed(pointer, *removed, **put):
    """Returns the document with members at this pointer removed or replaced."""
    document = copy.deepcopy(DOCUMENT)
    found = place(document, pointer)
    for name in removed:
        del found[name]
    found.update(copy.deepcopy(put))
    return document


class Breaking(unittest.TestCase):
    def breaks_at(self, document, *expected):
        self.assertEqual(sorted(breaks(copy.deepcopy(DOCUMENT), document)), sorted(expected))

    def test_removals_of_paths_operations_and_names(self):
        self.breaks_at(changed("#/paths", "/health"), ("#/paths/~1health", "path removed"))
        self.breaks_at(changed("#/paths/~1pets~1{id}", "put"), (PUT, "operation removed"))
        self.breaks_at(changed(PUT, operationId="replacePet"), (f"{PUT}/operationId", "operationId changed"))

    def test_security(self):
        get = "#/paths/~1pets~1{id}/get"
        self.breaks_at(changed(get, "security"), (f"{get}/security", "security added"))
        self.breaks_at(changed(PUT, security=[{"key": ["write"]}]), (f"{PUT}/security", "security added"))
        scheme = "#/components/securitySchemes/key"
        self.breaks_at(changed(scheme, scheme="basic"), (scheme, "security scheme changed"))
        self.breaks_at(changed(scheme, description="The key."))
        self.breaks_at(changed(PUT, security=[{"other": []}, {"key": []}]))

    def test_parameters(self):
        dry = f"{PUT}/parameters/query/dry"
        self.breaks_at(changed(PUT, parameters=[]), (dry, "parameter removed"))
        self.breaks_at(changed(f"{PUT}/parameters/0", required=True), (dry, "parameter required"))
        added = {"name": "by", "in": "query", "schema": {}}
        both = [*DOCUMENT["paths"]["/pets/{id}"]["put"]["parameters"], added]
        self.breaks_at(changed(PUT, parameters=both))
        added["required"] = True
        self.breaks_at(changed(PUT, parameters=both), (f"{PUT}/parameters/query/by", "parameter required"))
        self.breaks_at(
            changed(f"{PUT}/parameters/0/schema", enum=[True]),
            (f"{dry}/schema/enum", "values narrowed to an enum in requests"),
        )
        self.breaks_at(
            changed(f"{PUT}/parameters/0", style="spaceDelimited"),
            (f"{dry}/style", "parameter written differently"),
        )

    def test_request_bodies(self):
        body = f"{PUT}/requestBody"
        self.breaks_at(changed(PUT, "requestBody"), (body, "request body removed"))
        self.breaks_at(changed(body, required=True), (body, "request body required"))
        self.breaks_at(
            changed(f"{body}/content", "application/json"),
            (f"{body}/content/application~1json", "media type removed from requests"),
        )

    def test_responses(self):
        at = f"{PUT}/responses"
        self.breaks_at(changed(at, "404"), (f"{at}/404", "status removed"))
        self.breaks_at(changed(at, **{"202": {}}), (f"{at}/202", "success status added"))
        self.breaks_at(changed(at, **{"409": {}}))
        self.breaks_at(changed(f"{at}/200", "headers"), (f"{at}/200/headers/ETag", "header removed from answers"))
        self.breaks_at(
            changed(f"{at}/200/content", "application/json"),
            (f"{at}/200/content/application~1json", "media type removed from answers"),
        )

    def test_properties(self):
        for schema, side in ((ANSWER, "answers"), (REQUEST, "requests")):
            properties = f"{schema}/properties"
            self.breaks_at(changed(properties, "kind"), (f"{properties}/kind", f"property removed from {side}"))
            self.breaks_at(changed(properties, chip={"type": "string"}))
        self.breaks_at(
            changed(REQUEST, required=["name", "chip"]),
            (f"{REQUEST}/properties/chip", "property required in requests"),
        )
        self.breaks_at(
            changed(ANSWER, required=[]),
            (f"{ANSWER}/properties/name", "property no longer sure in answers"),
        )
        self.breaks_at(
            changed(REQUEST, additionalProperties=False),
            (f"{REQUEST}/additionalProperties", "further properties refused in requests"),
        )
        self.breaks_at(changed(ANSWER, required=["name", "kind"]))
        self.breaks_at(changed(REQUEST, required=[]))

    def test_enums_may_shrink_in_answers_and_grow_in_requests(self):
        more, fewer = ["cat", "dog", "owl"], ["cat"]
        answer, request = f"{ANSWER}/properties/kind", f"{REQUEST}/properties/kind"
        self.breaks_at(changed(answer, enum=more), (f"{answer}/enum", 'enum value added to answers: "owl"'))
        self.breaks_at(changed(answer, "enum"), (f"{answer}/enum", "values no longer an enum in answers"))
        self.breaks_at(changed(request, enum=fewer), (f"{request}/enum", 'enum value removed from requests: "dog"'))
        self.breaks_at(changed(answer, enum=fewer))
        self.breaks_at(changed(request, enum=more))
        self.breaks_at(changed(request, "enum"))

    def test_types_may_shrink_in_answers_and_grow_in_requests(self):
        answer, request = f"{ANSWER}/properties/age", f"{REQUEST}/properties/age"
        self.breaks_at(changed(request, type="integer"), (request, "null refused in requests"))
        self.breaks_at(changed(request, type=["number", "null"]))
        self.breaks_at(changed(answer, type=["number", "null"]), (f"{answer}/type", "type widened in answers: number"))
        self.breaks_at(changed(answer, type="integer"))
        self.breaks_at(changed(answer, format="int64"), (f"{answer}/format", "format changed in answers"))
        name = f"{ANSWER}/properties/name"
        self.breaks_at(changed(name, type=["string", "null"]), (name, "null possible in answers"))
        name = f"{REQUEST}/properties/name"
        self.breaks_at(changed(name, type="integer"), (f"{name}/type", "type narrowed in requests: no string"))

    def test_limits_of_requests(self):
        narrower = {
            "name": {"minLength": 2, "maxLength": 19, "pattern": "^[a-y]+$"},
            "age": {"minimum": 1, "exclusiveMinimum": 0, "maximum": 98, "exclusiveMaximum": 99, "multipleOf": 2},
            "labels": {"minProperties": 1, "maxProperties": 5},
            "parents": {"minItems": 1, "maxItems": 1, "uniqueItems": True},
        }
        for name, rules in narrower.items():
            for rule, value in rules.items():
                with self.subTest(name=name, rule=rule):
                    at = f"{REQUEST}/properties/{name}"
                    self.breaks_at(changed(at, **{rule: value}), (f"{at}/{rule}", "limit narrowed in requests"))
                    self.breaks_at(changed(f"{ANSWER}/properties/{name}", **{rule: value}))
        self.breaks_at(changed(f"{REQUEST}/properties/name", "pattern", minLength=0, maxLength=21))
        age = f"{REQUEST}/properties/age"
        self.breaks_at(changed(age, default=2), (f"{age}/default", "default changed in requests"))

    def test_what_is_inside_of_maps_and_lists(self):
        labels = f"{REQUEST}/properties/labels/additionalProperties"
        self.breaks_at(changed(labels, maxLength=8), (f"{labels}/maxLength", "limit narrowed in requests"))
        parents = f"{REQUEST}/properties/parents"
        self.breaks_at(
            changed(parents, items={"type": "string"}),
            (f"{parents}/items/type", "type narrowed in requests: no array, boolean, integer, number, object"),
        )

    def test_unions(self):
        # Requests and answers both contain an owner.
        at = f"{OWNER}/discriminator"
        person, shelter = "#/components/schemas/Person", "#/components/schemas/Shelter"
        self.breaks_at(
            changed(at, mapping={"person": person}),
            (OWNER, "alternative removed from requests: shelter"),
        )
        self.breaks_at(
            changed(at, mapping={"person": person, "shelter": shelter, "zoo": shelter}),
            (OWNER, "alternative added to answers: zoo"),
        )
        self.breaks_at(
            changed(at, propertyName="kind"),
            (at, "discriminator changed in answers"),
            (at, "discriminator changed in requests"),
        )
        self.breaks_at(
            changed(person, required=["type"]),
            (f"{person}/properties/type", "property required in requests"),
        )
        self.breaks_at(
            changed(f"{REQUEST}/properties", owner={"$ref": OWNER}),
            (f"{REQUEST}/properties/owner", "null refused in requests"),
        )

    def test_the_same_document_and_a_new_path_break_nobody(self):
        self.breaks_at(copy.deepcopy(DOCUMENT))
        self.breaks_at(changed("#/paths", **{"/more": {"get": {"operationId": "more", "responses": {}}}}))


class Version(unittest.TestCase):
    def run_with(self, before, after, *removed):
        released, new = copy.deepcopy(DOCUMENT), changed("#/paths", *removed)
        released["info"]["version"], new["info"]["version"] = before, after
        with tempfile.TemporaryDirectory() as folder, redirect_stdout(io.StringIO()) as printed:
            files = [Path(folder, name) for name in ("released.json", "changed.json")]
            for file, document in zip(files, (released, new)):
                file.write_text(json.dumps(document))
            return main(*files), printed.getvalue()

    def test_a_break_wants_a_version_that_tells_of_it(self):
        wanted = {
            ("0.3.1", "0.3.1"): 1,
            ("0.3.1", "0.3.2"): 1,
            ("0.3.1", "0.2.9"): 1,
            ("0.3.1", "0.4.0"): 0,
            ("0.3.1", "0.10.0"): 0,
            ("0.3.1", "1.0.0"): 0,
            ("1.3.1", "1.4.0"): 1,
            ("1.3.1", "0.9.0"): 1,
            ("1.3.1", "2.0.0-rc.1"): 0,
        }
        for versions, status in wanted.items():
            with self.subTest(versions=versions):
                exit_status, printed = self.run_with(*versions, "/health")
                self.assertEqual(exit_status, status)
                self.assertIn("#/paths/~1health: path removed\n", printed)

    def test_nothing_broken_wants_no_version(self):
        self.assertEqual(self.run_with("0.3.1", "0.3.1")[0], 0)


if __name__ == "__main__":
    unittest.main()
