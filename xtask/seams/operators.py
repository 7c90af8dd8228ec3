"""Compares the table of ONNX operators with the schemas of the installed packages.

Every declaration must have the inputs, outputs, attributes and defaults that the `onnx` package says, in each of the versions that
it covers, and ONNX Runtime's own operators those that the `onnxruntime` package says.
"""

import json
import sys

import numpy
import onnx
from onnxruntime.capi import onnxruntime_pybind11_state as runtime

# ONNX Runtime registers this one among ONNX's own operators.
OF_RUNTIME = {"SimplifiedLayerNormalization"}


def values(parameters):
    """Name, whether it may be absent, whether it stands for many."""
    options = [str(parameter.option).rsplit(".", 1)[-1] for parameter in parameters]
    names = [parameter.name.replace("...", "") for parameter in parameters]
    return [(name, option == "Optional", option == "Variadic") for name, option in zip(names, options)]


def default(schema, name):
    attribute = schema.attributes[name]
    value = getattr(attribute, "default_value", None)
    if value is None:
        value = onnx.AttributeProto()
        value.ParseFromString(attribute._default_value)
    if not value.name:
        return None
    found = onnx.helper.get_attribute_value(value)
    return found.decode() if isinstance(found, bytes) else found


def kind(attribute):
    return getattr(onnx.AttributeProto, str(attribute.type).rsplit(".", 1)[-1])


def same_default(ours, theirs):
    if isinstance(theirs, float):
        return ours is not None and numpy.float32(ours) == numpy.float32(theirs)
    return ours == theirs


# The letters of `types.rs`.
LETTERS = {
    "float": "f",
    "double": "d",
    "float16": "e",
    "bfloat16": "E",
    "int64": "l",
    "int32": "i",
    "int16": "h",
    "int8": "b",
    "uint8": "B",
    "bool": "?",
}


def types(row, schema):
    """Which types we let inputs have that the schema does not, in words."""
    ours = row["types"].get(str(schema.since_version), [])
    constraints = {constraint.type_param_str: constraint.allowed_type_strs for constraint in schema.type_constraints}
    differ, shared = [], set()
    for parameter, mine in zip(schema.inputs, ours):
        if mine is None:
            continue
        names = constraints.get(parameter.type_str, [parameter.type_str])
        theirs = {LETTERS.get(name.removeprefix("tensor(").removesuffix(")"), "") for name in names}
        # Half precision is only moved, and came to some operators later than this table says.
        if not set(mine["letters"]) - {"e", "E"} <= theirs:
            differ.append(f"{parameter.name} of the types {mine['letters']}: expected {''.join(sorted(theirs))}")
        if mine["shared"]:
            shared.add(parameter.type_str)
    if len(shared) > 1:
        differ.append(f"one type for {sorted(shared)}")
    return differ


def compare(row, schema):
    """What differs between a declaration and a schema, in words."""
    differ = types(row, schema)
    for what, ours, theirs in [
        ("inputs", row["inputs"], values(schema.inputs)),
        ("outputs", row["outputs"], values(schema.outputs)),
    ]:
        if [value["name"] for value in ours] != [name for name, *_ in theirs]:
            differ.append(f"{what} {[value['name'] for value in ours]}: expected {theirs}")
            continue
        for value, (name, optional, many) in zip(ours, theirs):
            # What is not supported must be something that can be left out.
            if not value["supported"] and not optional:
                differ.append(f"{what}: {name} is not supported: expected it to be optional")
            if value["supported"] and (value["optional"], value["many"]) != (optional, many):
                differ.append(f"{what}: {value}: expected optional {optional}, many {many}")
    mine = {attribute["name"]: attribute for attribute in row["attributes"]}
    if mine.keys() != schema.attributes.keys():
        differ.append(f"attributes {sorted(mine)}: expected {sorted(schema.attributes)}")
        return differ
    for name, attribute in mine.items():
        other = schema.attributes[name]
        if attribute["type"] != kind(other):
            differ.append(f"{name} has the type {attribute['type']}: expected {kind(other)}")
        if attribute["required"] != other.required:
            differ.append(f"{name}: required {attribute['required']}: expected {other.required}")
        if not same_default(attribute["default"], default(schema, name)):
            differ.append(f"{name} = {attribute['default']}: expected {default(schema, name)}")
    return differ


def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        table = json.load(file)
    schemas = {}
    for schema in onnx.defs.get_all_schemas_with_history():
        schemas.setdefault((schema.domain, schema.name), []).append(schema)
    for schema in runtime.get_all_operator_schema():
        if schema.domain == "com.microsoft" or schema.name in OF_RUNTIME:
            schemas.setdefault((schema.domain, schema.name), []).append(schema)
    wrong, compared = [], 0
    newest = onnx.defs.onnx_opset_version()
    if table["newest"] != newest:
        wrong.append(f"the newest version is {table['newest']}: the onnx package has {newest}")
    if table["format"] != onnx.IR_VERSION:
        wrong.append(f"the newest format is {table['format']}: the onnx package has {onnx.IR_VERSION}")
    for row in table["operators"]:
        known = sorted(schemas.get((row["domain"], row["name"]), []), key=lambda schema: schema.since_version)
        label = f"{row['domain'] or 'ai.onnx'} {row['name']} from {row['since']}"
        before = row["before"] or 1 << 30
        starts = [schema.since_version for schema in known]
        if row["since"] not in starts:
            wrong.append(f"{label}: no version begins there, but at {starts}")
        if row["before"] and row["before"] not in starts:
            wrong.append(f"{label}: no version ends at {row['before']}")
        for schema in known:
            if row["since"] <= schema.since_version < before:
                compared += 1
                if schema.deprecated:
                    wrong.append(f"{label}: deprecated at {schema.since_version}")
                    continue
                wrong += [f"{label}, version {schema.since_version}: {what}" for what in compare(row, schema)]
    for line in wrong:
        print(line)
    print(f"{len(table['operators'])} declarations, {compared} versions of operators, {len(wrong)} differences")
    return 1 if wrong or not compared else 0


if __name__ == "__main__":
    sys.exit(main())
