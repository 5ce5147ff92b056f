"""The beginning of a signature file to test with."""

HEAD = """\
id: area.name
status: stable
category: hardware
severity: error
title: {en: A title, zh: 标题}
cause: {en: Because of it., zh: 因为它。}
"""
