"""Which words does Palermo use, from which source, since when?

Code lists are CSV files under `lists/`, policy values are dated TOML files under `policy/`. A code is
never deleted: it gets an `until`. This package imports nothing of Palermo but its errors.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from palermo.codes.listing import Code, CodeList, UnknownCode, code_list, list_names

if TYPE_CHECKING:
    from palermo.codes.classifications import Pack, PackRefused, packs, read_pack
    from palermo.codes.crosswalks import crosswalk, crosswalk_back, crosswalk_rows
    from palermo.codes.policies import Policy, policy
    from palermo.codes.regions import Region, region, schemes
    from palermo.codes.resolver import Resolution, area_of_code, label_key, resolve

__all__ = [
    "Code",
    "CodeList",
    "Pack",
    "PackRefused",
    "Policy",
    "Region",
    "Resolution",
    "UnknownCode",
    "area_of_code",
    "code_list",
    "crosswalk",
    "crosswalk_back",
    "crosswalk_rows",
    "label_key",
    "list_names",
    "packs",
    "policy",
    "read_pack",
    "region",
    "resolve",
    "schemes",
]


_LATER = {
    "crosswalks": ("crosswalk", "crosswalk_back", "crosswalk_rows"),
    "classifications": ("Pack", "PackRefused", "packs", "read_pack"),
    "policies": ("Policy", "policy"),
    "regions": ("Region", "region", "schemes"),
    "resolver": ("Resolution", "area_of_code", "label_key", "resolve"),
}


def __getattr__(name: str) -> Any:
    """A part is loaded when it is first asked for, so that a command starts quicker."""
    for module, names in _LATER.items():
        if name in names:
            return getattr(import_module(f"palermo.codes.{module}"), name)
    raise AttributeError(name)
