"""Which rows stand behind a table? One SQL text per breakdown, used alike for counting and for tracing.

Every relation selects from `chosen` (the cases of the indicator, year and area asked for) and gives one row
per case and combination of codes, with `case_no` and `person_no`. `{unit}` is the column that is counted and
`{line}` the number from which a flow is drawn. A cell and its trace share it.
"""

CASES = "SELECT * FROM chosen"


def with_codes(members: str, dimension: str) -> str:
    """One row per case and code of a multi-valued field."""
    return f"SELECT c.*, m.code AS {dimension} FROM chosen c JOIN {members} m ON m.no = c.{members}_no"


CONFLICT = "SELECT c.*, m.stage, m.link FROM chosen c JOIN conflict m ON m.no = c.conflict_no"
ROUTES = "SELECT c.*, m.recruited, m.exploited FROM chosen c JOIN routes m ON m.no = c.routes_no"

HOME = """
  SELECT DISTINCT c.case_no FROM chosen c JOIN citizenships m ON m.no = c.citizenships_no
  WHERE m.code = 'nationals' OR (m.code = c.area AND c.area IN (SELECT area FROM regions))
"""
ORIGINS = f"""
  SELECT DISTINCT c.*, CASE
      WHEN c.stateless THEN 'stateless'
      WHEN h.case_no IS NOT NULL AND c.area IN (SELECT area FROM regions) THEN c.area
      WHEN h.case_no IS NOT NULL THEN 'nationals'
      ELSE m.code END AS origin
  FROM chosen c JOIN citizenships m ON m.no = c.citizenships_no
  LEFT JOIN ({HOME}) h ON h.case_no = c.case_no
"""
FLOWS = f"""
  SELECT o.*, CASE
      WHEN o.origin = 'stateless' THEN 'stateless'
      WHEN o.origin = 'nationals' OR (o.origin = o.area AND here.area IS NOT NULL) THEN 'domestic'
      WHEN o.origin IN ('foreign', 'abroad') THEN 'crossborder'
      WHEN here.area IS NULL OR there.area IS NULL THEN 'unknown'
      WHEN here.region IS NULL OR there.region IS NULL THEN 'crossborder'
      WHEN here.subregion = there.subregion THEN 'subregion'
      WHEN here.region = there.region THEN 'region'
      ELSE 'transregional' END AS class,
    there.area IS NOT NULL AND here.area IS NOT NULL AND o.origin <> o.area AS between_areas
  FROM ({ORIGINS}) o
  LEFT JOIN regions here ON here.area = o.area
  LEFT JOIN regions there ON there.area = o.origin
"""
LINES = f"""
  SELECT f.*, CASE
      WHEN f.between_areas AND n.n >= {{line}} THEN 'drawn'
      WHEN f.between_areas THEN 'under'
      WHEN f.class IN ('domestic', 'stateless') THEN f.class
      ELSE 'other' END AS line
  FROM ({FLOWS}) f JOIN (
    SELECT origin, area, count(DISTINCT {{unit}}) AS n FROM ({FLOWS}) AS g GROUP BY origin, area
  ) n ON n.origin = f.origin AND n.area = f.area
"""

RETURNED = """
  SELECT year, area, min(low) FILTER (WHERE whole) AS low, max(high) FILTER (WHERE whole) AS high,
    CASE WHEN bool_or(whole) THEN list(id ORDER BY id) FILTER (WHERE whole)
      ELSE list(id ORDER BY id) END AS ids
  FROM (
    SELECT *, dimension = 'Total' AND sex = 'Total' AND age = 'Total' AS whole
    FROM state_returns WHERE indicator = '{portal}'
  ) GROUP BY year, area
"""
EFFORTS = "SELECT organisation, area, month, year, interviews, without_indication, [id] AS ids FROM efforts"
AGGREGATES = "SELECT *, [id] AS ids FROM aggregates WHERE indicator {which} 'exposure'"
PATTERNS = "SELECT *, [id] AS ids FROM patterns"
