"""A template's parameters: what it declares against what the deployment gives."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sandbox.arm.errors import ArmError, bad
from sandbox.arm.expressions import Wrong
from sandbox.store import Object

TYPES: dict[str, tuple[type, ...]] = {
    "string": (str,), "securestring": (str,), "int": (int,), "bool": (bool,), "array": (list,),
    "object": (dict,), "secureobject": (dict,),
}  # fmt: skip
SEE = "Please see https://aka.ms/arm-pass-parameter-values for usage details."


def invalid(why: str) -> ArmError:
    return bad("InvalidTemplate", f"Deployment template validation failed: '{why}'.")


def given_values(given: Any) -> dict[str, Any]:
    """The inner object of a parameters file: {name: {"value": …}}."""
    if not isinstance(given or {}, dict):
        raise bad("InvalidRequestContent", "The request content was invalid: 'parameters' must be an object.")
    for name, each in (given or {}).items():
        if not isinstance(each, dict) or "value" not in each:
            words = f"The value of deployment parameter '{name}' is null. {SEE}"
            raise bad("InvalidDeploymentParameterValue", words)
    return {name: each["value"] for name, each in (given or {}).items()}


def check_declared(declared: Mapping[str, Object], given: Mapping[str, Any]) -> None:
    known = {name.casefold() for name in declared}
    unknown = [name for name in given if name.casefold() not in known]
    if unknown:
        words = (
            f"The template parameters '{', '.join(unknown)}' in the parameters file are not valid; they are "
            "not present in the original template and can therefore not be provided at deployment time. The "
            f"only supported parameters for this template are '{', '.join(declared)}'. {SEE}"
        )
        raise invalid(words)


def value_of(name: str, declared: Object, given: Mapping[str, Any]) -> tuple[bool, Any]:
    """(was it given, the value or the expression of its default)."""
    for each, value in given.items():
        if each.casefold() == name.casefold():
            return True, value
    if "defaultValue" not in declared:
        words = f"The value for the template parameter '{name}' at line '1' and column '1' is not provided."
        raise invalid(f"{words} Please see https://aka.ms/arm-create-parameter-file for usage details.")
    return False, declared["defaultValue"]


def check_value(name: str, declared: Object, value: Any) -> None:
    wanted = str(declared.get("type", ""))
    types = TYPES.get(wanted.lower())
    if not types:
        raise invalid(f"The template parameter '{name}' has an invalid type '{wanted}'.")
    if not isinstance(value, types) or (types == (int,) and isinstance(value, bool)):
        words = "Template parameter JToken type is not valid. Expected"
        raise invalid(f"{words} '{wanted}'. Actual '{_sort(value)}'. {SEE}")
    allowed = declared.get("allowedValues")
    if allowed is not None and value not in allowed:
        raise Wrong(
            f"The provided value '{value}' for the template parameter '{name}' is not valid. The value "
            f"'{value}' is not part of the allowed value(s): '{','.join(map(str, allowed))}'."
        )


def _sort(value: Any) -> str:
    names = {str: "String", bool: "Boolean", int: "Integer", list: "Array", dict: "Object"}
    return names.get(type(value), "Null")
