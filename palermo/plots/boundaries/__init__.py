"""Where does an area lie? Its polygons, the lines between areas, and what the United Nations leaves open.

Maps are drawn from the file that set-up builds from an open atlas with our overrides, or from an official
boundary file that was imported. Nothing here decides whose an area is; `overrides.json` says what we follow.
"""
