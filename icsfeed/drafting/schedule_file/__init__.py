"""Reads a schedule file: text becomes nodes with places, and nodes a schedule, with every problem at once.

In this order: `reader` (YAML with places) and `yaml_errors` (usual accidents with their cures); `fields` (keys and values),
`header`, `windows`; `loader` reads a whole file.
"""
