"""An invented mission to try everything on: `invented_mission`. All of it is invented, and marked so."""

from palermo.cases.examples.mission import Mission, invented_mission
from palermo.cases.examples.story import Story

__all__ = ["Mission", "Story", "invented_mission"]
