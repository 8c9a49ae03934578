"""Where are the invented persons from, and where are they found? Real areas, shares made up.

First-level divisions (`IRQ-01`, `IRQ-02`, ...) are invented. No share is an estimate.
"""

from palermo.cases.examples.draws import Weighted

HOSTS = Weighted({"IRQ": 24, "LBY": 26, "NGA": 20, "SDN": 18, "SOM": 12})
DIVISIONS = {"IRQ": 6, "LBY": 4, "NGA": 5, "SDN": 5, "SOM": 4}

ORIGINS = {
    "IRQ": Weighted(
        {
            "IRQ": 52,
            "SYR": 26,
            "BGD": 6,
            "ETH": 7,
            "PHL": 3,
            "NPL": 2,
            "TUR": 1.6,
            "PAK": 1.4,
            "IRN": 1,
            "UGA": 1,
        }
    ),
    "LBY": Weighted(
        {
            "NGA": 20,
            "SDN": 18,
            "ERI": 16,
            "LBY": 9,
            "SOM": 9,
            "ETH": 7,
            "NER": 6,
            "EGY": 5,
            "MLI": 4,
            "TCD": 3,
        }
        | {"GMB": 2, "SYR": 4, "BGD": 6, "CIV": 2, "TUN": 1, "CMR": 1, "MAR": 0.6, "PAK": 0.6}
    ),
    "NGA": Weighted({"NGA": 82, "NER": 6, "CMR": 5, "BEN": 2, "TCD": 2, "GHA": 1.4, "MLI": 1}),
    "SDN": Weighted(
        {"SDN": 44, "ERI": 20, "ETH": 16, "SSD": 10, "TCD": 3, "SYR": 2, "EGY": 1, "YEM": 0.8, "CAF": 1}
    ),
    "SOM": Weighted({"SOM": 68, "ETH": 14, "KEN": 7, "YEM": 5, "DJI": 2, "TZA": 1.4, "BGD": 0.8}),
}

CULTURES = {
    "IRQ": Weighted({"arabic": 5, "kurdish": 5}),
    "SYR": Weighted({"arabic": 7, "kurdish": 3}),
    "TUR": Weighted({"kurdish": 1}),
    "IRN": Weighted({"kurdish": 1}),
    "NGA": Weighted({"hausa": 6, "latin": 4}),
    "NER": Weighted({"hausa": 6, "french": 4}),
    "ETH": Weighted({"tigrinya": 6, "somali": 4}),
    "KEN": Weighted({"latin": 7, "somali": 3}),
    "SSD": Weighted({"latin": 6, "arabic": 4}),
    "TCD": Weighted({"french": 6, "arabic": 4}),
}
CULTURE = (
    dict.fromkeys(("LBY", "SDN", "EGY", "TUN", "YEM", "MAR"), "arabic")
    | dict.fromkeys(("MLI", "CIV", "CMR", "BEN", "CAF"), "french")
    | dict.fromkeys(("GMB", "GHA", "UGA", "TZA", "PHL"), "latin")
    | dict.fromkeys(("BGD", "NPL", "PAK"), "south_asian")
    | {"SOM": "somali", "DJI": "somali", "ERI": "tigrinya"}
)
TRANSITS = {
    "IRQ": ("SYR", "TUR"),
    "LBY": ("SDN", "NER", "TCD"),
    "NGA": ("NER",),
    "SDN": ("ETH",),
    "SOM": ("ETH", "YEM"),
}
BEYOND = {
    "IRQ": ("SYR", "TUR"),
    "LBY": ("EGY", "NER"),
    "NGA": ("NER", "CMR", "TCD"),
    "SDN": ("EGY", "LBY"),
    "SOM": ("KEN", "YEM"),
}
RESETTLED = ("CAN", "DEU", "SWE", "NOR", "AUS")
