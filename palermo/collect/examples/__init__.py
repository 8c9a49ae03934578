"""Which files would the invented mission's organisations hand in? Each its own, in its own layout.

The UN mission, the children's and the refugee entity send Palermo's JSON lines; the NGO sends one HTCDS
workbook per country office, with a few dirty rows, and its families' reports as JSON lines; the State sends
its return in the layout of the UNODC portal. All of it is invented and says so.
"""

from palermo.collect.examples.ctdc import ctdc_file
from palermo.collect.examples.files import CaseFile, case_file_list, case_files
from palermo.collect.examples.workbook import Dirty

__all__ = ["CaseFile", "Dirty", "case_file_list", "case_files", "ctdc_file"]
