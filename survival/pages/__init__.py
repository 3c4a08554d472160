"""Records on the page: the guide's own words for Markdown, its tables and its charts.

Imports go one way: units, evidence, figures, layout, charts, svg, plots, context, facts, words,
sections, machines, blocks, page.
"""
