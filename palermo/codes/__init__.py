"""Which words does Palermo use, from which source, since when?

Code lists are CSV files under `lists/`, policy values are dated TOML files under `policy/`. A code is
never deleted: it gets an `until`. This package imports nothing of Palermo but its errors.
"""

from palermo.codes.crosswalks import crosswalk
from palermo.codes.listing import Code, CodeList, UnknownCode, code_list, list_names
from palermo.codes.policies import Policy, policy

__all__ = ["Code", "CodeList", "Policy", "UnknownCode", "code_list", "crosswalk", "list_names", "policy"]
